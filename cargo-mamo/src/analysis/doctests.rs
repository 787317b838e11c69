//! Which code block of the documentation each of rustdoc's names means.
//!
//! rustdoc names a doctest by file, item and line; here the same block is found by them, and known from then on by a
//! name without a line. A name that could mean two blocks, or a block that two names mean, is not answered for.

use super::{Analysis, RootIndex};
use crate::facts::UnitIndex;
use crate::fingerprint::Fingerprint;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// The doctests of all libraries.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Doctests {
    /// Every block that is a root.
    pub blocks: Vec<Block>,
    /// What decides which doctests a library has.
    pub layouts: BTreeMap<UnitIndex, Layout>,
}

/// A code block that is a root.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Block {
    /// Its library.
    pub library: UnitIndex,
    /// File, as rustdoc names it.
    pub file: String,
    /// What rustdoc's path ends in: empty for a crate's own documentation, `None` where it is not known.
    pub item: Option<String>,
    /// Line, as rustdoc has it.
    pub line: u32,
    /// Is it marked `ignore`?
    pub ignored: bool,
    /// Its root.
    pub root: RootIndex,
}

/// The files of a library, and what its documentation is made of.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Text {
    /// In order, with their digests.
    pub(super) files: Vec<(PathBuf, Fingerprint)>,
    /// Of all documentation.
    pub(super) documentation: Fingerprint,
}

impl Text {
    /// Of every byte.
    pub(super) fn digest(&self) -> Fingerprint {
        let files = self.files.iter().map(|(_, digest)| digest);
        let parts = files.chain([&self.documentation]);
        Fingerprint::of_parts(parts.map(|part| part.0.as_slice()))
    }
}

/// What decides which doctests a library has, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layout {
    /// Documentation and items, without lines and bodies: which doctests there are.
    pub shape: Fingerprint,
    /// Every byte of its files: where those are that are not found in source.
    pub text: Fingerprint,
}

/// What a name of rustdoc's says.
struct Said<'n> {
    file: &'n str,
    path: &'n str,
    line: u32,
}

/// `src/lib.rs - module::item (line 3)`
fn read(name: &str) -> Option<Said<'_>> {
    let (file, rest) = name.split_once(" - ")?;
    let (path, line) = rest.rsplit_once("(line ")?;
    let line = line.strip_suffix(')')?.parse().ok()?;
    Some(Said {
        file,
        path: path.trim_end(),
        line,
    })
}

/// `name` with another line.
pub fn moved(name: &str, line: u32) -> Option<String> {
    let (rest, _) = name.rsplit_once("(line ")?;
    Some(format!("{rest}(line {line})"))
}

impl Block {
    fn is_meant(&self, said: &Said<'_>) -> bool {
        let last = said.path.rsplit("::").next().unwrap_or_default();
        let last = last.strip_prefix("r#").unwrap_or(last);
        let item = match &self.item {
            Some(item) => item == last,
            None => !said.path.is_empty(),
        };
        item && self.line == said.line && self.file == said.file.replace('\\', "/")
    }
}

impl Analysis {
    /// For each of rustdoc's names of a library's doctests the block that it means.
    pub fn doctests_named(&self, library: UnitIndex, names: &[String]) -> Vec<Option<&Block>> {
        let mut by_line: BTreeMap<u32, Vec<&Block>> = BTreeMap::new();
        for block in self
            .doctests
            .blocks
            .iter()
            .filter(|block| block.library == library)
        {
            by_line.entry(block.line).or_default().push(block);
        }
        let one = |name: &String| {
            let said = read(name)?;
            let mut meant = by_line
                .get(&said.line)?
                .iter()
                .filter(|block| block.is_meant(&said));
            let first = *meant.next()?;
            meant.next().is_none().then_some(first)
        };
        let mut found: Vec<Option<&Block>> = names.iter().map(one).collect();
        let (mut meant, mut contested) = (BTreeSet::new(), BTreeSet::new());
        for block in found.iter().flatten() {
            if !meant.insert(block.root) {
                contested.insert(block.root);
            }
        }
        for block in &mut found {
            if block.is_some_and(|block| contested.contains(&block.root)) {
                *block = None;
            }
        }
        found
    }

    /// The block that is called `identity`.
    pub fn doctest(&self, library: UnitIndex, identity: &str) -> Option<&Block> {
        let mut blocks = self.doctests.blocks.iter();
        blocks.find(|block| block.library == library && self.roots[block.root].name == identity)
    }

    /// The root of a block, if it can be answered for.
    pub fn doctest_root(&self, block: &Block) -> Option<RootIndex> {
        (!self.roots[block.root].unseen).then_some(block.root)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rustdocs_names_are_read() {
        let said = read("src/lib.rs - a::S<T>::m (line 12)").unwrap();
        assert_eq!(
            (said.file, said.path, said.line),
            ("src/lib.rs", "a::S<T>::m", 12)
        );
        assert_eq!(read("src/lib.rs - (line 3)").unwrap().path, "");
        assert_eq!(
            moved("src/lib.rs - f (line 3)", 9).unwrap(),
            "src/lib.rs - f (line 9)"
        );
    }
}
