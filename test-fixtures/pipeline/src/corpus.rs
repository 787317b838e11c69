//! The text that the pipeline starts from.

use crate::letters;
use serde::{Deserialize, Serialize};

/// A text that was made up.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Corpus {
    /// All of it, a sentence a line.
    pub text: String,
}

/// Rounds of mixing for each word: what makes the fixture slow.
const ROUNDS: u32 = 30_000;

/// A text of 2000 words. It takes about a second in a debug build, and is made once a code version.
#[mamo::fixture]
pub fn corpus() -> Corpus {
    let mut state = 1;
    let mut text = String::new();
    for index in 0..2000 {
        state = mixed(state);
        text.push_str(letters::VOCABULARY[usize::try_from(state % 16).unwrap_or(0)]);
        text.push_str(if index % 10 == 9 { ".\n" } else { " " });
    }
    Corpus { text }
}

fn mixed(mut state: u64) -> u64 {
    for _ in 0..ROUNDS {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
    }
    state
}
