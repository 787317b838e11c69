//! Third step: the most frequent words, drawn.

use std::collections::BTreeMap;
use std::fmt;

/// One line of a chart.
struct Bar<'a> {
    word: &'a str,
    count: u32,
}

impl fmt::Display for Bar<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:>8} {} {}", self.word, "#".repeat(blocks(self.count)), self.count)
    }
}

/// Why there is no chart.
#[derive(Debug, PartialEq)]
pub struct NoWords;

/// A chart of the `most` most frequent words. An error is not remembered.
#[mamo::memo]
pub fn chart(counts: &BTreeMap<String, u32>, most: usize) -> Result<String, NoWords> {
    let mut bars: Vec<_> = counts.iter().map(|(word, &count)| Bar { word, count }).collect();
    bars.sort_by_key(|bar| std::cmp::Reverse(bar.count));
    let lines: Vec<_> = bars.iter().take(most).map(ToString::to_string).collect();
    if lines.is_empty() { Err(NoWords) } else { Ok(lines.join("\n")) }
}

fn blocks(count: u32) -> usize {
    count as usize / 10
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_has_a_block_for_ten() {
        assert_eq!(Bar { word: "wool", count: 20 }.to_string(), "    wool ## 20");
    }

    #[test]
    fn no_words_make_no_chart() {
        assert_eq!(chart(&BTreeMap::new(), 3), Err(NoWords));
    }
}
