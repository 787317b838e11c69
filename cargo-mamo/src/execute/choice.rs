//! Choosing doctests by words: rustdoc parts its test arguments at spaces, and every name has spaces.
//!
//! So that no name can be given whole. Words are found that choose every wanted doctest, and few others.

use std::collections::BTreeSet;

/// Arguments by which libtest takes all of `wanted`, and of `all` as few others as words can tell apart.
pub(super) fn arguments(wanted: &[String], all: &[String]) -> Vec<String> {
    let is_wanted: BTreeSet<&String> = wanted.iter().collect();
    let others: Vec<&String> = all
        .iter()
        .filter(|name| !is_wanted.contains(name))
        .collect();
    let count = |word: &str| others.iter().filter(|name| name.contains(word)).count();
    let mut words = BTreeSet::new();
    for name in wanted {
        if !words.iter().any(|word: &&str| name.contains(word)) {
            words.extend(words_of(name).min_by_key(|word| count(word)));
        }
    }
    let mut skipped = BTreeSet::new();
    for name in others
        .iter()
        .filter(|name| words.iter().any(|word| name.contains(word)))
    {
        let spares = |word: &&str| !wanted.iter().any(|wanted| wanted.contains(word));
        skipped.extend(words_of(name).find(spares));
    }
    let skips = skipped
        .into_iter()
        .flat_map(|word| ["--skip".to_owned(), word.to_owned()]);
    skips.chain(words.into_iter().map(str::to_owned)).collect()
}

/// The words of a doctest's name, the most telling first; none that libtest would take for an option.
fn words_of(name: &str) -> impl Iterator<Item = &str> {
    name.split_whitespace()
        .rev()
        .filter(|word| !word.starts_with('-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(wanted: &[&str], all: &[&str]) -> Vec<String> {
        let owned = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
        let arguments = arguments(&owned(wanted), &owned(all));
        let mut skips = Vec::new();
        let mut words = Vec::new();
        let mut rest = arguments.iter();
        while let Some(word) = rest.next() {
            if word == "--skip" {
                skips.extend(rest.next());
            } else {
                words.push(word);
            }
        }
        let takes = |name: &&&str| {
            words.iter().any(|word| name.contains(*word))
                && !skips.iter().any(|word| name.contains(*word))
        };
        all.iter().filter(takes).map(ToString::to_string).collect()
    }

    #[test]
    fn words_take_what_is_wanted_and_little_else() {
        let all = [
            "a.rs - f (line 3)",
            "a.rs - f (line 13)",
            "b.rs - g (line 3)",
            "b.rs - (line 30)",
        ];
        for wanted in all {
            assert_eq!(chosen(&[wanted], &all), [wanted]);
        }
        assert_eq!(chosen(&all[1..3], &all), &all[1..3]);
        // nothing tells them apart: both run
        let alike = [
            "a.rs - f (line 3)",
            "a.rs - f (line 13)",
            "b.rs - f (line 13)",
            "b.rs - g (line 3)",
        ];
        let taken = chosen(&[alike[0], alike[2]], &alike);
        assert!(taken.contains(&alike[0].to_owned()) && taken.contains(&alike[2].to_owned()));
    }
}
