//! The steps one after another, on the text that the fixture makes.

use pipeline::chart::chart;
use pipeline::corpus::corpus;
use pipeline::count::count;
use pipeline::words::words;

#[test]
fn the_text_has_a_sentence_a_line() {
    assert_eq!(corpus().text.lines().count(), 200);
}

#[test]
fn every_word_of_the_text_is_clean() {
    assert!(words(&corpus().text).iter().all(|word| word.chars().all(char::is_lowercase)));
}

#[test]
fn all_words_but_stopwords_are_counted() {
    let words = words(&corpus().text);
    assert_eq!(count(&words).values().sum::<u32>() as usize, words.len());
}

#[test]
fn a_chart_has_as_many_lines_as_asked_for() {
    let counts = count(&words(&corpus().text));
    assert_eq!(chart(&counts, 4).map(|chart| chart.lines().count()), Ok(4));
}
