//! Trust, tried: a random sample of what could be reused runs all the same.
//!
//! One sampled test that does not pass is enough to doubt every reuse: then everything runs. Doctests are not sampled.

use crate::cargo::harness::Outcome;
use crate::plan::{Decision, Kind};
use crate::reason::Reason;
use crate::survey::Entry;
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::str::FromStr;

/// How many of a hundred.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Percent(f64);

impl Percent {
    /// From 0 to 100.
    pub fn value(self) -> f64 {
        self.0
    }
}

impl FromStr for Percent {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = text.trim().trim_end_matches('%').trim_end().parse::<f64>();
        let percent = number.ok().filter(|number| (0.0..=100.0).contains(number));
        percent
            .map(Self)
            .ok_or_else(|| format!("`{text}` is no percentage from 0 to 100"))
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}%", self.0)
    }
}

/// The share that the command line asks for, or the settings do; `None` if it is nothing.
pub fn share(asked: Option<Percent>, set: Percent) -> Option<Percent> {
    asked.or((set.value() > 0.0).then_some(set))
}

/// Plans a random share of the reusable tests to run, rounded up.
pub fn sample(entries: &mut [Entry], share: Percent) {
    let random = RandomState::new();
    let mut reusable: Vec<_> = entries
        .iter_mut()
        .filter(|entry| entry.decision == Decision::Reuse && entry.id.kind != Kind::Doc)
        .collect();
    reusable.sort_by_cached_key(|entry| random.hash_one(&entry.id));
    let wanted = wanted(reusable.len(), share);
    for entry in reusable.into_iter().take(wanted) {
        entry.decision = Decision::Run(Reason::Audit);
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a count of tests, from 0 to `of`"
)]
fn wanted(of: usize, share: Percent) -> usize {
    ((of as f64 * share.0 / 100.0).ceil() as usize).min(of)
}

/// Sampled tests that did not pass.
pub fn disagreeing(entries: &[Entry]) -> Vec<&Entry> {
    let sampled = entries
        .iter()
        .filter(|entry| entry.decision == Decision::Run(Reason::Audit));
    sampled
        .filter(|entry| entry.outcome == Some(Outcome::Failed))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_rounded_up_and_never_more_than_all() {
        let percent = |text: &str| Percent::from_str(text);
        assert_eq!(wanted(10, percent("5%").unwrap()), 1);
        assert_eq!(wanted(10, percent("0").unwrap()), 0);
        assert_eq!(wanted(7, percent("100 %").unwrap()), 7);
        assert_eq!(wanted(0, percent("50").unwrap()), 0);
        for text in ["", "%", "-1", "101%", "NaN", "many"] {
            assert!(percent(text).is_err(), "{text}");
        }
    }
}
