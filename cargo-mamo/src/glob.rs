//! Patterns for names and paths: `?` is one letter, `*` any number of them, in paths up to the next `/`, and `**` any
//! number with `/` too.

/// Is all of `text` of the form `pattern`? In `paths`, one `*` stops at `/`.
pub fn matches(pattern: &str, text: &str, paths: bool) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), text.chars().collect());
    holds(&pattern, &text, paths)
}

fn holds(pattern: &[char], text: &[char], paths: bool) -> bool {
    match pattern {
        [] => text.is_empty(),
        // `a/**` is all below `a`, and `**/a` an `a` anywhere.
        ['*', '*', '/', rest @ ..] if paths => {
            holds(rest, text, paths)
                || (0..text.len()).any(|at| text[at] == '/' && holds(rest, &text[at + 1..], paths))
        }
        ['*', '*', rest @ ..] => (0..=text.len()).any(|at| holds(rest, &text[at..], paths)),
        ['*', rest @ ..] => {
            let end = text.iter().position(|letter| paths && *letter == '/');
            let end = end.unwrap_or(text.len());
            (0..=end).any(|at| holds(rest, &text[at..], paths))
        }
        ['?', rest @ ..] => {
            matches!(text, [letter, behind @ ..] if !(paths && *letter == '/') && holds(rest, behind, paths))
        }
        [letter, rest @ ..] => {
            matches!(text, [other, behind @ ..] if other == letter && holds(rest, behind, paths))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stop_at_slashes_in_paths_alone() {
        for (pattern, text, paths, expected) in [
            ("net::*", "net::deep::works", false, true),
            ("*works", "net::works", false, true),
            ("net", "net::works", false, false),
            ("?et", "net", false, true),
            ("data/*.txt", "data/a.txt", true, true),
            ("data/*.txt", "data/deep/a.txt", true, false),
            ("data/**", "data/deep/a.txt", true, true),
            ("**/*.md", "a.md", true, true),
            ("**/*.md", "a/b.md", true, true),
            ("**/*.md", "a/b.mdx", true, false),
            ("", "", true, true),
        ] {
            assert_eq!(matches(pattern, text, paths), expected, "{pattern} {text}");
        }
    }
}
