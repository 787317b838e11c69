//! What the words of Rust source say: names, texts and marks, comments left out.
//!
//! No parser: it must take whatever compiles, fast, and errs by seeing more.

use super::lexer::{Word, words};
use crate::facts::{Foreign, Named};
use std::collections::BTreeSet;

/// What the words of a package say, file by file.
#[derive(Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent answers, not a state"
)]
pub(super) struct Words {
    texts: BTreeSet<String>,
    /// Does it read variables?
    reads: bool,
    /// By names that are no literals?
    computes: bool,
    /// Does it join names of variables from parts?
    joins: bool,
    /// Does it go through all variables?
    lists: bool,
    /// Constants that name variables which it reads.
    asked: BTreeSet<String>,
    /// Constants that are texts.
    constants: BTreeSet<String>,
    /// Is some of it in another directory?
    pub(super) leaves: bool,
    /// Can it start programs?
    pub(super) starts: bool,
}

/// What starts programs, whatever it is reached by.
const STARTING: &[&str] = &[
    "posix_spawn",
    "posix_spawnp",
    "execv",
    "execve",
    "execvp",
    "execvpe",
    "execveat",
    "execl",
    "execlp",
    "fexecve",
    "vfork",
    "popen",
    "CreateProcessW",
    "CreateProcessA",
    "ShellExecuteW",
    "ShellExecuteExW",
];

/// What asks the C library for a variable.
const ASKING_C: &[&str] = &["getenv", "secure_getenv", "GetEnvironmentVariableW"];

impl Words {
    /// Adds a file.
    pub(super) fn rust(&mut self, text: &[u8]) {
        let text = String::from_utf8_lossy(text);
        let words = words(&text);
        for (at, word) in words.iter().enumerate() {
            match word {
                Word::Text(text) => self.text(text),
                Word::Name(name) => self.name(name, &words, at),
                Word::Mark(_) => {}
            }
        }
    }

    fn text(&mut self, text: &str) {
        const LONGEST: usize = 64;
        if is_variable(text) && text.len() <= LONGEST {
            self.texts.insert(text.to_owned());
        }
        self.leaves |= text.starts_with("../") && text.contains(".rs");
        // `"CARGO_CFG_{}"` and `"{}_LOG"` are parts of names.
        let (head, tail) = (text.split_once('{'), text.rsplit_once('}'));
        let parts = [head.map(|(head, _)| head), tail.map(|(_, tail)| tail)];
        let is_part = |part: &str| part.contains('_') && part.len() > 1 && is_capital(part);
        self.joins |= parts.into_iter().flatten().any(is_part);
    }

