//! Which files count for tests besides those that mamo finds, and which do not: `[test.inputs]` of `mamo.toml`.
//!
//! What is taken out is the user's word. What cannot be understood takes nothing out; the command says what is wrong.

use crate::glob;
use std::collections::{BTreeMap, BTreeSet};
use toml::{Table, Value};

/// The file that says so, beside the workspace's manifest.
pub const FILE: &str = "mamo.toml";

/// The choice for each package, by name, and crates that are declared pure.
#[derive(Clone, Debug, Default)]
pub struct Chosen {
    packages: BTreeMap<String, Choice>,
    pure: BTreeSet<String>,
}

#[derive(Clone, Debug, Default)]
struct Choice {
    also: Vec<String>,
    except: Vec<String>,
}

impl Chosen {
    /// What a text of `mamo.toml` chooses.
    pub fn of(text: &str) -> Self {
        let table: Table = text.parse().unwrap_or_default();
        let declared = table.get("test");
        let pure = declared.and_then(|test| test.get("pure"));
        let pure = pure.and_then(Value::as_array).into_iter().flatten();
        let pure = pure.filter_map(|name| Some(name.as_str()?.replace('-', "_")));
        let packages = declared.and_then(|test| test.get("inputs"));
        let packages = packages.and_then(Value::as_table).into_iter().flatten();
        let list = |value: &Value, key: &str| {
            let words = value
                .get(key)
                .and_then(Value::as_array)
                .into_iter()
                .flatten();
            words
                .filter_map(|word| word.as_str().map(str::to_owned))
                .collect()
        };
        Self {
            packages: packages
                .map(|(name, value)| {
                    let (also, except) = (list(value, "also"), list(value, "except"));
                    (name.clone(), Choice { also, except })
                })
                .collect(),
            pure: pure.collect(),
        }
    }

    /// Crates of other packages that leave the world alone.
    pub fn pure(&self) -> &BTreeSet<String> {
        &self.pure
    }

    /// Files and directories that count besides, relative to the package.
    pub fn also(&self, package: &str) -> &[String] {
        self.packages
            .get(package)
            .map_or(&[], |choice| &choice.also)
    }

    /// Is a file of the package, by its path in it, taken out?
    pub fn leaves_out(&self, package: &str, file: &str) -> bool {
        let choice = self.packages.get(package);
        choice.is_some_and(|choice| {
            choice
                .except
                .iter()
                .any(|pattern| glob::matches(pattern, file, true))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_understood_takes_nothing_out() {
        let chosen =
            Chosen::of("[test.inputs.demo]\nalso = [\"../data\"]\nexcept = [\"notes/**\"]");
        assert!(
            chosen.leaves_out("demo", "notes/a/b.txt") && !chosen.leaves_out("demo", "notes.txt")
        );
        assert!(!chosen.leaves_out("other", "notes/a"));
        assert_eq!(chosen.also("demo"), ["../data"]);
        for broken in [
            "[test",
            "[test.inputs]\ndemo = 3",
            "[test.inputs.demo]\nexcept = \"**\"",
        ] {
            assert!(!Chosen::of(broken).leaves_out("demo", "a"), "{broken}");
        }
    }
}
