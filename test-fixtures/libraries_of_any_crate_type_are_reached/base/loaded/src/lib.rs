//! Loaded by other programs, and linked with by tests.

/// What a file beside it says.
pub fn text() -> &'static str {
    include_str!("text.txt")
}

/// A word.
pub fn word() -> &'static str {
    "word"
}

/// What a variable said when it was compiled.
pub fn option() -> Option<&'static str> {
    option_env!("MAMO_SCENARIO_WORD")
}

#[cfg(test)]
mod tests {
    #[test]
    fn own() {
        assert_eq!(include_str!("own.txt"), "own\n");
    }
}
