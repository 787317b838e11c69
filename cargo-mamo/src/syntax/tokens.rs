//! The tokens of a file in a row: where words stand in it, and whether two texts have the same ones.
//!
//! Only for people's eyes: no fingerprint is made of them.

use super::known::is_keyword;
use super::stack;
use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// A file's tokens.
#[derive(Clone, Debug, Default)]
pub struct Tokens(Vec<Token>);

/// Where words stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// 1-based line of the first word.
    pub line: u32,
    /// The string literal that opens the arguments after them, if one does.
    pub argument: Option<String>,
    /// Is there any argument?
    pub called: bool,
}

#[derive(Clone, Debug)]
struct Token {
    text: String,
    kind: Kind,
    line: u32,
    /// Does it stand where a macro can see it?
    seen: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Word,
    Mark,
    Literal,
    Open,
    Close,
}

impl Tokens {
    /// Of `text`; `None` if it cannot be lexed.
    pub fn of(text: &str) -> Option<Self> {
        stack::with_room(text, || {
            let stream = text.parse::<TokenStream>();
            let tokens = stream.ok().map(|stream| {
                let mut found = Vec::new();
                flatten(stream, &mut found, false);
                Self(found)
            });
            proc_macro2::extra::invalidate_current_thread_spans();
            tokens
        })
    }

    /// Where `words` stand within `lines`, each after the one before, with nothing but `::` or `.` between.
    pub fn find(&self, lines: (u32, u32), words: &[&str]) -> Vec<Found> {
        let starts = (0..self.0.len()).filter(|at| {
            let line = self.0[*at].line;
            lines.0 <= line && line <= lines.1
        });
        starts
            .filter_map(|at| {
                let end = self.end_of(at, words)?;
                let (called, argument) = self.argument(end);
                Some(Found {
                    line: self.0[at].line,
                    argument,
                    called,
                })
            })
            .collect()
    }

    /// The line of a string literal that says `text`.
    pub fn line_of_text(&self, lines: (u32, u32), text: &str) -> Option<u32> {
        let inside = |token: &&Token| lines.0 <= token.line && token.line <= lines.1;
        let mut literals = self.0.iter().filter(inside);
        let says = |token: &&Token| {
            token.kind == Kind::Literal
                && super::files::literal_text(&token.text).as_deref() == Some(text)
        };
        literals.find(says).map(|token| token.line)
    }

    /// The words in attributes called `name`, each with the string that it is set to, and lines.
    pub fn in_attributes(&self, lines: (u32, u32), name: &str) -> Vec<(&str, Option<String>, u32)> {
        let mut found = Vec::new();
        for (at, token) in self.0.iter().enumerate() {
            let is_inside = lines.0 <= token.line && token.line <= lines.1;
            let opens = self.0.get(at + 1).is_some_and(|next| next.text == "(");
            if is_inside && token.kind == Kind::Word && token.text == name && opens {
                found.extend(self.words_from(at + 2));
            }
        }
        found
    }

    /// The words up to the end of the group that `at` lies in.
    fn words_from(&self, start: usize) -> impl Iterator<Item = (&str, Option<String>, u32)> {
        let mut depth = 1_usize;
        let rest = (start..self.0.len()).take_while(move |at| {
            match self.0[*at].kind {
                Kind::Open => depth += 1,
                Kind::Close => depth -= 1,
                _ => {}
            }
            depth > 0
        });
        let words = rest.filter(|at| self.0[*at].kind == Kind::Word);
        words.map(|at| {
            let set = self.mark(at + 1, &["="]).then(|| self.0.get(at + 2));
            let text = set.flatten();
            let text = text.and_then(|token| super::files::literal_text(&token.text));
            (self.0[at].text.as_str(), text, self.0[at].line)
        })
    }

    /// The token after `words`, if they stand at `at`.
    fn end_of(&self, mut at: usize, words: &[&str]) -> Option<usize> {
        for (n, word) in words.iter().enumerate() {
            while n > 0 && self.mark(at, &[":", "."]) {
                at += 1;
            }
            let token = self.0.get(at)?;
            if token.kind != Kind::Word || token.text != *word {
                return None;
            }
            at += 1;
        }
        // `for<'a>` is no loop.
        (words != ["for"] || !self.mark(at, &["<"])).then_some(at)
    }

    fn mark(&self, at: usize, marks: &[&str]) -> bool {
        let token = self.0.get(at);
        token.is_some_and(|token| token.kind == Kind::Mark && marks.contains(&token.text.as_str()))
    }

