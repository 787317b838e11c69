//! Functions that break the first rule of a memo: what they give depends on more than code and arguments.

use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::time::{SystemTime, UNIX_EPOCH};

#[derive(Clone, Serialize, Deserialize)]
struct Letter {
    text: String,
    stamp: Stamp,
}

#[derive(Clone, Serialize, Deserialize)]
struct Stamp {
    at: u128,
}

fn now() -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos())
}

#[mamo::memo]
fn letter(text: &str) -> Letter {
    let stamp = Stamp { at: now() };
    Letter { text: text.to_owned(), stamp }
}

#[mamo::memo]
fn bag() -> HashSet<u32> {
    (0..100).collect()
}

#[mamo::memo]
fn square(n: u64) -> u64 {
    n * n
}

fn main() {
    let sum: u64 = (0..10).map(square).sum();
    println!("{} {} {sum}", letter("hello").text, bag().len());
}

#[cfg(test)]
mod tests {
    #[test]
    fn squares_are_even_or_odd_as_their_roots() {
        assert_eq!(super::square(3) % 2, 1);
    }
}
