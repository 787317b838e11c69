//! One line of a report on recomputed values, as the runtime writes and `cargo mamo` reads it.

use crate::key::ValueKey;
use std::fmt;

/// What came out for one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The same bytes.
    Same,
    /// Other bytes, of an equal value: something has no order.
    Order,
    /// Another value.
    Differs,
    /// A variable or file changed meanwhile: this tells nothing.
    Changed,
}

/// One value that was computed again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The function's key.
    pub function: String,
    /// Names the value.
    pub key: ValueKey,
    /// What came out.
    pub verdict: Verdict,
    /// Where it differs.
    pub detail: String,
}

const WORD: &str = "mamo-verify1";
const VERDICTS: [(&str, Verdict); 4] = [
    ("same", Verdict::Same),
    ("order", Verdict::Order),
    ("differs", Verdict::Differs),
    ("changed", Verdict::Changed),
];

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = VERDICTS.iter().find(|(_, known)| *known == self.verdict);
        let verdict = verdict.map_or("", |(word, _)| word);
        let key = blake3::Hash::from_bytes(self.key).to_hex();
        let detail: String = self.detail.chars().map(plain).collect();
        writeln!(f, "{WORD}\t{}\t{key}\t{verdict}\t{detail}", self.function)
    }
}

/// Tabs and line ends part fields and lines.
fn plain(letter: char) -> char {
    if letter.is_control() { ' ' } else { letter }
}

impl Line {
    /// Reads a line; `None` if it is none.
    pub fn parse(line: &str) -> Option<Self> {
        let words: Vec<_> = line.split('\t').collect();
        let [WORD, function, key, verdict, detail] = words[..] else {
            return None;
        };
        let known = VERDICTS.iter().find(|(word, _)| *word == verdict);
        Some(Self {
            function: function.to_owned(),
            key: *blake3::Hash::from_hex(key).ok()?.as_bytes(),
            verdict: known?.1,
            detail: detail.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

    use super::*;

    #[test]
    fn a_line_is_read_as_it_was_written_and_torn_ones_are_none() {
        let line = Line {
            function: "p/c::f".to_owned(),
            key: [0xab; 32],
            verdict: Verdict::Differs,
            detail: ".a[3]: 1 stored, 2 computed".to_owned(),
        };
        let written = line.to_string();
        let read = Line::parse(written.trim_end()).unwrap();
        assert_eq!(read, line);
        for end in 0..written.len() - line.detail.len() - 1 {
            assert_eq!(Line::parse(&written[..end]), None);
        }
        let broken = Line {
            detail: "a\tb\nc".to_owned(),
            ..line
        };
        assert_eq!(broken.to_string().lines().count(), 1);
    }
}