    /// Do arguments begin at `at`, and with which literal? Of a macro's, the first literal counts.
    fn argument(&self, mut at: usize) -> (bool, Option<String>) {
        let is_macro = self.mark(at, &["!"]);
        at += usize::from(is_macro);
        if self.0.get(at).is_none_or(|token| token.kind != Kind::Open) {
            return (false, None);
        }
        let inner = self.0[at + 1..].iter();
        let mut inner = inner.take_while(|token| token.kind != Kind::Close);
        let literal = if is_macro {
            inner.find(|token| token.kind == Kind::Literal)
        } else {
            inner.next().filter(|token| token.kind == Kind::Literal)
        };
        let text = literal.and_then(|token| super::files::literal_text(&token.text));
        (true, text)
    }

    /// Are they the same but for commas that end a list, where no macro can see them?
    pub fn same(&self, other: &Self) -> bool {
        self.telling().eq(other.telling())
    }

    fn telling(&self) -> impl Iterator<Item = &str> {
        let ends = |at: usize| {
            self.0
                .get(at + 1)
                .is_some_and(|token| token.kind == Kind::Close)
        };
        let tokens = self.0.iter().enumerate();
        let telling =
            tokens.filter(move |(at, token)| token.seen || token.text != "," || !ends(*at));
        telling.map(|(_, token)| token.text.as_str())
    }
}

fn flatten(stream: TokenStream, found: &mut Vec<Token>, seen: bool) {
    let start = found.len();
    for tree in stream {
        let is_bang = |token: &Token| token.kind == Kind::Mark && token.text == "!";
        let is_name = |token: &Token| token.kind == Kind::Word && !is_keyword(&token.text);
        let macro_call = match &found[start..] {
            [.., name, last] if is_bang(last) => is_name(name),
            [.., name, bang, defined] => {
                is_name(name) && is_bang(bang) && defined.kind == Kind::Word
            }
            _ => false,
        };
        let line = u32::try_from(tree.span().start().line).unwrap_or(u32::MAX);
        let mut push = |text: String, kind| {
            found.push(Token {
                text,
                kind,
                line,
                seen,
            });
        };
        match tree {
            TokenTree::Ident(word) => push(word.to_string(), Kind::Word),
            TokenTree::Punct(mark) => push(mark.as_char().to_string(), Kind::Mark),
            TokenTree::Literal(literal) => push(literal.to_string(), Kind::Literal),
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                push(open.to_string(), Kind::Open);
                flatten(group.stream(), found, seen || macro_call);
                let end = u32::try_from(group.span_close().end().line).unwrap_or(u32::MAX);
                found.push(Token {
                    text: close.to_string(),
                    kind: Kind::Close,
                    line: end,
                    seen,
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str, words: &[&str]) -> Vec<u32> {
        let found = Tokens::of(text).unwrap().find((1, u32::MAX), words);
        found.iter().map(|found| found.line).collect()
    }

    #[test]
    fn words_are_found_in_code_and_not_in_comments_or_literals() {
        let text = "// Instant::now\n/// Instant::now\nfn f() { \"Instant::now\";\n std::time::Instant::now() }\nfn g() { x.iter() }";
        assert_eq!(lines(text, &["Instant", "now"]), [4]);
        assert_eq!(lines(text, &["iter"]), [5]);
        assert_eq!(Tokens::of(text).unwrap().find((1, 3), &["now"]), []);
        assert!(lines("fn f<F>() where F: for<'a> Fn(&'a u8) {}", &["for"]).is_empty());
    }

    #[test]
    fn the_first_argument_tells_the_program() {
        let argument = |text: &str, words: &[&str]| {
            let found = Tokens::of(text).unwrap().find((1, 9), words).remove(0);
            found.argument
        };
        let git = Some("git".to_string());
        assert_eq!(
            argument("Command::new(\"git\").arg(\"x\")", &["Command", "new"]),
            git
        );
        assert_eq!(
            argument("Command::new(name(\"git\"))", &["Command", "new"]),
            None
        );
        assert_eq!(argument("cmd!(sh, \"git\")", &["cmd"]), git);
    }

    #[test]
    fn words_of_attributes_are_found_with_what_they_are_set_to() {
        let text = "#[serde(rename = \"skip\", default)]\nstruct A {\n #[cfg_attr(x, serde(skip_serializing_if = \"f\", bound(serialize = \"\")))]\n skip: u8,\n}";
        let tokens = Tokens::of(text).unwrap();
        let text = |text: &str| Some(text.to_string());
        assert_eq!(
            tokens.in_attributes((1, 9), "serde"),
            [
                ("rename", text("skip"), 1),
                ("default", None, 1),
                ("skip_serializing_if", text("f"), 3),
                ("bound", None, 3),
                ("serialize", text(""), 3),
            ]
        );
    }

    #[test]
    fn trailing_commas_are_layout_and_braces_are_not() {
        let same = |a: &str, b: &str| Tokens::of(a).unwrap().same(&Tokens::of(b).unwrap());
        assert!(same("f(a, b)", "f(\n a,\n b,\n)"));
        assert!(!same("|x| x", "|x| { x }"));
        assert!(!same("f(a, b)", "f(a b)"));
    }
}
