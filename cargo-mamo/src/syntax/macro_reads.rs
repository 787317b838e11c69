//! What the code of a procedural macro may read of files and variables, told by its text.
//!
//! To come to std's functions code has to name their modules (`fs`, `env`, `process`, `net`), or a method of `Path`'s that
//! asks the file system, or it declares functions of its own from elsewhere. What text means that is no Rust is up to the
//! caller. What stands in `quote!` is not run by the macro: it becomes part of the crate that is compiled.

use crate::facts::MacroReads;
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// Methods of `Path` that ask the file system.
const ASKING: [&str; 10] = [
    "exists",
    "try_exists",
    "is_file",
    "is_dir",
    "is_symlink",
    "read_dir",
    "metadata",
    "symlink_metadata",
    "canonicalize",
    "read_link",
];

/// What lets code leave the package that it is told of.
const CLIMBING: [&str; 4] = ["parent", "ancestors", "current_dir", "with_file_name"];

/// What code with this text may read. `None` if it is no Rust.
pub fn reads_of_text(text: &str) -> Option<MacroReads> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    // The first line may be one for a shell.
    let shebang = text.starts_with("#!") && !text.starts_with("#![");
    let text = match text.split_once('\n') {
        Some((_, rest)) if shebang => rest,
        _ => text,
    };
    let tokens = text.parse::<TokenStream>().ok()?;
    let mut reads = MacroReads::default();
    read(tokens, &mut reads);
    Some(reads)
}

fn read(tokens: TokenStream, reads: &mut MacroReads) {
    let tokens: Vec<_> = tokens.into_iter().collect();
    let mut at = 0;
    while at < tokens.len() {
        at += match &tokens[at] {
            TokenTree::Ident(name) => read_word(&name.to_string(), &tokens, at, reads),
            TokenTree::Group(group) => {
                read(group.stream(), reads);
                1
            }
            TokenTree::Literal(literal) => {
                reads.beyond |= literal.to_string().contains("..");
                1
            }
            TokenTree::Punct(_) => 1,
        };
    }
}

/// Reads a word with what belongs to it, and says how many tokens that is.
fn read_word(name: &str, tokens: &[TokenTree], at: usize, reads: &mut MacroReads) -> usize {
    let is_macro = is_punct(tokens.get(at + 1), '!');
    if is_macro && name.contains("quote") {
        // The output, if it stands in brackets.
        return if group(tokens.get(at + 2)).is_some() {
            3
        } else {
            2
        };
    }
    if is_macro && matches!(name, "env" | "option_env") {
        return 2;
    }
    if name == "use" {
        return read_import(tokens, at, reads);
    }
    let (before, after) = (is_path(tokens, at.wrapping_sub(2)), is_path(tokens, at + 1));
    // A function may have a module's name.
    let is_module = after || (before && group(tokens.get(at + 1)).is_none());
    match name {
        "fs" | "net" if is_module => reads.files = true,
        "process" if is_module => started(reads),
        "env" if after => read_variable(tokens, at + 3, reads),
        "env" if before => reads.any_variable = true,
        "tracked_env" => reads.any_variable = true,
        "asm" | "global_asm" if is_macro => *reads = MacroReads::anything(),
        "extern" => {
            let named = matches!(tokens.get(at + 1), Some(TokenTree::Literal(_)));
            let block = group(tokens.get(at + 1 + usize::from(named)));
            if block.is_some_and(|block| block.delimiter() == Delimiter::Brace) {
                *reads = MacroReads::anything();
            }
        }
        name if ASKING.contains(&name) => reads.files |= before || follows_dot(tokens, at),
        "pop" if is_dropped(tokens, at) => reads.beyond = true,
        name if CLIMBING.contains(&name) => reads.beyond |= before || follows_dot(tokens, at),
        _ => {}
    }
    1
}

/// Is this `path.pop();`? What a list gives is seldom thrown away.
fn is_dropped(tokens: &[TokenTree], at: usize) -> bool {
    let begins = |token: Option<&TokenTree>| {
        matches!(token, None | Some(TokenTree::Group(_))) || is_punct(token, ';')
    };
    follows_dot(tokens, at)
        && at.checked_sub(2).is_some()
        && begins(at.checked_sub(3).and_then(|before| tokens.get(before)))
        && is_punct(tokens.get(at + 2), ';')
}

/// A process may read everything.
fn started(reads: &mut MacroReads) {
    reads.files = true;
    reads.beyond = true;
}

/// What stands behind `env::`.
fn read_variable(tokens: &[TokenTree], at: usize, reads: &mut MacroReads) {
    const HARMLESS: [&str; 16] = [
        "args",
        "args_os",
        "Args",
        "ArgsOs",
        "consts",
        "current_dir",
        "current_exe",
        "home_dir",
        "join_paths",
        "remove_var",
        "set_var",
        "split_paths",
        "temp_dir",
        "JoinPathsError",
        "SplitPaths",
        "VarError",
    ];
    let name = match tokens.get(at) {
        Some(TokenTree::Ident(name)) => name.to_string(),
        _ => String::new(),
    };
    let argument = group(tokens.get(at + 1)).map(|group| literal_of(group.stream()));
    match (name.as_str(), argument) {
        ("var" | "var_os", Some(Some(variable))) => drop(reads.variables.insert(variable)),
        (name, _) if HARMLESS.contains(&name) => {}
        _ => reads.any_variable = true,
    }
}

