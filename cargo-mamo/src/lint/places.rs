//! Where in its item something is named, as far as the text shows it.

use crate::analysis::Item;
use crate::graph::lint::{Lint, Proof};
use crate::syntax::tokens::Tokens;
use serde::Serialize;
use std::collections::HashMap;

/// Programs that come with the toolchain.
const TOOLCHAIN: [&str; 5] = ["cargo", "rustc", "rustdoc", "rustfmt", "rustup"];
/// What is said of a program that is named nowhere.
const COMPUTED: &str = "a program whose name is computed";

/// A line of a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// Relative to the workspace root.
    pub file: String,
    /// 1-based.
    pub line: u32,
}

/// A sighting that the text bears out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmed {
    /// What is named.
    pub name: String,
    /// Where.
    pub place: Place,
    /// Is it a program whose name does not stand there?
    pub computed: bool,
}

/// The texts of source files, read when they are asked for.
pub struct Texts<'r> {
    read: &'r dyn Fn(&str) -> Option<String>,
    known: HashMap<String, Option<Tokens>>,
}

impl<'r> Texts<'r> {
    /// Files are named as items name theirs.
    pub fn new(read: &'r dyn Fn(&str) -> Option<String>) -> Self {
        Self {
            read,
            known: HashMap::new(),
        }
    }

    /// Where `name` stands in `item`; nothing if the text is needed and does not show it.
    pub fn confirmed(
        &mut self,
        item: &Item,
        lint: Lint,
        name: &str,
        proof: Proof,
    ) -> Vec<Confirmed> {
        let read = self.read;
        let tokens = self
            .known
            .entry(item.file.clone())
            .or_insert_with(|| read(&item.file).and_then(|text| Tokens::of(&text)));
        let place = |line| Place {
            file: item.file.clone(),
            line,
        };
        let named = |line| Confirmed {
            name: name.to_string(),
            place: place(line),
            computed: false,
        };
        match (proof, tokens) {
            (Proof::Words(_) | Proof::Serde(_), None) => Vec::new(),
            (Proof::Serde(word), Some(tokens)) => match tokens.in_attributes(item.lines, "serde") {
                // A macro made it of tokens that stand elsewhere.
                words if words.is_empty() => vec![named(item.lines.0)],
                words => {
                    let loses = |(named, text, _): &(&str, Option<String>, u32)| {
                        *named == word && !text.as_deref().is_some_and(is_plain_test)
                    };
                    let found = words.into_iter().find(loses);
                    found.into_iter().map(|(.., line)| named(line)).collect()
                }
            },
            (Proof::Words(words), Some(tokens)) => {
                let found = tokens.find(item.lines, words).into_iter();
                found.take(1).map(|found| named(found.line)).collect()
            }
            (Proof::Name, tokens) => {
                let shown = tokens
                    .as_ref()
                    .and_then(|tokens| line(tokens, item, lint, name));
                vec![named(shown.unwrap_or(item.lines.0))]
            }
            (Proof::Program, tokens) => programs(tokens.as_ref(), item, name)
                .into_iter()
                .map(|(program, line)| Confirmed {
                    computed: program.is_none(),
                    name: program.unwrap_or_else(|| COMPUTED.to_string()),
                    place: place(line),
                })
                .collect(),
        }
    }
}

/// Does a function choose what is left out by being empty, which is told by its being left out?
fn is_plain_test(function: &str) -> bool {
    matches!(function.rsplit("::").next(), Some("is_none" | "is_empty"))
}

/// The line of the most telling words of a path.
fn line(tokens: &Tokens, item: &Item, lint: Lint, name: &str) -> Option<u32> {
    let mut segments: Vec<&str> = name.split("::").collect();
    if lint == Lint::Environment {
        segments.extend(["vars_os", "vars", "var_os", "var"]);
    }
    let pairs = segments.windows(2).rev().map(<[&str]>::to_vec);
    let single = segments.iter().rev().map(|word| vec![*word]);
    let mut tries = pairs.chain(single);
    let in_words = tries.find_map(|words| {
        let found = tokens.find(item.lines, &words).into_iter().next()?;
        Some(found.line)
    });
    in_words.or_else(|| tokens.line_of_text(item.lines, name))
}

/// The programs that an item starts and that are not the toolchain's: their names, where they stand there, and lines.
fn programs(tokens: Option<&Tokens>, item: &Item, name: &str) -> Vec<(Option<String>, u32)> {
    let segments: Vec<&str> = name.split("::").collect();
    let last = segments.last().copied().unwrap_or_default();
    let tries = [vec!["Command", "new"], vec![last]];
    let found = tries.iter().find_map(|words| {
        let found = tokens?.find(item.lines, words);
        (!found.is_empty()).then_some(found)
    });
    let Some(found) = found else {
        return vec![(None, item.lines.0)];
    };
    let named = found.into_iter().map(|found| {
        let word = |text: String| text.split_whitespace().next().map(str::to_string);
        (found.argument.and_then(word), found.line)
    });
    let foreign = |(program, _): &(Option<String>, u32)| {
        !program
            .as_deref()
            .is_some_and(|program| TOOLCHAIN.contains(&program))
    };
    named.filter(foreign).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fingerprint::Fingerprint;

    fn confirmed(text: &str, lint: Lint, name: &str, proof: Proof) -> Vec<(String, u32, bool)> {
        let item = Item {
            path: "k::f".into(),
            kind: "fn".into(),
            file: "src/lib.rs".into(),
            lines: (1, 9),
            own: Fingerprint::NONE,
        };
        let read = |_: &str| Some(text.to_string());
        let found = Texts::new(&read).confirmed(&item, lint, name, proof);
        let plain = found.into_iter();
        plain
            .map(|one| (one.name, one.place.line, one.computed))
            .collect()
    }

    #[test]
    fn the_line_is_that_of_the_most_telling_words() {
        let text = "fn f(at: Instant) {\n let now = 1;\n T::now() - Instant::now()\n}";
        let name = "std::time::Instant::now";
        let found = confirmed(text, Lint::Clock, name, Proof::Name);
        assert_eq!(found, [(name.to_string(), 3, false)]);
        let text = "fn f() {\n read(\"/etc/hosts\")\n}";
        let found = confirmed(text, Lint::OutsideFiles, "/etc/hosts", Proof::Name);
        assert_eq!(found[0].1, 2);
    }

    #[test]
    fn words_that_must_stand_there_are_looked_for() {
        let mutable = Proof::Words(&["static", "mut"]);
        assert!(confirmed("static A: u8 = 1;", Lint::State, "A", mutable).is_empty());
        assert_eq!(
            confirmed("\nstatic mut A: u8 = 1;", Lint::State, "A", mutable)[0].1,
            2
        );
    }

    #[test]
    fn programs_of_the_toolchain_are_no_findings_and_computed_ones_are_told_apart() {
        let text =
            "fn f() {\n Command::new(\"cargo\");\n Command::new(\"git\");\n Command::new(name);\n}";
        let found = confirmed(
            text,
            Lint::Programs,
            "std::process::Command::new",
            Proof::Program,
        );
        let computed = (COMPUTED.to_string(), 4, true);
        assert_eq!(found, [("git".to_string(), 3, false), computed]);
    }
}
