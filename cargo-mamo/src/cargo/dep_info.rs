//! The `.d` files that rustc writes beside what it makes: which files and variables a compilation read.

use anyhow::{Context, Result};
use cargo_metadata::Artifact;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// What one compilation read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DepInfo {
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
            } else if let Some((_, files)) = line.split_once(": ") {
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

/// The dep-info of the compilation that made an artifact. Programs are hard-linked (or copied) out of the directory
/// that holds it; then the original is found by being the same file, else all that could be it count.
pub fn dep_info_of(artifact: &Artifact) -> Result<DepInfo> {
    let crate_name = artifact.target.name.replace('-', "_");
    let files: Vec<&Path> = artifact
        .filenames
        .iter()
        .map(|file| file.as_std_path())
        .collect();
    for file in &files {
        let stem = file
            .file_stem()
            .map(|stem| stem.to_string_lossy().into_owned())
            .unwrap_or_default();
        for stem in [stem.as_str(), stem.strip_prefix("lib").unwrap_or(&stem)] {
            let path = file.with_file_name(format!("{stem}.d"));
            if hashed(stem, &crate_name) && path.exists() {
                return DepInfo::read(&path).with_context(|| format!("read `{}`", path.display()));
            }
        }
    }
    let dirs: BTreeSet<_> = files
        .iter()
        .filter_map(|file| file.parent())
        .flat_map(|dir| [dir.to_path_buf(), dir.join("deps")])
        .collect();
    let mut candidates = Vec::new();
    for entry in dirs
        .iter()
        .filter_map(|dir| std::fs::read_dir(dir).ok())
        .flatten()
        .flatten()
    {
        let path = entry.path();
        let stem = path
            .file_stem()
            .map(|stem| stem.to_string_lossy().into_owned())
            .unwrap_or_default();
        if hashed(stem.strip_prefix("lib").unwrap_or(&stem), &crate_name) {
            candidates.push(path);
        }
    }
    let same = candidates
        .iter()
        .find(|path| files.iter().any(|file| is_same(file, path)));
    let chosen: Vec<PathBuf> = match same {
        Some(path) => {
            let stem = path
                .file_stem()
                .map(|stem| stem.to_string_lossy().into_owned())
                .unwrap_or_default();
            vec![path.with_file_name(format!("{}.d", stem.strip_prefix("lib").unwrap_or(&stem)))]
        }
        None => candidates
            .into_iter()
            .filter(|path| path.extension().is_some_and(|e| e == "d"))
            .collect(),
    };
    let mut all = DepInfo::default();
    for path in &chosen {
        let one = DepInfo::read(path).with_context(|| format!("read `{}`", path.display()))?;
        all.files.extend(one.files);
        all.env.extend(one.env);
        all.written = match all.written {
            Some(written) => one.written.map(|one| one.min(written)),
            None => one.written,
        };
    }
    anyhow::ensure!(
        !all.files.is_empty(),
        "cannot find the dep-info of `{}`",
        artifact.target.name
    );
    Ok(all)
}

/// Is `stem` the crate's name and cargo's hash?
fn hashed(stem: &str, crate_name: &str) -> bool {
    let hash = stem
        .strip_prefix(crate_name)
        .and_then(|rest| rest.strip_prefix('-'));
    hash.is_some_and(|hash| hash.len() == 16 && hash.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// Are these one file, as far as that can be told?
pub fn is_same(a: &Path, b: &Path) -> bool {
    let (Ok(a), Ok(b)) = (a.metadata(), b.metadata()) else {
        return false;
    };
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        if (a.dev(), a.ino()) == (b.dev(), b.ino()) {
            return true;
        }
    }
    a.len() == b.len() && a.modified().ok() == b.modified().ok()
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
        assert_eq!(info.env["A"].as_deref(), Some("x\\y\nz"));
        assert_eq!(info.env["B"], None);
    }
}
