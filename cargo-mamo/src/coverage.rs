//! Executed lines by test, and how they compare with what each test can reach.
//!
//! Two forms are read: lcov whose `TN:` lines name tests, and mamo's own JSON (`docs/json.md`). A line counts for the innermost
//! function that holds it; lines outside functions say nothing. What a test did not execute proves nothing either.

mod lcov;

use crate::analysis::Item;
use anyhow::{Context, Result};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

/// First and last line, both executed and all between.
pub type Lines = (u32, u32);

/// Executed lines by test and file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Coverage {
    /// Test id, file relative to the workspace root, ranges of lines.
    pub tests: BTreeMap<String, BTreeMap<String, Vec<Lines>>>,
}

impl Coverage {
    /// Reads `path`; absolute file names are taken to lie below `root`.
    pub fn read(path: &Path, root: &Path) -> Result<Self> {
        let text =
            std::fs::read_to_string(path).with_context(|| format!("read `{}`", path.display()))?;
        let coverage = if text.trim_start().starts_with('{') {
            serde_json::from_str(&text).with_context(|| format!("parse `{}`", path.display()))?
        } else {
            lcov::parse(&text).with_context(|| format!("parse `{}`", path.display()))?
        };
        Ok(coverage.relative_to(root))
    }

    fn relative_to(self, root: &Path) -> Self {
        let inner = |file: String| {
            let inside = Path::new(&file)
                .strip_prefix(root)
                .map(|path| path.to_string_lossy().replace('\\', "/"));
            inside.unwrap_or(file)
        };
        let relative = |files: BTreeMap<String, Vec<Lines>>| {
            files.into_iter().map(|(file, lines)| (inner(file), lines))
        };
        Self {
            tests: self
                .tests
                .into_iter()
                .map(|(test, files)| (test, relative(files).collect()))
                .collect(),
        }
    }
}

/// Functions by file, to find the one that a line lies in.
#[derive(Debug)]
pub struct Functions<'a> {
    items: &'a [Item],
    by_file: HashMap<&'a str, Vec<u32>>,
}

impl<'a> Functions<'a> {
    /// Those among `items`.
    pub fn of(items: &'a [Item]) -> Self {
        let mut by_file = HashMap::<&str, Vec<u32>>::new();
        for (index, item) in (0u32..).zip(items).filter(|(_, item)| is_function(item)) {
            by_file.entry(&item.file).or_default().push(index);
        }
        Self { items, by_file }
    }

    /// The places of source whose function holds an executed line.
    pub fn executed(&self, files: &BTreeMap<String, Vec<Lines>>) -> BTreeSet<Place> {
        let mut found = BTreeSet::new();
        for (file, ranges) in files {
            let lines = ranges.iter().flat_map(|(first, last)| *first..=*last);
            found.extend(lines.filter_map(|line| self.innermost(file, line)));
        }
        found
    }

    /// The places of functions among `reach`.
    pub fn reached(&self, reach: &[u32]) -> BTreeSet<Place> {
        reach
            .iter()
            .map(|&index| &self.items[index as usize])
            .filter(|item| is_function(item))
            .map(Place::of)
            .collect()
    }

    fn innermost(&self, file: &str, line: u32) -> Option<Place> {
        let here = self
            .by_file
            .get(file)?
            .iter()
            .map(|&index| &self.items[index as usize]);
        let holding = here.filter(|item| item.lines.0 <= line && line <= item.lines.1);
        holding
            .min_by_key(|item| item.lines.1 - item.lines.0)
            .map(Place::of)
    }
}

fn is_function(item: &Item) -> bool {
    matches!(item.kind.as_str(), "fn" | "method")
}

/// A function in source. The same text compiled for several crates is one place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Relative to the workspace root.
    pub file: String,
    /// First and last line.
    pub lines: Lines,
    /// `crate::module::name`.
    pub path: String,
}

impl Place {
    fn of(item: &Item) -> Self {
        Self {
            file: item.file.clone(),
            lines: item.lines,
            path: item.path.clone(),
        }
    }
}

/// The median; nothing of nothing is nothing.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.as_slice() {
        [] => 0.0,
        all if all.len() % 2 == 1 => all[middle],
        all => f64::midpoint(all[middle - 1], all[middle]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fingerprint::Fingerprint;

    fn item(path: &str, kind: &str, lines: Lines) -> Item {
        Item {
            path: path.into(),
            kind: kind.into(),
            file: "src/lib.rs".into(),
            lines,
            own: Fingerprint::NONE,
        }
    }

    #[test]
    fn a_line_counts_for_the_innermost_function() {
        let items = [
            item("c::outer", "fn", (1, 9)),
            item("c::outer::inner", "fn", (3, 4)),
            item("c::T", "type", (6, 6)),
        ];
        let functions = Functions::of(&items);
        let executed = |lines| {
            let files = BTreeMap::from([("src/lib.rs".to_string(), vec![lines])]);
            functions
                .executed(&files)
                .into_iter()
                .map(|place| place.path)
                .collect::<Vec<_>>()
        };
        assert_eq!(executed((3, 3)), ["c::outer::inner"]);
        assert_eq!(executed((4, 6)), ["c::outer", "c::outer::inner"]);
        assert!(executed((10, 12)).is_empty());
    }

    #[test]
    fn both_forms_are_read_alike_and_paths_made_relative() {
        let dir = tempfile::tempdir().unwrap();
        let read = |text: &str| {
            let path = dir.path().join("c");
            std::fs::write(&path, text).unwrap();
            Coverage::read(&path, Path::new("/w")).unwrap()
        };
        let lcov = "TN:p/lib/p::a\nSF:/w/src/lib.rs\nDA:3,1\nDA:4,0\nDA:5,2\nend_of_record\n";
        let json = r#"{"tests": {"p/lib/p::a": {"src/lib.rs": [[3, 3], [5, 5]]}}}"#;
        assert_eq!(read(lcov), read(json));
        let failed = Coverage::read(&dir.path().join("absent"), Path::new("/w")).unwrap_err();
        assert!(failed.to_string().starts_with("read `"));
    }

    #[test]
    fn the_median_of_an_even_number_lies_between() {
        assert!((median(vec![3.0, 1.0]) - 2.0).abs() < 1e-9);
        assert!((median(vec![3.0, 1.0, 5.0]) - 3.0).abs() < 1e-9);
        assert!(median(Vec::new()).abs() < 1e-9);
    }
}
