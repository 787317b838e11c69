//! Words and letters.

/// What the text is made of.
pub const VOCABULARY: [&str; 16] = [
    "the", "Loom", "of", "thread", "and", "weaver", "a", "shuttle", "in", "wool", "to", "Cloth", "dye", "spindle",
    "warp", "weft",
];

/// A word without punctuation and in small letters.
pub fn clean(word: &str) -> String {
    word.chars().filter(|letter| letter.is_alphabetic()).map(fold).collect()
}

fn fold(letter: char) -> char {
    letter.to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cleaning_drops_punctuation() {
        assert_eq!(clean("wool,"), "wool");
    }

    #[test]
    fn cleaning_folds_case() {
        assert_eq!(clean("LOOM"), "loom");
    }
}
