//! `mamo.toml` beside the workspace's manifest, and variables that go before it: what a team declares.
//!
//! Read strictly: a key or name that is not known is an error that says which was probably meant. A variable that is set
//! to nothing is not set.

pub mod known;

use crate::audit::Percent;
use crate::bound::Bound;
use crate::glob;
pub use crate::inputs::chosen::FILE;
use crate::lint::words;
use anyhow::{Context, Result, anyhow};
use serde::{Deserialize, Deserializer, de};
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// What the file and the variables say.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// For the value store.
    pub store: StoreSettings,
    /// For `cargo mamo test`.
    pub test: TestSettings,
    /// For `cargo mamo lint`.
    pub lint: LintSettings,
}

/// The table `[store]`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StoreSettings {
    /// mamo's directory, relative to the file.
    pub dir: Option<PathBuf>,
    /// What values may take.
    #[serde(deserialize_with = "text")]
    pub max_size: Bound,
    /// When values are collected without being asked.
    #[serde(deserialize_with = "text")]
    pub gc: Turn,
}

/// The table `[test]`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TestSettings {
    /// The share of reusable tests that runs all the same.
    #[serde(deserialize_with = "text")]
    pub audit: Percent,
    /// Patterns of the names of tests that always run.
    pub always: Vec<String>,
    /// What decides on a test whose program was built.
    #[serde(deserialize_with = "text")]
    pub trust: Trust,
    /// Files that count for tests, by package; see `inputs`, which reads them.
    pub inputs: BTreeMap<String, InputSettings>,
    /// Crates from elsewhere that neither read files nor start programs; read as `inputs` is.
    pub pure: Vec<String>,
}

/// A table `[test.inputs.PACKAGE]`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct InputSettings {
    /// Files and directories that count besides, relative to the package.
    pub also: Vec<String>,
    /// Patterns of files in the package that do not count.
    pub except: Vec<String>,
}

/// The table `[lint]`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LintSettings {
    /// Findings that are known.
    pub allow: Vec<Allowed>,
}

/// A finding that is known, or many.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Allowed {
    /// The lint's name.
    pub lint: String,
    /// Path of the item that holds it, or of a module or type around it.
    pub item: String,
    /// Why it is no harm.
    #[serde(default)]
    pub reason: Option<String>,
}

/// What decides on a test whose program was built.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Trust {
    /// What source says.
    #[default]
    Source,
    /// Its compiled code, where that is known; source where it is not.
    Code,
}

impl FromStr for Trust {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "source" => Ok(Self::Source),
            "code" => Ok(Self::Code),
            _ => Err(format!("`{text}` is neither `source` nor `code`")),
        }
    }
}

impl fmt::Display for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Source => "source",
            Self::Code => "code",
        })
    }
}

/// When values are collected without being asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Turn {
    /// At most once a day, after programs have run.
    #[default]
    Daily,
    /// Only by `cargo mamo gc`.
    Never,
}

impl FromStr for Turn {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "daily" => Ok(Self::Daily),
            "never" => Ok(Self::Never),
            _ => Err(format!("`{text}` is neither `daily` nor `never`")),
        }
    }
}

impl fmt::Display for Turn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Daily => "daily",
            Self::Never => "never",
        })
    }
}

impl Settings {
    /// Those of the workspace at `root`, and of the environment.
    pub fn load(root: &Path) -> Result<Self> {
        let mut settings = Self::written(root)?;
        settings.overrule(&|name| std::env::var(name).ok())?;
        Ok(settings)
    }

