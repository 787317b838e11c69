//! The answer of the whole pipeline for one build: items, roots, and what each root rests on.

mod baseline;
mod build;
mod changes;
mod condensed;
mod demands;
mod doctests;
mod functions;
mod held;
mod part_sets;
mod sightings;
mod standing;
mod unseen;

use crate::environment::{LAYOUT_OF, PROGRAM_PLACE, Part, PartId, TEXT_OF, macro_inputs};
use crate::facts::{Facts, UnitIndex};
use crate::fingerprint::Fingerprint;
use crate::graph::digest::Sum;
use crate::graph::lint::Sightings;
use crate::graph::reaches::Reaches;
use crate::inputs::Answers;
use crate::syntax::ir::Ignore;
pub use baseline::{Baseline, Exchanged};
pub use condensed::Condensed;
pub(crate) use demands::Demands;
pub use doctests::{Block, Doctests, Layout, moved};
pub use functions::CodeItem;
use held::Held;
use serde::{Deserialize, Serialize};
pub use sightings::Sighted;
pub use standing::{Edits, Standing};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Index into [`Analysis::items`].
pub type ItemIndex = u32;
/// Index into [`Analysis::roots`].
pub type RootIndex = usize;

/// Items, roots, and how they hang together.
#[derive(Debug, Default)]
pub struct Analysis {
    /// Every item of every local package, one entry a place in source.
    pub items: Vec<Item>,
    /// Every root found in source, and one a `harness = false` target and a documented library.
    pub roots: Vec<Root>,
    /// What could not be seen, in words for the user.
    pub warnings: Vec<String>,
    /// Code blocks in documentation that are roots.
    pub doctests: Doctests,
    by_name: HashMap<(UnitIndex, RootKind, String), RootIndex>,
    /// Roots of what may make tests, by the beginning of those tests' names.
    generators: HashMap<(UnitIndex, String), RootIndex>,
    /// Every node of the graph, as far as a later run needs it to explain itself.
    nodes: Vec<NodeRecord>,
    /// What roots rest on besides items.
    parts: Vec<Part>,
    /// The nodes that each root reaches.
    reaches: Reaches,
    /// What it was told of the world; `None` if it was taken from a store.
    pub(crate) answers: Option<Answers>,
    /// Crates that cannot be answered for.
    unseen: BTreeSet<usize>,
    /// Files called `.rs` that code includes as data.
    pub(crate) data: BTreeSet<PathBuf>,
    /// The graph, to ask how a root comes to an item.
    graph: Option<Held>,
    /// What the documentation of each library stands in.
    texts: BTreeMap<UnitIndex, doctests::Text>,
    /// What was exchanged, if it was put together from an earlier one; and the name of that one's baseline.
    retouched: Option<(Option<Fingerprint>, Exchanged)>,
    /// What cannot be seen, if that was asked for.
    sightings: Sightings,
}

/// A node of the graph, for explanations.
#[derive(Clone, Debug)]
struct NodeRecord {
    identity: Fingerprint,
    own: Fingerprint,
    links: Fingerprint,
    item: ItemIndex,
    krate: u32,
}

/// A thing in source with a fingerprint of its own.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Item {
    /// `crate::module::name`.
    pub path: String,
    /// `fn`, `method`, `const`, `static`, `type`, `alias`, `trait`, `impl`, `macro`, `call`, `file`.
    pub kind: String,
    /// Relative to the workspace root, `/`-separated.
    pub file: String,
    /// First and last line.
    pub lines: (u32, u32),
    /// Own fingerprint: signature and body.
    pub own: Fingerprint,
}

/// What a root is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RootKind {
    /// A test of libtest's or of `mamo::harness!`.
    Test,
    /// The whole of a `harness = false` target with a `main` of its own.
    Main,
    /// A doctest; with the name `*` all of a library's that cannot be traced one by one.
    Doc,
    /// A memoized function.
    Memo,
    /// A fixture.
    Fixture,
    /// What may make tests: an attribute macro on a function, an unexpanded macro. No test itself.
    Generator,
}

