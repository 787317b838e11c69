//! A script that grows by experiments: each named block is computed again when its own code or what it uses changes.

const SHORTEST: usize = 4;

fn words() -> Vec<String> {
    let text = "the quick brown fox jumps over the lazy dog and the cat";
    text.split(' ').map(str::to_owned).collect()
}

fn is_long(word: &str) -> bool {
    word.len() > SHORTEST
}

fn main() {
    let words = mamo::cell!("words", || {
        println!("computing words");
        words()
    });
    let long = mamo::cell!("long", || {
        println!("computing long");
        words.iter().filter(|word| is_long(word)).count()
    });
    let longest = mamo::cell!("longest", || {
        println!("computing longest");
        words.iter().map(String::len).max()
    });
    // Needs no snapshot: its text is its code.
    let letters = mamo::cell!("letters", alone, |words: &[String]| -> usize {
        println!("computing letters");
        words.iter().map(|word| word.chars().count()).sum()
    });
    println!("{} words, {long} long, longest {longest:?}, {letters} letters", words.len());
}
