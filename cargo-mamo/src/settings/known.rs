//! Every setting that there is: its default, what it takes, the variable that goes before the file, and what is in force.

use super::{FILE, Settings};
use anyhow::{Context, Result};
use std::path::Path;

/// A setting.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// Table and key.
    pub name: &'static str,
    /// What it takes.
    pub takes: &'static str,
    /// What holds if nothing is said, as it would be written.
    pub default: &'static str,
    /// The variable that goes before the file.
    pub variable: Option<&'static str>,
    /// What it is for.
    pub about: &'static str,
}

/// All of them, by table.
pub const ALL: [Setting; 9] = [
    Setting {
        name: "store.dir",
        takes: "a path, relative to the file",
        default: "\"target/mamo\"",
        variable: Some("MAMO_DIR"),
        about: "mamo's directory; by default `mamo` in cargo's target directory",
    },
    Setting {
        name: "store.max_size",
        takes: "a size such as `500 MB`, or `unlimited`",
        default: "\"5 GiB\"",
        variable: Some("MAMO_MAX_SIZE"),
        about: "what values may take on disk before `gc` removes some",
    },
    Setting {
        name: "store.gc",
        takes: "`daily` or `never`",
        default: "\"daily\"",
        variable: Some("MAMO_GC"),
        about: "when `gc` runs by itself, after programs have run",
    },
    Setting {
        name: "test.audit",
        takes: "a percentage",
        default: "\"0%\"",
        variable: Some("MAMO_AUDIT"),
        about: "the share of reusable tests that runs all the same",
    },
    Setting {
        name: "test.always",
        takes: "a list of patterns",
        default: "[]",
        variable: Some("MAMO_ALWAYS"),
        about: "tests that always run, by name or by `package/kind/target::name`",
    },
    Setting {
        name: "test.trust",
        takes: "`source` or `code`",
        default: "\"source\"",
        variable: Some("MAMO_TRUST"),
        about: "what decides on a test whose program was built: its source, or its compiled code",
    },
    Setting {
        name: "test.inputs",
        takes: "a table for each package, of `also` (paths) and `except` (patterns)",
        default: "{}",
        variable: None,
        about: "files that count for a package's tests besides those in it, and files in it that do not",
    },
    Setting {
        name: "test.pure",
        takes: "a list of crate names",
        default: "[]",
        variable: None,
        about: "crates of other packages that neither read files nor start programs, as code names them",
    },
    Setting {
        name: "lint.allow",
        takes: "a list of `{ lint, item, reason }`",
        default: "[]",
        variable: None,
        about: "findings of `lint` that are known",
    },
];

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Nothing was said.
    Default,
    /// A line of the file, from 1.
    File(usize),
    /// A variable.
    Variable(&'static str),
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(line) => write!(f, "{FILE}:{line}"),
            Self::Variable(name) => f.write_str(name),
        }
    }
}

/// Each setting as it is in force in the workspace at `root`, with its value as it would be written.
pub fn in_force(root: &Path) -> Result<Vec<(Setting, String, Origin)>> {
    let settings = Settings::load(root)?;
    let text = std::fs::read_to_string(root.join(FILE)).unwrap_or_default();
    let document = toml_edit::Document::parse(text.as_str()).context("read `mamo.toml`")?;
    let set = |name: &str| std::env::var(name).is_ok_and(|value| !value.trim().is_empty());
    let found = ALL.iter().map(|setting| {
        let written = line_of(&document, &text, setting.name);
        let origin = match (setting.variable.filter(|name| set(name)), written) {
            (Some(name), _) => Origin::Variable(name),
            (None, Some(line)) => Origin::File(line),
            (None, None) => Origin::Default,
        };
        let value = match origin {
            Origin::Default => setting.default.to_owned(),
            _ => value_of(&settings, setting.name),
        };
        (*setting, value, origin)
    });
    Ok(found.collect())
}

/// The line in which `name` is set.
fn line_of(document: &toml_edit::Document<&str>, text: &str, name: &str) -> Option<usize> {
    let (table, key) = name.split_once('.')?;
    let table = document.as_table().get(table)?.as_table_like()?;
    let (key, item) = table.get_key_value(key)?;
    // A table that only others lie in has no place of its own.
    let inner = || {
        item.as_table_like()?
            .iter()
            .find_map(|(_, item)| item.span())
    };
    let span = key.span().or_else(|| item.span()).or_else(inner)?;
    Some(text.get(..span.start)?.matches('\n').count() + 1)
}

