//! Look-alikes of what the other modules do: nothing here is out of mamo's sight.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

/// Not the clock's.
pub struct Instant(u64);

impl Instant {
    /// Always the same.
    pub fn now() -> Self {
        Self(1)
    }
}

static NUMBERS: LazyLock<BTreeMap<&'static str, u32>> =
    LazyLock::new(|| BTreeMap::from([("one", 1)]));

/// A table that is made once and never changes.
pub fn table() -> &'static BTreeMap<&'static str, u32> {
    &NUMBERS
}

/// Words in their order, counted without regard to a map's.
pub fn of_words(words: &[&str]) -> Vec<String> {
    let mut counts: HashMap<&str, u64> = HashMap::new();
    for word in words {
        *counts.entry(word).or_default() += Instant::now().0;
    }
    let mut sorted: Vec<String> = words.iter().map(|word| (*word).to_string()).collect();
    sorted.sort_by_key(|word| (counts.get(word.as_str()).copied(), word.clone()));
    sorted
}

/// A memo of pure code; `Instant::now()` and "/etc/hosts" stand in a comment.
#[mamo::memo]
pub fn doubled(n: u32) -> u32 {
    let twice = |n: u32| n * 2;
    twice(n) + u32::try_from(table().len()).unwrap_or(0)
}

/// A variable by its name.
#[mamo::memo]
pub fn greeting() -> String {
    std::env::var("GREETING").unwrap_or_default()
}

/// A map that is only asked by key.
#[mamo::memo]
pub fn counted(word: &str) -> Option<u32> {
    let counts = HashMap::from([("a", 1), ("b", 2)]);
    counts.get(word).copied()
}
