//! Small changes to a file's text that a test may notice: what `cargo mamo verify --mutate` tries.
//!
//! Found in the parsed file, made in its text by byte range; what stays keeps its line, so that doctests keep their
//! names. Nobody looks whether the result compiles: that is for the compiler to say. Tests are left as they are.

mod derives;
mod literals;
mod returns;
mod tokens;
mod walk;

use super::stack;
use serde::{Deserialize, Serialize};
use std::ops::Range;
use walk::Walk;

/// What is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A binary operator in a body.
    Operator,
    /// A literal in a body.
    Literal,
    /// What a function returns.
    Return,
    /// A condition of an `if`.
    Condition,
    /// A guard of a match arm.
    Guard,
    /// A `!` or `-` before an operand.
    Unary,
    /// The value of a `const`.
    Const,
    /// The value of a `static`.
    Static,
    /// A discriminant of an enum.
    Discriminant,
    /// A derive that is taken away.
    DeriveRemoved,
    /// A derive that is replaced by an impl.
    DeriveReplaced,
    /// The body of a method in the impl of a trait.
    TraitImpl,
    /// The body that a trait gives.
    TraitDefault,
    /// A method of a trait's impl that is taken away.
    OverrideRemoved,
    /// The right side of a `macro_rules!` rule, or the arguments of a macro that makes items.
    Macro,
    /// A file that is no source.
    Data,
}

impl Kind {
    /// The word used in JSON and text.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Literal => "literal",
            Self::Return => "return",
            Self::Condition => "condition",
            Self::Guard => "guard",
            Self::Unary => "unary",
            Self::Const => "const",
            Self::Static => "static",
            Self::Discriminant => "discriminant",
            Self::DeriveRemoved => "derive-removed",
            Self::DeriveReplaced => "derive-replaced",
            Self::TraitImpl => "trait-impl",
            Self::TraitDefault => "trait-default",
            Self::OverrideRemoved => "override-removed",
            Self::Macro => "macro",
            Self::Data => "data",
        }
    }
}

/// One change: the bytes of `range` become `text`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    /// What it changes.
    pub kind: Kind,
    /// Which bytes of the file.
    pub range: Range<usize>,
    /// What stands there instead.
    pub text: String,
}

impl Edit {
    /// The file's text with the change made.
    pub fn apply(&self, text: &str) -> String {
        let (before, after) = (&text[..self.range.start], &text[self.range.end..]);
        format!("{before}{}{after}", self.text)
    }
}

/// Every change that can be made to a file and leaves it one that parses; none to a file that does not parse.
pub fn edits(text: &str) -> Vec<Edit> {
    // syn drops both from what it gives ranges in.
    let shifted =
        text.starts_with('\u{feff}') || (text.starts_with("#!") && !text.starts_with("#!["));
    if shifted {
        return Vec::new();
    }
    stack::with_room(text, || {
        let found = syn::parse_file(text)
            .map(|file| Walk::over(text, &file))
            .unwrap_or_default();
        proc_macro2::extra::invalidate_current_thread_spans();
        found
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = r#"
        const LIMIT: usize = 3;
        static NAME: &str = "n";
        #[derive(Clone, PartialEq)]
        enum Way { In, Out }
        trait Say { fn say(&self) -> u8 { 1 } }
        impl Say for Way { fn say(&self) -> u8 { if *self == Way::In { 2 } else { 3 } } }
        macro_rules! twice { ($x:expr) => { $x * 2 } }
        fn f(a: i32, b: bool) -> bool { match a { 1 if !b => -a < 4, _ => false } }
        #[cfg(test)]
        mod tests { #[test] fn t() { assert_eq!(1 + 1, 2); } }
    "#;

    #[test]
    fn every_kind_that_source_offers_is_found_and_still_parses() {
        let edits = edits(SOURCE);
        for kind in [
            Kind::Operator,
            Kind::Literal,
            Kind::Return,
            Kind::Guard,
            Kind::Unary,
            Kind::Const,
            Kind::Static,
            Kind::Discriminant,
            Kind::DeriveRemoved,
            Kind::DeriveReplaced,
            Kind::TraitImpl,
            Kind::TraitDefault,
            Kind::OverrideRemoved,
            Kind::Macro,
        ] {
            assert!(edits.iter().any(|edit| edit.kind == kind), "no {kind:?}");
        }
        for edit in &edits {
            let changed = edit.apply(SOURCE);
            assert_ne!(changed, SOURCE, "{edit:?}");
            assert!(syn::parse_file(&changed).is_ok(), "{edit:?}\n{changed}");
        }
    }

    #[test]
    fn tests_stay_as_they_are_and_lines_stay_where_they_are() {
        let start = SOURCE.find("#[cfg(test)]").unwrap();
        for edit in edits(SOURCE) {
            assert!(edit.range.end <= start, "{edit:?}");
            assert_eq!(
                edit.apply(SOURCE).lines().count(),
                SOURCE.lines().count(),
                "{edit:?}"
            );
        }
    }
}
