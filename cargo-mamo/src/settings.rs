//! `mamo.toml` beside the workspace's manifest: what a team declares.
//!
//! Read strictly: a key or name that is not known is an error that says which was probably meant.

use crate::bound::Bound;
use crate::lint::words;
use anyhow::{Context, Result, anyhow};
use serde::Deserialize;
use std::path::Path;

/// The file's name.
pub const FILE: &str = "mamo.toml";

/// What the file says.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// For `cargo mamo lint`.
    pub lint: LintSettings,
    /// For the value store.
    pub store: StoreSettings,
}

/// The table `[store]`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StoreSettings {
    /// What values may take.
    pub max_size: Bound,
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

/// Every key that there is.
const KEYS: [&str; 7] = [
    "lint", "allow", "item", "reason", "mamo", "store", "max_size",
];

impl Settings {
    /// Those of the workspace at `root`; none if there is no file.
    pub fn load(root: &Path) -> Result<Self> {
        match std::fs::read_to_string(root.join(FILE)) {
            Ok(text) => Self::read(&text).with_context(|| format!("read `{FILE}`")),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error).with_context(|| format!("read `{FILE}`")),
        }
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

/// The error, with the key that was probably meant.
fn with_hint(error: &toml::de::Error) -> anyhow::Error {
    let text = error.to_string();
    let unknown = text
        .split_once("unknown field `")
        .and_then(|(_, rest)| rest.split('`').next());
    let near = unknown.and_then(|unknown| nearest(unknown, &KEYS));
    let text = text.trim_end().to_string();
    match near {
        Some(near) => anyhow!("hint: did you mean `{near}`?").context(text),
        None => anyhow!(text),
    }
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

/// The directory that `[store] dir` names in the `mamo.toml` nearest above `dir`.
pub fn directory_near(_dir: &Path) -> Option<std::path::PathBuf> {
    None
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
}
