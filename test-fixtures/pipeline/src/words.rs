//! First step: the words of a text that carry meaning.

use crate::letters;

/// Words that say nothing, one a line.
const STOPWORDS: &str = include_str!("../data/stopwords.txt");

/// The words of `text`, cleaned, without stopwords.
#[mamo::memo]
pub fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(letters::clean).filter(|word| carries_meaning(word)).collect()
}

fn carries_meaning(word: &str) -> bool {
    !STOPWORDS.lines().any(|stopword| stopword == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stopwords_are_left_out() {
        assert_eq!(words("the weft of wool"), ["weft", "wool"]);
    }

    #[test]
    fn the_list_of_stopwords_is_sorted() {
        assert!(STOPWORDS.lines().is_sorted());
    }
}