    /// What the file of the workspace at `root` says; nothing if there is none.
    fn written(root: &Path) -> Result<Self> {
        match std::fs::read_to_string(root.join(FILE)) {
            Ok(text) => Self::read(&text).with_context(|| format!("read `{FILE}`")),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error).with_context(|| format!("read `{FILE}`")),
        }
    }

    /// Lets variables go before the file.
    fn overrule(&mut self, variable: &dyn Fn(&str) -> Option<String>) -> Result<()> {
        let set = |name: &str| variable(name).filter(|text| !text.trim().is_empty());
        if let Some(dir) = set("MAMO_DIR") {
            self.store.dir = Some(dir.into());
        }
        overrule(
            "MAMO_MAX_SIZE",
            set("MAMO_MAX_SIZE"),
            &mut self.store.max_size,
        )?;
        overrule("MAMO_GC", set("MAMO_GC"), &mut self.store.gc)?;
        overrule("MAMO_AUDIT", set("MAMO_AUDIT"), &mut self.test.audit)?;
        overrule("MAMO_TRUST", set("MAMO_TRUST"), &mut self.test.trust)?;
        if let Some(names) = set("MAMO_ALWAYS") {
            self.test.always = names
                .split(',')
                .map(|name| name.trim().to_owned())
                .collect();
        }
        Ok(())
    }

    fn read(text: &str) -> Result<Self> {
        let read = toml::from_str::<Self>(text);
        let settings = read.map_err(|error| with_hint(&error))?;
        for allowed in &settings.lint.allow {
            if !words::ALL
                .iter()
                .any(|lint| words::name(*lint) == allowed.lint)
            {
                let names: Vec<_> = words::ALL.iter().map(|lint| words::name(*lint)).collect();
                let hint = match nearest(&allowed.lint, &names) {
                    Some(near) => format!("hint: did you mean `{near}`?"),
                    None => format!("hint: there are {}", names.join(", ")),
                };
                return Err(anyhow!(hint).context(format!("there is no lint `{}`", allowed.lint)));
            }
        }
        Ok(settings)
    }
}

impl TestSettings {
    /// Does a test run whatever is remembered of it? `path` is `package/kind/target::name`.
    pub fn runs_always(&self, name: &str, path: &str) -> bool {
        let mut patterns = self.always.iter();
        patterns.any(|one| glob::matches(one, name, false) || glob::matches(one, path, false))
    }
}

/// The directory that `[store] dir` names in the `mamo.toml` nearest above `dir`. What is wrong with the file is told
/// elsewhere.
pub fn directory_near(dir: &Path) -> Option<PathBuf> {
    directory_in(dir.ancestors().find(|above| above.join(FILE).is_file())?)
}

/// The same of the workspace at `root`.
pub fn directory_in(root: &Path) -> Option<PathBuf> {
    let named = Settings::written(root).ok()?.store.dir?;
    Some(root.join(named))
}

/// Reads a variable, if it is set, in place of what was there.
fn overrule<T: FromStr<Err = String>>(
    name: &str,
    text: Option<String>,
    place: &mut T,
) -> Result<()> {
    if let Some(text) = text {
        let read = text.trim().parse().map_err(anyhow::Error::msg);
        *place = read.with_context(|| format!("`{name}` is not understood"))?;
    }
    Ok(())
}

/// A value that is written as a string.
fn text<'de, D: Deserializer<'de>, T: FromStr<Err = String> + fmt::Display + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    struct Written<T>(PhantomData<T>);
    impl<T: FromStr<Err = String> + fmt::Display + Default> de::Visitor<'_> for Written<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "a string such as \"{}\"", T::default())
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
            text.parse().map_err(E::custom)
        }
    }
    deserializer.deserialize_str(Written(PhantomData))
}

/// The error, with the key that was probably meant: one of the same table.
fn with_hint(error: &toml::de::Error) -> anyhow::Error {
    let text = error.to_string().trim_end().to_string();
    let unknown = text
        .split_once("unknown field `")
        .and_then(|(_, rest)| rest.split_once('`'));
    let Some((unknown, rest)) = unknown else {
        return anyhow!(text);
    };
    let known: Vec<&str> = rest.split('`').skip(1).step_by(2).collect();
    let hint = match nearest(unknown, &known) {
        Some(near) => format!("hint: did you mean `{near}`?"),
        None => format!("hint: there are {}", known.join(", ")),
    };
    anyhow!(hint).context(text)
}

/// The name that differs least from `word`, if that is little.
fn nearest<'a>(word: &str, names: &[&'a str]) -> Option<&'a str> {
    const NEAR: usize = 2;
    let near = names.iter().map(|name| (distance(word, name), *name));
    near.filter(|(far, _)| *far <= NEAR)
        .min()
        .map(|(_, name)| name)
}

/// How many letters to insert, take away or replace.
fn distance(one: &str, two: &str) -> usize {
    let two: Vec<char> = two.chars().collect();
    let mut row: Vec<usize> = (0..=two.len()).collect();
    for (n, letter) in one.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], n + 1);
        for (m, other) in two.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != *other);
            diagonal = row[m + 1];
            row[m + 1] = replaced.min(diagonal + 1).min(row[m] + 1);
        }
    }
    row[two.len()]
}

