//! Words in raw text of tokens, where their order is all that matters. What stands in strings and comments counts as well.

use super::ir::Symbol;
use super::known::LINKED;

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_alphanumeric() && letter != '_')
        .filter(|word| !word.is_empty())
}

/// Does `text` hold this word?
pub fn has_word(text: &str, word: &str) -> bool {
    words(text).any(|one| one == word)
}

/// Does `word` stand in `text` as an attribute alone (`#[word]`)? There it names something, and makes nothing of that name.
pub fn only_marks(text: &str, word: &str) -> bool {
    let all = words(text).filter(|one| *one == word).count();
    let text: String = text.split_whitespace().collect();
    all == text.matches(&format!("#[{word}]")).count()
}

/// The names that stand behind `fn`.
pub fn declared_functions(text: &str) -> Vec<Symbol> {
    // `r#name` is the name.
    let text = text.replace("r#", "");
    let names = words(&text).zip(words(&text).skip(1));
    let names = names.filter(|(word, _)| *word == "fn");
    names.map(|(_, name)| Symbol::from(name)).collect()
}

/// The macro of std whose argument is assembled as it stands: any `extern` declaration can mean a symbol of it, and what it
/// puts into `.init_array` runs unasked.
pub const ASSEMBLY: &str = "global_asm";

/// May an item in it be linked in without being named (rule R6)?
pub fn links(text: &str) -> bool {
    if has_word(text, ASSEMBLY) {
        return true;
    }
    let text: String = text.split_whitespace().collect();
    let starts = ["#[", "unsafe("].into_iter();
    let mut attributes = starts.flat_map(|start| text.split(start).skip(1));
    attributes.any(|attribute| {
        // Its path, whose last part says what it is.
        let path = attribute
            .split(['(', ')', ']', '='])
            .next()
            .unwrap_or_default();
        path.rsplit("::")
            .next()
            .is_some_and(|name| LINKED.contains(&name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_found_by_the_word_before_them() {
        let text = "impl X { fn\n one() {} fn r#two() {} fn r() { other() } } // fnord, fn_three";
        assert_eq!(
            declared_functions(text),
            ["one", "two", "r"].map(Symbol::from)
        );
        assert!(has_word(text, "impl") && !has_word(text, "thr"));
        let marked = "# [ test ] fn a() {} #[test] fn b() {}";
        assert!(only_marks(marked, "test") && !only_marks(marked, "fn"));
        assert!(!only_marks("#[test] fn a() {} use other::test;", "test"));
        assert!(
            links("a # [ no_mangle ] fn f() {}")
                && links("#[unsafe(export_name = \"f\")] fn f() {}")
        );
        assert!(links("#[ctor::ctor] fn f() {}") && !links("map.entry(used)[ctor]"));
        assert!(links("core :: arch :: global_asm ! (\"nop\")") && !links("my_global_asm!()"));
    }
}