    fn name(&mut self, name: &str, words: &[Word<'_>], at: usize) {
        let is = |at: usize, wanted: Word<'_>| words.get(at) == Some(&wanted);
        let colons = |at: usize| is(at, Word::Mark(b':')) && is(at + 1, Word::Mark(b':'));
        let after_path = at >= 2 && colons(at - 2);
        match name {
            // A module may be called so: then a name follows.
            "var" | "var_os"
                if after_path
                    && !(colons(at + 1) && matches!(words.get(at + 3), Some(Word::Name(_)))) =>
            {
                self.reads = true;
                let argument = at + 2 + usize::from(is(at + 2, Word::Mark(b'&')));
                let called = is(at + 1, Word::Mark(b'('));
                match words.get(argument).filter(|_| called) {
                    Some(Word::Text(_)) => {}
                    Some(Word::Name(name)) if is_variable(name) => {
                        self.asked.insert((*name).to_owned());
                    }
                    _ => self.computes = true,
                }
            }
            "const" | "static" => self.constants.extend(constant(words, at + 1)),
            "vars" | "vars_os" if after_path => self.lists = true,
            "env" | "option_env" if is(at + 1, Word::Mark(b'!')) => self.reads = true,
            "env" | "process" if colons(at + 1) => self.within(name, words, at + 3),
            "env" | "process" if is(at + 1, Word::Name("as")) => {
                self.starts |= name == "process";
                self.lists |= name == "env";
            }
            "fork" | "system" if after_path && is(at + 1, Word::Mark(b'(')) => self.starts = true,
            _ if ASKING_C.contains(&name) => (self.reads, self.computes) = (true, true),
            _ => self.starts |= STARTING.contains(&name),
        }
    }

    /// What is taken from std's module `env` or `process`: one name, several in braces, or all.
    fn within(&mut self, module: &str, words: &[Word<'_>], at: usize) {
        let taken = taken(words, at);
        let holds = |wanted: &[&str]| {
            let named = |word: &Word<'_>| matches!(word, Word::Name(name) if wanted.contains(name));
            taken
                .iter()
                .any(|word| *word == Word::Mark(b'*') || named(word))
        };
        if module == "process" {
            self.starts |= holds(&["Command"]);
            return;
        }
        let in_braces = taken.len() > 1;
        if in_braces && holds(&["var", "var_os"]) {
            (self.reads, self.computes) = (true, true);
        }
        self.lists |= holds(&["vars", "vars_os"]);
    }

    /// All of it.
    pub(super) fn found(mut self) -> Foreign {
        self.computes |= !self.asked.is_subset(&self.constants);
        let named = if self.lists || (self.computes && self.joins) {
            Named::ByAnything
        } else if self.computes {
            Named::ByOthers
        } else {
            Named::Here
        };
        Foreign {
            reads: self.reads || self.lists,
            variables: self.texts,
            named,
            starts: self.starts,
        }
    }
}

/// The name of the constant that is declared at `at`, if its value is one text.
fn constant(words: &[Word<'_>], at: usize) -> Option<String> {
    let Some(Word::Name(name)) = words.get(at) else {
        return None;
    };
    let declaration = words
        .get(at..)?
        .split(|word| *word == Word::Mark(b';'))
        .next()?;
    let value = declaration.split(|word| *word == Word::Mark(b'=')).nth(1)?;
    matches!(value, [Word::Text(_)]).then(|| (*name).to_owned())
}

/// The word at `at`, or all up to the end of the braces that open there.
fn taken<'w, 't>(words: &'w [Word<'t>], at: usize) -> &'w [Word<'t>] {
    let rest = words.get(at..).unwrap_or_default();
    if rest.first() != Some(&Word::Mark(b'{')) {
        return rest.get(..1).unwrap_or_default();
    }
    let mut depth = 0_usize;
    let end = rest.iter().position(|word| {
        match word {
            Word::Mark(b'{') => depth += 1,
            Word::Mark(b'}') => depth -= 1,
            _ => {}
        }
        depth == 0
    });
    &rest[..end.unwrap_or(rest.len())]
}

/// Does C or its like start programs?
pub(super) fn starts_natively(text: &[u8]) -> bool {
    let text = String::from_utf8_lossy(text);
    let words = text.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
    let mut words = words.filter(|word| !word.is_empty());
    words.any(|word| STARTING.contains(&word) || word == "fork")
}

/// Could a variable be called so?
fn is_variable(text: &str) -> bool {
    let first = text.bytes().next();
    text.len() >= 2 && !first.is_some_and(|first| first.is_ascii_digit()) && is_capital(text)
}

/// Capital letters, digits and `_` alone, with a letter among them?
fn is_capital(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    text.bytes().all(fits) && text.bytes().any(|byte| byte.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Foreign {
        let mut words = Words::default();
        words.rust(text.as_bytes());
        words.found()
    }

    #[test]
    fn names_of_variables_are_found_beside_reads_and_in_constants() {
        let direct =
            found("fn f() { std::env::var(\"A_B\"); env::var_os(&\"C1\"); option_env!(\"CI\"); }");
        let names: Vec<_> = direct.variables.iter().map(String::as_str).collect();
        assert_eq!(names, ["A_B", "C1", "CI"]);
        assert!(direct.reads && direct.named == Named::Here && !direct.starts);
        let constant =
            "const KEY: &'static str = r#\"CASES\"#; fn f() { env::var(KEY) } // env::vars()";
        assert!(found(constant).variables.contains("CASES"));
        assert!(!found("use crate::var::Var; fn f() { crate::var::g(KEY) }").reads);
        for text in [
            "env::var(KEY)",
            "env::var::<&str>(KEY)",
            "const KEY: &str = B; fn f() { env::var(KEY) }",
        ] {
            assert_eq!(found(text).named, Named::ByOthers, "{text}");
        }
        assert!(found(constant).reads && found(constant).named == Named::Here);
        for text in [
            "use std::env::{self, var};",
            "use std::{env::{var as get}};",
            "x.map(env::var)",
        ] {
            assert_eq!(found(text).named, Named::ByOthers, "{text}");
        }
        for text in [
            "env::vars()",
            "use std::env::*;",
            "use std::env as e;",
            "env::var(format!(\"A_{}\", x))",
        ] {
            assert_eq!(found(text).named, Named::ByAnything, "{text}");
        }
        let other = "let var = 'a'; let b = '\"'; f::<'a>(\"GET\") /* env::var(x) */";
        assert!(!found(other).reads);
    }

    #[test]
    fn what_starts_programs_is_told_from_what_ends_one() {
        for text in [
            "std::process::Command::new(x)",
            "use std::process::{self, Stdio, Command as C};",
            "use std::{fs, process::{Command}};",
            "use std::process as p;",
            "use std::process::*;",
            "unsafe { libc::fork() }",
            "extern \"C\" { fn posix_spawnp(); }",
        ] {
            assert!(found(text).starts, "{text}");
        }
        let other = "clap::Command::new(\"a\"); std::process::exit(1); \
            use std::process::{exit, ExitCode}; // process::Command";
        assert!(!found(other).starts);
        assert!(starts_natively(
            b"int f(void) { return popen(\"ls\", \"r\") != 0; }"
        ));
        assert!(!starts_natively(b"int forked(void);"));
    }
}
