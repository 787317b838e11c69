//! The `.d` files that rustc writes beside what it makes: which files and variables a compilation read.
//!
//! Which of them is an artifact's own, `matched` finds out.

pub(super) mod matched;

pub use matched::{DepInfos, Matched};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// What one compilation read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DepInfo {
    /// Names of the files that the compilation made, beside each other; the dep-info itself is one of them.
    pub made: BTreeSet<String>,
    /// Files, as written: relative to where rustc ran.
    pub files: BTreeSet<PathBuf>,
    /// `env!` and `option_env!` variables with their values.
    pub env: BTreeMap<String, Option<String>>,
    /// When it was written: all files had been read by then. `None` if the system does not tell.
    pub written: Option<SystemTime>,
}

impl DepInfo {
    /// Reads a `.d` file of rustc's.
    pub fn read(path: &Path) -> std::io::Result<Self> {
        let written = path.metadata()?.modified().ok();
        Ok(Self {
            written,
            ..Self::parse(&std::fs::read_to_string(path)?)
        })
    }

    fn parse(text: &str) -> Self {
        let mut found = Self::default();
        for line in text.lines() {
            if let Some(variable) = line.strip_prefix("# env-dep:") {
                match variable.split_once('=') {
                    Some((name, value)) => found.env.insert(unescape(name), Some(unescape(value))),
                    None => found.env.insert(unescape(variable), None),
                };
            } else if line.starts_with('#') {
            } else if let Some((made, files)) = line.split_once(": ") {
                let name = made.rsplit(['/', '\\']).next().unwrap_or(made);
                found.made.insert(name.to_owned());
                found.files.extend(split(files));
            }
        }
        found
    }
}

/// Splits at spaces that no backslash escapes.
fn split(text: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut current = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' if chars.peek() == Some(&' ') => current.extend(chars.next()),
            ' ' if !current.is_empty() => files.push(std::mem::take(&mut current).into()),
            ' ' => {}
            c => current.push(c),
        }
    }
    if !current.is_empty() {
        files.push(current.into());
    }
    files
}

fn unescape(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n') => out.push('\n'),
                Some('r') => out.push('\r'),
                other => out.extend(other),
            },
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_in_names_and_escapes_in_values_are_read() {
        let info = DepInfo::parse(
            "/t/x.d: src/lib.rs a\\ b.txt\n\nsrc/lib.rs:\na\\ b.txt:\n\n# env-dep:A=x\\\\y\\nz\n# env-dep:B\n# checksum:x\n",
        );
        assert_eq!(
            info.files,
            ["a b.txt", "src/lib.rs"].map(PathBuf::from).into()
        );
        assert_eq!(info.made, ["x.d".to_owned()].into());
        assert_eq!(info.env["A"].as_deref(), Some("x\\y\nz"));
        assert_eq!(info.env["B"], None);
    }
}