/// A setting's value as it would be written.
fn value_of(settings: &Settings, name: &str) -> String {
    let quoted =
        |text: &dyn std::fmt::Display| toml_edit::Value::from(text.to_string()).to_string();
    let list = |all: &[String]| {
        let all: toml_edit::Array = all.iter().map(String::as_str).collect();
        toml_edit::Value::from(all).to_string()
    };
    match name {
        "store.dir" => quoted(&settings.store.dir.clone().unwrap_or_default().display()),
        "store.max_size" => quoted(&settings.store.max_size),
        "store.gc" => quoted(&settings.store.gc),
        "test.audit" => quoted(&settings.test.audit),
        "test.trust" => quoted(&settings.test.trust),
        "test.always" => list(&settings.test.always),
        "test.pure" => list(&settings.test.pure),
        "test.inputs" => {
            let packages = settings.test.inputs.iter().map(|(name, choice)| {
                let (also, except) = (list(&choice.also), list(&choice.except));
                format!("{name} = {{ also = {also}, except = {except} }}")
            });
            format!("{{ {} }}", packages.collect::<Vec<_>>().join(", "))
        }
        _ => {
            let allowed = settings.lint.allow.iter().map(|allowed| {
                format!(
                    "{{ lint = {}, item = {} }}",
                    quoted(&allowed.lint),
                    quoted(&allowed.item)
                )
            });
            format!("[{}]", allowed.collect::<Vec<_>>().join(", "))
        }
    }
}

/// A `mamo.toml` that says of every setting what holds anyway, as comments.
pub fn template() -> String {
    let mut lines = vec![
        "# What mamo does in this workspace. Every setting stands here with its default;"
            .to_owned(),
        "# `cargo mamo config` prints what is in force and from where.".to_owned(),
    ];
    let mut last = "";
    for setting in &ALL {
        let (table, key) = setting.name.split_once('.').unwrap_or(("", setting.name));
        if table != last {
            lines.extend([String::new(), format!("[{table}]")]);
            last = table;
        }
        let variable = setting.variable.map(|name| format!(" ({name})"));
        let (about, variable) = (setting.about, variable.unwrap_or_default());
        lines.push(format!("# {about}{variable}: {}.", setting.takes));
        lines.push(format!("# {key} = {}", setting.default));
    }
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The template with its settings in force.
    fn spoken() -> String {
        let lines = template().lines().map(str::to_owned).collect::<Vec<_>>();
        let keys = ALL.map(|setting| setting.name.split_once('.').unwrap().1);
        let lines = lines.iter().map(|line| match line.strip_prefix("# ") {
            Some(rest)
                if keys
                    .iter()
                    .any(|key| rest.starts_with(&format!("{key} = "))) =>
            {
                rest
            }
            _ => line,
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn the_template_says_what_holds_anyway() {
        let plain = Settings::read(&template()).unwrap();
        assert_eq!(format!("{plain:?}"), format!("{:?}", Settings::default()));
        let spoken = Settings::read(&spoken()).unwrap();
        for setting in ALL.iter().filter(|setting| setting.name != "test.inputs") {
            assert_eq!(
                value_of(&spoken, setting.name),
                setting.default,
                "{}",
                setting.name
            );
        }
        assert!(spoken.test.inputs.is_empty());
    }

    #[test]
    fn each_setting_stands_in_the_documentation_as_it_is_here() {
        let page = include_str!("../../../docs/configuration.md");
        for setting in &ALL {
            let variable = setting
                .variable
                .map_or("–".to_owned(), |name| format!("`{name}`"));
            let row = format!(
                "| `{}` | {} | `{}` | {variable} | {} |",
                setting.name, setting.takes, setting.default, setting.about
            );
            assert!(page.contains(&row), "not in docs/configuration.md:\n{row}");
        }
        let rows = page
            .lines()
            .filter(|line| line.starts_with("| `") && line.contains('.'));
        assert_eq!(
            rows.filter(|row| row.split('|').count() == 7).count(),
            ALL.len()
        );
    }

    #[test]
    fn a_value_is_told_with_the_line_that_sets_it() {
        let dir = tempfile::tempdir().unwrap();
        let text = "# ours\n[store]\n\ngc = \"never\"\n[test.inputs.demo]\nalso = [\"../data\"]\n";
        std::fs::write(dir.path().join(FILE), text).unwrap();
        let told = in_force(dir.path()).unwrap();
        let of = |name: &str| {
            told.iter()
                .find(|(setting, ..)| setting.name == name)
                .unwrap()
        };
        assert_eq!(
            (of("store.gc").1.as_str(), &of("store.gc").2),
            ("\"never\"", &Origin::File(4))
        );
        assert_eq!(of("test.inputs").2, Origin::File(5));
        assert_eq!(of("lint.allow").2, Origin::Default);
    }
}
