//! What the fixtures of the tests are made of.

/// The fixture `corpus` rests on this.
pub fn words() -> Vec<String> {
    ["a", "few", "words"].map(str::to_owned).to_vec()
}

/// The fixture `sized` rests on this.
pub fn squares(count: u64) -> Vec<u64> {
    (1..=count).map(|n| n * n).collect()
}

/// No fixture rests on this.
pub fn longest(words: &[String]) -> usize {
    words.iter().map(String::len).max().unwrap_or(0)
}
