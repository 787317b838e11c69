//! Which items of the source a compiled function was made of, by where debug information says that it stands and what it is called.
//!
//! Lines alone do not tell: what a macro makes stands where the macro is defined, or where it is called. So names have to agree,
//! too. Where several items are meant alike, the function is that of all of them.

use crate::analysis::CodeItem;
use crate::facts::{Facts, TargetKind, UnitIndex};
use mamo_code::DebugFunction;
use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};

/// Items by file and by name.
pub(super) struct ItemIndex<'i> {
    items: &'i [CodeItem],
    by_file: HashMap<&'i Path, Vec<usize>>,
    by_name: HashMap<&'i str, Vec<usize>>,
}

/// The items that a function was made of.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct MatchedFunction {
    /// Their indices, ascending.
    pub(super) items: Vec<usize>,
    /// Which of their functions it is: empty for the item's own, `{closure#0}`, or the name of a derived method.
    pub(super) inner: String,
}

impl<'i> ItemIndex<'i> {
    /// Of these.
    pub(super) fn new(items: &'i [CodeItem]) -> Self {
        let mut by_file = HashMap::<&Path, Vec<usize>>::new();
        let mut by_name = HashMap::<&str, Vec<usize>>::new();
        for (index, item) in items.iter().enumerate() {
            by_file.entry(&item.file).or_default().push(index);
            let name = item.names.last().map_or("", |name| plain_name(name));
            by_name.entry(name).or_default().push(index);
        }
        Self {
            items,
            by_file,
            by_name,
        }
    }

    /// What `function` in the program of `unit` was made of; `None` if that is not known.
    pub(super) fn matched(
        &self,
        facts: &Facts,
        unit: UnitIndex,
        function: &DebugFunction,
    ) -> Option<MatchedFunction> {
        let is_candidate = |index: usize| {
            let item = &self.items[index];
            let of = &facts.units[item.unit];
            let is_library = !of.test && of.kind == TargetKind::Lib;
            (item.unit == unit || is_library) && item.names.first() == function.path.first()
        };
        let (mut items, inner) = self
            .by_place(function, &is_candidate)
            .or_else(|| self.by_path(function, &is_candidate))?;
        // A library that is compiled for its own tests is in the program once; the other one is for other programs.
        if items.iter().any(|index| self.items[*index].unit == unit) {
            items.retain(|index| self.items[*index].unit == unit);
        }
        items.sort_unstable();
        Some(MatchedFunction { items, inner })
    }

    /// The innermost items that hold the line and are called like the function; or types for which it is derived.
    fn by_place(
        &self,
        function: &DebugFunction,
        is_candidate: &dyn Fn(usize) -> bool,
    ) -> Option<(Vec<usize>, String)> {
        let owner = function.path.iter().rposition(|name| !is_numbered(name))?;
        let name = plain_name(&function.path[owner]);
        let is_member = owner > 0 && function.path[owner - 1].starts_with("{impl");
        let file = without_dots(&function.file);
        let here = self.by_file.get(file.as_path())?.iter().copied();
        let here = here.filter(|index| {
            let (first, last) = self.items[*index].lines;
            first <= function.line && function.line <= last && is_candidate(*index)
        });
        let here: Vec<usize> = here.collect();
        let is_called_so = |index: &usize| {
            let item = &self.items[*index];
            let own = item.names.last().map(|name| plain_name(name));
            item.kind != "type" && own == Some(name)
        };
        let called: Vec<usize> = here.iter().copied().filter(is_called_so).collect();
        if !called.is_empty() {
            return Some((self.innermost(called), inner(&function.path[owner + 1..])));
        }
        let types = here.iter().copied();
        let types: Vec<usize> = types
            .filter(|index| is_member && self.items[*index].kind == "type")
            .collect();
        (!types.is_empty()).then(|| (self.innermost(types), inner(&function.path[owner..])))
    }

    fn innermost(&self, among: Vec<usize>) -> Vec<usize> {
        let length = |index: &usize| {
            let (first, last) = self.items[*index].lines;
            last - first
        };
        let shortest = among.iter().map(length).min();
        let is_shortest = |index: &usize| Some(length(index)) == shortest;
        among.into_iter().filter(is_shortest).collect()
    }

    /// The items with the longest path around the function's, whose own path it is or which lie in it.
    fn by_path(
        &self,
        function: &DebugFunction,
        is_candidate: &dyn Fn(usize) -> bool,
    ) -> Option<(Vec<usize>, String)> {
        for end in (2..=function.path.len()).rev() {
            let names: Vec<&str> = function.path[..end]
                .iter()
                .filter(|name| !is_numbered(name))
                .map(|name| plain_name(name))
                .collect();
            if is_numbered(&function.path[end - 1]) {
                continue;
            }
            let in_impl = function.path[..end]
                .iter()
                .any(|name| name.starts_with("{impl"));
            let called = self.by_name.get(names.last()?).into_iter().flatten();
            let is_meant = |index: &usize| {
                let item = &self.items[*index];
                let own: Vec<&str> = item.names.iter().map(|name| plain_name(name)).collect();
                // Debug information does not say for which type an impl of a trait is.
                let without_type = || {
                    let count = own.len();
                    in_impl
                        && item.kind == "method"
                        && count == names.len() + 1
                        && own[..count - 2] == names[..count - 2]
                };
                item.kind != "type" && is_candidate(*index) && (own == names || without_type())
            };
            let meant: Vec<usize> = called.copied().filter(is_meant).collect();
            if !meant.is_empty() {
                return Some((meant, inner(&function.path[end..])));
            }
        }
        None
    }
}

/// `{closure#0}`, `{impl#3}`: named by a number, which changes with its neighbours.
fn is_numbered(name: &str) -> bool {
    name.starts_with('{')
}

fn inner(path: &[String]) -> String {
    path.join("::")
}

/// Without arguments and the mark of raw identifiers.
fn plain_name(name: &str) -> &str {
    let name = name.split('<').next().unwrap_or(name);
    name.strip_prefix("r#").unwrap_or(name)
}

/// A path without `.` and `..`, as far as that can be said without asking the file system.
fn without_dots(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            other => plain.push(other),
        }
    }
    plain
}