/// What we answer for: a test, a memoized function, a fixture.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Root {
    /// What it is.
    pub kind: RootKind,
    /// The compilation it lies in.
    pub unit: UnitIndex,
    /// libtest's name of a test; `main`; for memos and fixtures the key that the runtime asks by.
    pub name: String,
    /// Where it is defined.
    pub item: Option<ItemIndex>,
    /// The deep fingerprint: everything that it can reach, and its environment.
    pub fingerprint: Fingerprint,
    /// What it rests on besides items (features, locked packages, files, variables): see [`Analysis::environment`].
    #[serde(skip)]
    environment: Arc<[PartId]>,
    /// Environment variables that its reach reads at run time, by literal name.
    pub variables: Vec<String>,
    /// Something that it rests on cannot be seen: it is always stale.
    pub unseen: bool,
    /// Is it a test that source marks `#[ignore]`?
    #[serde(skip, default = "only_the_program_knows")]
    pub ignore: Ignore,
    /// Its number among all roots.
    #[serde(skip)]
    at: RootIndex,
    /// The digest of the nodes that it reaches.
    #[serde(skip)]
    sum: Sum,
    /// The crate and the nodes that its reach begins with.
    #[serde(skip)]
    first: (usize, Vec<u32>),
    /// The digest of all that it rests on besides items.
    outside: Fingerprint,
}

fn only_the_program_knows() -> Ignore {
    Ignore::Perhaps
}

/// Why layout is part of what a root rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LayoutCounts {
    /// Its reach asks for lines, or for the place of a caller.
    Position,
    /// Its reach may read source files, by their bytes.
    Text,
}

/// One difference between what a root rested on and what it rests on now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "lowercase")]
pub enum Change {
    /// An item has other tokens, or its names mean other items.
    Changed(Place),
    /// An item is reached that was not.
    Added(Place),
    /// An item is no longer reached.
    Removed(Place),
    /// Something outside source is different.
    Environment {
        /// What, for people.
        what: String,
    },
}

/// An item in a [`Change`], and how the root comes to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// `crate::module::name`.
    pub path: String,
    /// Workspace-relative file.
    pub file: String,
    /// First line.
    pub line: u32,
    /// Paths of the items from the root to this one, both included; each mentions the next.
    pub chain: Vec<String>,
}

impl Analysis {
    /// Analyses the source of every unit in `facts`. `cache` is a directory for parsed files (created if absent; advice
    /// only).
    pub fn of(facts: &Facts, cache: &Path) -> Self {
        build::analysis(facts, cache)
    }

    /// The same for memoized functions and fixtures alone.
    pub fn of_values(facts: &Facts, cache: &Path) -> Self {
        build::of_values(facts, cache)
    }

    /// What `root`'s reach asks of the world, and who decides on its code.
    pub(crate) fn demands(&self, root: &Root, facts: &Facts) -> Demands {
        demands::of(self, root, facts)
    }

    /// The root of the test that libtest calls `name` in `unit`; `None` if it cannot be traced to source: it always runs.
    pub fn test(&self, unit: UnitIndex, name: &str) -> Option<RootIndex> {
        let exact = self
            .by_name
            .get(&(unit, RootKind::Test, name.to_owned()))
            .copied();
        exact
            .or_else(|| self.generator(unit, name))
            .filter(|root| !self.roots[*root].unseen)
    }

    /// May a function of this name make tests with names below its own?
    pub fn may_make_tests(&self, unit: UnitIndex, name: &str) -> bool {
        self.generators.contains_key(&(unit, name.to_owned()))
    }

    /// The root whose name is the longest beginning of `name`, at a `::`.
    fn generator(&self, unit: UnitIndex, name: &str) -> Option<RootIndex> {
        let mut prefix = name;
        loop {
            if let Some(root) = self.generators.get(&(unit, prefix.to_owned())) {
                return Some(*root);
            }
            prefix = prefix.rsplit_once("::")?.0;
        }
    }

    /// The root of a `harness = false` target.
    pub fn main(&self, unit: UnitIndex) -> Option<RootIndex> {
        self.whole(unit, RootKind::Main, "main")
    }

    /// Does the program of a test unit list its tests, each of which has a root? One with a `main` of its own is one test.
    pub fn lists_tests(&self, unit: UnitIndex) -> bool {
        let main = (unit, RootKind::Main, "main".to_owned());
        !self.by_name.contains_key(&main)
    }

