//! nextest: its names for what we call targets and tests, and expressions that choose some of them.

use crate::plan::{Kind, TestId};
use std::collections::BTreeMap;

/// nextest's name for the program that a test lies in.
pub fn binary_id(id: &TestId) -> String {
    let (package, target) = (&id.package, &id.target);
    match id.kind {
        Kind::Lib | Kind::Doc => package.clone(),
        Kind::Test => format!("{package}::{target}"),
        Kind::Bin => format!("{package}::bin/{target}"),
        Kind::Example => format!("{package}::example/{target}"),
        Kind::Bench => format!("{package}::bench/{target}"),
    }
}

/// The name that nextest gives a test: a program without a harness is listed by what it prints.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// By program: tests that are wanted, and how many are not.
    binaries: BTreeMap<String, (Vec<String>, usize)>,
}

impl Filter {
    /// Notes a test; doctests are passed over.
    pub fn add(&mut self, id: &TestId, wanted: bool) {
        if id.kind == Kind::Doc {
            return;
        }
        let (names, others) = self.binaries.entry(binary_id(id)).or_default();
        if wanted {
            names.push(id.name.clone());
        } else {
            *others += 1;
        }
    }

    /// Is nothing wanted?
    pub fn is_empty(&self) -> bool {
        self.binaries.values().all(|(names, _)| names.is_empty())
    }

    /// The expression that chooses just the wanted tests.
    pub fn expression(&self) -> String {
        let parts: Vec<String> = self
            .binaries
            .iter()
            .filter(|(_, (names, _))| !names.is_empty())
            .map(|(binary, (names, others))| Self::of_binary(binary, names, *others == 0))
            .collect();
        if parts.is_empty() {
            "none()".to_string()
        } else {
            parts.join(" | ")
        }
    }

    fn of_binary(binary: &str, names: &[String], whole: bool) -> String {
        let binary = format!("binary_id(={})", escaped(binary));
        if whole {
            return binary;
        }
        let tests: Vec<_> = names
            .iter()
            .map(|name| format!("test(={})", escaped(name)))
            .collect();
        format!("({binary} & ({}))", tests.join(" | "))
    }
}

/// A name inside parentheses of an expression.
fn escaped(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if matches!(c, '\\' | '/' | ')' | ',') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_programs_are_named_alone() {
        let id = |kind, target: &str, name: &str| TestId {
            package: "p".into(),
            kind,
            target: target.into(),
            name: name.into(),
        };
        let mut filter = Filter::default();
        assert_eq!(filter.expression(), "none()");
        filter.add(&id(Kind::Lib, "p", "m::a"), true);
        filter.add(&id(Kind::Lib, "p", "m::b"), false);
        filter.add(&id(Kind::Bin, "x", "c"), true);
        filter.add(&id(Kind::Test, "it", "d"), false);
        filter.add(&id(Kind::Doc, "p", "e"), true);
        assert_eq!(
            filter.expression(),
            "(binary_id(=p) & (test(=m::a))) | binary_id(=p::bin\\/x)"
        );
    }
}
