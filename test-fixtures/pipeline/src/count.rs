//! Second step: how often each word occurs.

use std::collections::BTreeMap;

/// Shorter words are not counted.
const SHORTEST: usize = 3;

macro_rules! add {
    ($counts:expr, $word:expr) => {
        *$counts.entry($word.clone()).or_insert(0) += 1
    };
}

/// How often each word occurs in `words`.
#[mamo::memo]
pub fn count(words: &[String]) -> BTreeMap<String, u32> {
    let mut counts = BTreeMap::new();
    for word in words.iter().filter(|word| word.len() >= SHORTEST) {
        add!(counts, word);
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owned(words: &[&str]) -> Vec<String> {
        words.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn each_occurrence_counts() {
        assert_eq!(count(&owned(&["warp", "weft", "warp"]))["warp"], 2);
    }

    #[test]
    fn short_words_do_not_count() {
        assert!(count(&owned(&["ox"])).is_empty());
    }
}