    /// The root of all doctests of a library's plain unit that cannot be traced one by one.
    pub fn doc(&self, unit: UnitIndex) -> Option<RootIndex> {
        self.whole(unit, RootKind::Doc, "*")
    }

    fn whole(&self, unit: UnitIndex, kind: RootKind, name: &str) -> Option<RootIndex> {
        let root = self.by_name.get(&(unit, kind, name.to_owned())).copied();
        root.filter(|root| !self.roots[*root].unseen)
    }

    /// What a root rests on besides items: labels for people, and digests, by label.
    pub fn environment(&self, root: &Root) -> Vec<&Part> {
        let parts = root.environment.iter();
        let mut parts: Vec<_> = parts.map(|part| &self.parts[*part as usize]).collect();
        parts.sort();
        parts
    }

    /// The digest of all that a root rests on besides items.
    pub fn outside(&self, root: RootIndex) -> Fingerprint {
        self.roots[root].outside
    }

    /// Does it know what roots rest on besides items, and not only digests of it?
    pub fn knows_environment(&self) -> bool {
        !self.parts.is_empty()
    }

    /// May a value learn where its program is?
    pub fn asks_for_program(&self, root: &Root) -> bool {
        let mut parts = self.environment(root).into_iter();
        parts.any(|(label, _)| label == PROGRAM_PLACE)
    }

    /// What macros may read for each unit that uses such as may read something: digests, [nothing's](Fingerprint::NONE) where
    /// that is not known.
    pub fn macro_inputs(&self, facts: &Facts) -> BTreeMap<UnitIndex, Fingerprint> {
        macro_inputs(facts, &self.parts)
    }

    /// What makes the layout of source count for a root: it asks for its position, or may read source as files.
    pub fn layout_counts(&self, root: &Root) -> Option<LayoutCounts> {
        let mut parts = self.environment(root).into_iter();
        parts.find_map(|(label, _)| {
            if label.starts_with(LAYOUT_OF) {
                Some(LayoutCounts::Position)
            } else {
                label.starts_with(TEXT_OF).then_some(LayoutCounts::Text)
            }
        })
    }

    /// Would an analysis under `facts`, which differ from this one's in what was built alone, warn of the same?
    pub fn sees_as_much(&self, facts: &Facts) -> bool {
        unseen::sees_as_much(self, facts)
    }

    /// What to keep so that a later analysis can be put together from this one.
    pub fn standing(&self) -> Option<Standing> {
        Standing::of(self)
    }

    /// Has `other` the same roots, resting on the same? For debug builds.
    pub fn agrees_with(&self, other: &Self) -> bool {
        standing::agree(self, other)
    }

    /// What to keep so that a later run can explain itself.
    pub fn baseline(&self, facts: &Facts) -> Baseline {
        Baseline::of(self, facts)
    }

    /// The name of the baseline that its own is an edit of.
    pub fn edited_from(&self) -> Option<Fingerprint> {
        self.retouched.as_ref()?.0
    }

    /// What of `root` differs from `baseline`, the most telling first; empty if the root is not in it.
    pub fn changes(&self, root: RootIndex, facts: &Facts, baseline: &Baseline) -> Vec<Change> {
        changes::changes(self, root, facts, baseline)
    }

    /// Every item that `root` can reach, sorted.
    pub fn reach(&self, root: &Root) -> Vec<ItemIndex> {
        let items = self.reaches.nodes(root.at);
        let mut items: Vec<_> = items.map(|node| self.nodes[node as usize].item).collect();
        items.sort_unstable();
        items.dedup();
        items
    }

    /// The crates that some of `roots` reach into; `None` if reaches were not kept.
    pub fn reached(&self, roots: &[RootIndex]) -> Option<BTreeSet<usize>> {
        if self.nodes.is_empty() {
            return None;
        }
        let reached = self.reaches.nodes_of_any(roots);
        let crates = reached.map(|node| self.nodes[node as usize].krate as usize);
        Some(crates.collect())
    }

    /// Paths of the items from a root to one that it reaches, both included.
    pub fn chain(&self, root: RootIndex, item: ItemIndex) -> Vec<String> {
        changes::chain_to_item(self, root, item)
    }
}
