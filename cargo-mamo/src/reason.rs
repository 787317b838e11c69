//! Why a test has to run, or a value to be computed again.
//!
//! A reason is a value, not an error: its variants carry what was and what is, `cargo mamo why` is its
//! [`Display`](fmt::Display), and the same value is the `reason` of the JSON output. Pure.

use crate::analysis::{Change, Place};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Why something is planned to run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "kebab-case")]
pub enum Reason {
    /// No pass of it is remembered.
    New,
    /// It failed when it last ran.
    FailedLast,
    /// What it can reach is different from when it last passed.
    Changed {
        /// The most telling difference.
        first: Change,
        /// How many differences there are besides.
        more: usize,
    },
    /// Its fingerprint is different, and what it was then is no longer known.
    Stale,
    /// Its fingerprint is different; what changed was not looked up.
    Different,
    /// It cannot be traced to source, so it always runs.
    Untraced,
    /// It was asked for.
    Forced,
    /// The settings say that it always runs.
    Always,
    /// It could be reused, and is run as a sample.
    Audit,
    /// Nothing that names lead to is different, and yet its compiled code is: a defect of the rules.
    CodeDiffers,
    /// It passed when its compiled code was not looked at.
    CodeUnproven,
    /// Its code reads files or variables that nothing does which names lead to, and some of its package's are different.
    UnnamedInputs,
}

impl Reason {
    /// The reason that a list of changes amounts to.
    pub fn of_changes(changes: &[Change]) -> Self {
        match changes.split_first() {
            Some((first, rest)) => Self::Changed {
                first: first.clone(),
                more: rest.len(),
            },
            None => Self::Stale,
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::New => f.write_str("it has not passed yet"),
            Self::FailedLast => f.write_str("it failed when it last ran"),
            Self::Changed { first, more: 0 } => Described(first).fmt(f),
            Self::Changed { first, more } => write!(f, "{} and {more} more", Described(first)),
            Self::Stale => {
                f.write_str("its fingerprint is different; what changed is no longer known")
            }
            Self::Different => f.write_str("its fingerprint is different"),
            Self::Untraced => {
                f.write_str("it cannot be traced to source (made by a macro?), so it always runs")
            }
            Self::Forced => f.write_str("--all was given"),
            Self::Always => f.write_str("`test.always` names it"),
            Self::Audit => f.write_str("it is a sample of what could be reused"),
            Self::CodeDiffers => f.write_str(
                "its compiled code is different, although no source that it is known to reach is",
            ),
            Self::CodeUnproven => {
                f.write_str("what its compiled code was when it passed is not known")
            }
            Self::UnnamedInputs => f.write_str(
                "its compiled code may read any file of its package or any variable, and one is different",
            ),
        }
    }
}

/// A change in words.
#[derive(Debug)]
pub struct Described<'a>(pub &'a Change);

impl fmt::Display for Described<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Change::Changed(place) => write!(f, "{} changed", Located(place)),
            Change::Added(place) => write!(f, "{} is new in its reach", Located(place)),
            Change::Removed(place) => write!(f, "{} is gone from its reach", Located(place)),
            Change::Environment { what } => f.write_str(what),
        }
    }
}

struct Located<'a>(&'a Place);

impl fmt::Display for Located<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}:{})", self.0.path, self.0.file, self.0.line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_names_item_file_and_line() {
        let place = Place {
            path: "k::f".into(),
            file: "src/lib.rs".into(),
            line: 12,
            chain: vec![],
        };
        let reason = Reason::of_changes(&[
            Change::Changed(place),
            Change::Environment {
                what: "features".into(),
            },
        ]);
        assert_eq!(
            reason.to_string(),
            "k::f (src/lib.rs:12) changed and 1 more"
        );
        let json = serde_json::to_value(&reason).unwrap();
        assert_eq!(json["reason"], "changed");
        assert_eq!(json["first"]["line"], 12);
    }
}