impl Allowed {
    /// Is `path` its item, or inside of it?
    pub fn holds(&self, path: &str) -> bool {
        path.strip_prefix(&self.item)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hint(text: &str) -> String {
        let error = Settings::read(text).unwrap_err();
        error.chain().last().unwrap().to_string()
    }

    #[test]
    fn allowed_findings_are_read_and_hold_for_what_is_inside() {
        let text =
            "[lint]\nallow = [{ lint = \"clock\", item = \"demo::time\", reason = \"a log\" }]";
        let settings = Settings::read(text).unwrap();
        let allowed = &settings.lint.allow[0];
        assert!(allowed.holds("demo::time") && allowed.holds("demo::time::now"));
        assert!(!allowed.holds("demo::timer") && !allowed.holds("demo"));
        assert!(Settings::read("").unwrap().lint.allow.is_empty());
    }

    #[test]
    fn the_bound_of_the_store_is_read_strictly() {
        let bound = |text| Settings::read(text).map(|settings| settings.store.max_size);
        assert_eq!(bound("").unwrap(), Bound::default());
        let text = "[store]\nmax_size = \"2 GiB\"";
        assert_eq!(bound(text).unwrap(), Bound(Some(2 << 30)));
        let text = "[store]\nmax_size = \"unlimited\"";
        assert_eq!(bound(text).unwrap(), Bound(None));
        for text in ["[store]\nmax_size = 5", "[store]\nmax_size = \"much\""] {
            assert!(bound(text).is_err(), "{text}");
        }
        let misspelt = "[store]\nmaxsize = \"5 GiB\"";
        assert_eq!(hint(misspelt), "hint: did you mean `max_size`?");
        assert_eq!(hint("[stroe]"), "hint: did you mean `store`?");
    }

    #[test]
    fn what_is_not_known_is_an_error_that_names_the_nearest() {
        assert_eq!(hint("[lnt]"), "hint: did you mean `lint`?");
        assert_eq!(hint("[lint]\nalow = []"), "hint: did you mean `allow`?");
        let allow = |lint: &str| format!("[lint]\nallow = [{{ lint = \"{lint}\", item = \"a\" }}]");
        assert_eq!(hint(&allow("clok")), "hint: did you mean `clock`?");
        assert!(hint(&allow("something")).starts_with("hint: there are clock, "));
        assert!(hint("[lint]\nallow = [{ lint = \"clock\" }]").contains("missing field `item`"));
    }

    #[test]
    fn only_a_key_of_the_same_table_is_the_one_that_was_meant() {
        assert_eq!(hint("[lint]\nstore = 1"), "hint: there are allow");
        assert_eq!(hint("[test]\nalways_ = []"), "hint: did you mean `always`?");
        assert_eq!(
            hint("[test]\nmax_size = \"1 B\""),
            "hint: there are audit, always, trust, inputs, pure"
        );
        assert_eq!(
            hint("[test.inputs.a]\nexept = []"),
            "hint: did you mean `except`?"
        );
    }

    #[test]
    fn a_wrong_type_says_what_is_expected() {
        for (text, expected) in [
            ("[store]\nmax_size = 5", "a string such as \"5 GiB\""),
            ("[store]\ngc = true", "a string such as \"daily\""),
            ("[store]\ngc = \"hourly\"", "neither `daily` nor `never`"),
            ("[test]\naudit = 5", "a string such as \"0%\""),
            ("[test]\nalways = \"a\"", "expected a sequence"),
        ] {
            assert!(hint(text).contains(expected), "{}", hint(text));
        }
    }

    #[test]
    fn variables_go_before_the_file() {
        let mut settings = Settings::read("[test]\nalways = [\"a\"]\naudit = \"3%\"").unwrap();
        let set = |name: &str| match name {
            "MAMO_ALWAYS" => Some("net::*, b".to_owned()),
            "MAMO_MAX_SIZE" => Some("1 GiB".to_owned()),
            "MAMO_AUDIT" => Some(String::new()),
            _ => None,
        };
        settings.overrule(&set).unwrap();
        assert!(settings.test.runs_always("net::x", "p/lib/p::net::x"));
        assert!(!settings.test.runs_always("a", "p/lib/p::a"));
        assert_eq!(settings.store.max_size, Bound(Some(1 << 30)));
        assert_eq!(settings.test.audit.to_string(), "3%");
        let error = settings
            .overrule(&|name| (name == "MAMO_GC").then(|| "x".into()))
            .unwrap_err();
        assert_eq!(error.to_string(), "`MAMO_GC` is not understood");
    }
}
