//! Results of many kinds: by every codec, mapped, and those that do not read back as they were.
//!
//! Its functions are part of the program under test. What stands behind a feature is tested with it.

#[cfg(feature = "rkyv")]
mod archive;
#[cfg(feature = "ndarray")]
mod arrays;
#[cfg(feature = "mmap")]
mod mapped;
#[cfg(feature = "messagepack")]
mod message;

use crate::program::{Program, computed};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// What the keys of these functions end with.
pub(crate) const FUNCTIONS: [&str; 14] = [
    "noted",
    "trimmed",
    "left_out",
    "tallied",
    "mapped::wave",
    "mapped::few",
    "mapped::total",
    "mapped::total_of_value",
    "mapped::later",
    "message::reading",
    "archive::archived",
    "arrays::table",
    "arrays::sum",
    "arrays::swapped",
];

/// What a call gives, if it is one of these.
pub(crate) fn call(words: &[&str]) -> Option<Vec<String>> {
    let result = match *words {
        ["trimmed"] => trimmed().0,
        ["left_out"] => format!("{:?}", left_out().0),
        ["noted", n] => return Some(often(n.parse().unwrap())),
        ["tallied"] => tallied().0.len().to_string(),
        _ => return of_features(words),
    };
    Some(vec![result])
}

fn of_features(words: &[&str]) -> Option<Vec<String>> {
    #[cfg(feature = "mmap")]
    if let Some(results) = mapped::call(words) {
        return Some(results);
    }
    #[cfg(feature = "messagepack")]
    if let Some(results) = message::call(words) {
        return Some(results);
    }
    #[cfg(feature = "rkyv")]
    if let Some(results) = archive::call(words) {
        return Some(results);
    }
    #[cfg(feature = "ndarray")]
    if let Some(results) = arrays::call(words) {
        return Some(results);
    }
    let _ = words;
    None
}

/// Reads back without its blanks. Has no equality.
#[derive(Serialize)]
struct Trimmed(String);

impl<'de> Deserialize<'de> for Trimmed {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Ok(Self(text.trim().to_owned()))
    }
}

#[mamo::memo]
fn trimmed() -> Trimmed {
    computed("trimmed");
    Trimmed(" a ".into())
}

/// Leaves a field out, which postcard cannot tell.
#[derive(Serialize, Deserialize)]
struct LeftOut(
    #[serde(skip_serializing_if = "Option::is_none")] Option<u32>,
    u32,
);

#[mamo::memo]
fn left_out() -> LeftOut {
    computed("left_out");
    LeftOut(None, 1)
}

/// Reads back equal in another order each time. Has no equality.
#[derive(Serialize, Deserialize)]
struct Tallied(HashMap<String, u32>);

#[mamo::memo]
fn tallied() -> Tallied {
    computed("tallied");
    Tallied((0..300).map(|n| (n.to_string(), n)).collect())
}

#[mamo::memo]
fn noted(n: u32, factor: f32) -> u64 {
    computed("noted");
    u64::from(n) + u64::from(factor < 1.0)
}

/// Calls that are served, and calls after something that lets none be served from before.
fn often(n: u32) -> Vec<String> {
    let served = || (0..5).map(|_| noted(n, 0.5)).sum::<u64>();
    let mut results = vec![served()];
    noted::forget(n, 0.5);
    results.push(served());
    std::thread::scope(|scope| scope.spawn(|| noted::forget(n, 0.5)).join().unwrap());
    results.push(served());
    results.push(noted(n, 0.25));
    mamo::set_policy(Some(mamo::Policy::Always));
    results.push(noted(n, 0.5));
    mamo::set_policy(None);
    results.push(served());
    let hits = mamo::stats().pop().unwrap().counts.memory_hits;
    results.push(hits);
    results.iter().map(ToString::to_string).collect()
}

#[test]
fn a_noted_number_is_served_until_it_is_forgotten_anywhere_or_the_policy_changes() {
    let program = Program::new();
    let expected = ["40", "40", "40", "8", "8", "40", "17"];
    assert_eq!(program.results("noted 7"), expected);
    assert_eq!(program.computed().len(), 5);
}

#[test]
fn what_reads_back_otherwise_is_said_and_not_stored() {
    let program = Program::new();
    let trimmed = program.run("trimmed");
    assert!(
        trimmed.warnings[0].contains("encodes to other bytes"),
        "{trimmed:?}"
    );
    let left_out = program.run("left_out");
    assert!(
        left_out.warnings[0].contains("does not go through serde"),
        "{left_out:?}"
    );
    assert_eq!(trimmed.results, [" a "]);
    assert_eq!(left_out.results, ["None"]);
    assert!(program.value_files().is_empty());
}

#[test]
fn a_map_that_reads_back_in_another_order_is_stored() {
    let program = Program::new();
    assert_eq!(program.results("tallied"), ["300"]);
    assert_eq!(program.results("tallied"), ["300"]);
    assert_eq!(program.computed(), ["tallied"]);
}