/// Reads an import, and says how many tokens it is.
fn read_import(tokens: &[TokenTree], at: usize, reads: &mut MacroReads) -> usize {
    let rest = &tokens[at..];
    let end = rest.iter().position(|token| is_punct(Some(token), ';'));
    let length = end.unwrap_or(rest.len());
    let mut words = Vec::new();
    flatten(&rest[..length], &mut words);
    for (place, word) in words.iter().enumerate() {
        let next = words.get(place + 1).map(String::as_str);
        match word.as_str() {
            "fs" | "net" => reads.files = true,
            "process" => started(reads),
            // `env` alone is a name for what is found where it is used.
            "env" => reads.any_variable |= matches!(next, Some("::" | "as")),
            _ => {}
        }
    }
    length
}

/// Words and `::` in order; braces and commas as something else.
fn flatten(tokens: &[TokenTree], words: &mut Vec<String>) {
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Ident(name) => words.push(name.to_string()),
            TokenTree::Group(group) => {
                let inner: Vec<_> = group.stream().into_iter().collect();
                flatten(&inner, words);
            }
            TokenTree::Punct(_) if is_path(tokens, at) => words.push("::".to_owned()),
            TokenTree::Punct(_) | TokenTree::Literal(_) => words.push(",".to_owned()),
        }
    }
}

/// Does `::` stand at `at`?
fn is_path(tokens: &[TokenTree], at: usize) -> bool {
    is_punct(tokens.get(at), ':') && is_punct(tokens.get(at.wrapping_add(1)), ':')
}

fn follows_dot(tokens: &[TokenTree], at: usize) -> bool {
    is_punct(tokens.get(at.wrapping_sub(1)), '.')
}

fn is_punct(token: Option<&TokenTree>, wanted: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == wanted)
}

fn group(token: Option<&TokenTree>) -> Option<&Group> {
    match token {
        Some(TokenTree::Group(group)) => Some(group),
        _ => None,
    }
}

/// The text of a string literal that is all there is.
fn literal_of(tokens: TokenStream) -> Option<String> {
    let mut tokens = tokens.into_iter();
    let only = tokens.next().filter(|_| tokens.next().is_none())?;
    syn::parse2::<syn::LitStr>(only.into())
        .ok()
        .map(|text| text.value())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reads(text: &str) -> String {
        let Some(reads) = reads_of_text(text) else {
            return "no Rust".to_owned();
        };
        let mut words: Vec<String> = reads.variables.iter().cloned().collect();
        let flags = [
            (reads.files, "files"),
            (reads.beyond, "beyond"),
            (reads.any_variable, "any"),
        ];
        words.extend(
            flags
                .into_iter()
                .filter(|(on, _)| *on)
                .map(|(_, word)| word.to_owned()),
        );
        words.join(" ")
    }

    #[test]
    fn what_a_macro_may_read_is_told_by_its_text() {
        for (text, expected) in [
            (
                "fn f(fs: &[Field], process: u8) { fs.len(); self.env.get(process) }",
                "",
            ),
            ("fn f() { std::fs::read(\"a\") }", "files"),
            ("use std::{fmt, fs}; fn f() { fs::read(path) }", "files"),
            ("use std::fs::File;", "files"),
            ("fn f(p: &Path) -> bool { p.exists() }", "files"),
            ("fn f(p: &Path) { iter.map(Path::canonicalize) }", "files"),
            ("fn f() { let exists = 1; exists }", ""),
            ("fn f() { Output::process(x) }", ""),
            (
                "fn f() { Command::new(\"x\") } use std::process::Command;",
                "files beyond",
            ),
            (
                "use std::env; fn f() { env::var(\"A\"); std::env::var_os(\"B\"); }",
                "A B",
            ),
            ("fn f() { std::env::var(name) }", "any"),
            ("fn f() { names.map(std::env::var) }", "any"),
            ("use std::env::var; fn f() { var(\"A\") }", "any"),
            ("use std::env::*; ", "any"),
            ("use std::env as e;", "any"),
            ("use std::{env::{self, var}, fmt};", "any"),
            ("fn f() { std::env::vars() }", "any"),
            (
                "fn f() { env!(\"A\"); option_env!(\"B\"); std::env::current_exe() }",
                "",
            ),
            ("fn f() { quote! { std::fs::read(#path) } }", ""),
            ("fn f() { quote_spanned!(span=> std::env::var(#name)) }", ""),
            ("fn f(p: &Path) { fs::read(p.parent()) }", "files beyond"),
            ("fn f() { fs::read(\"../x\") }", "files beyond"),
            ("fn f() { dir.pop(); fs::read(dir) }", "files beyond"),
            ("fn f() { fs::read(stack.pop()?) }", "files"),
            (
                "fn f() { fs::read(dir.with_file_name(\"x\")) }",
                "files beyond",
            ),
            ("unsafe extern \"C\" { fn open(); }", "files beyond any"),
            ("extern \"C\" fn f() {} extern crate proc_macro;", ""),
            (
                "// std::fs::read\n/* env::var(x) */ fn f() { \"std::fs::read\" }",
                "",
            ),
            ("fn f( {", "no Rust"),
        ] {
            assert_eq!(reads(text), expected, "{text}");
        }
    }
}
