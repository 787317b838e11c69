//! An analysis put together from the last one, where an edit touched bodies alone.
//!
//! As long as every file holds the same items that name the same, and all else is as it was, the program hangs together as
//! it did: another analysis would find the same nodes, edges and reaches, and other digests of the bodies that were
//! edited. These are exchanged here. Where anything says more than that, there is no answer, and all is analysed. The ways
//! from roots to items are not known, since there is no graph. Debug builds analyse all the same, and compare.

use super::baseline::Exchanged;
use super::build::deep;
use super::doctests::Text;
use super::part_sets::PartSets;
use super::{Analysis, Condensed, Item, ItemIndex, NodeRecord};
use crate::environment::{LAYOUT_OF, Part, PartId, TEXT_OF, rank, together};
use crate::facts::{Facts, UnitIndex};
use crate::fingerprint::Fingerprint;
use crate::graph::digest::{Sum, own_of, whole};
use crate::graph::reaches::Reaches;
use crate::inputs::Answers;
use crate::sight::Sight;
use crate::syntax::ir::{self, ItemKind};
use crate::syntax::{Cache, Touched, touched};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::Arc;

/// What is kept of an analysis.
#[derive(Serialize, Deserialize)]
pub struct Standing {
    items: Vec<Item>,
    /// Identity, own and links of each node, 96 bytes.
    #[serde(with = "serde_bytes")]
    digests: Vec<u8>,
    /// Item and crate of each node.
    places: Vec<(ItemIndex, u32)>,
    roots: Condensed<'static>,
    rests: Vec<Rest>,
    /// The nodes that each reaches.
    reaches: Reaches,
    /// What roots rest on besides items, each once: many rest on the same.
    environments: PartSets,
    parts: Vec<Part>,
    texts: BTreeMap<UnitIndex, Text>,
    /// The files of module trees. No other counts by its items alone.
    sources: BTreeSet<PathBuf>,
    answers: Answers,
}

/// What a root rests on.
#[derive(Serialize, Deserialize)]
struct Rest {
    sum: Sum,
    /// Index into [`Standing::environments`].
    environment: u32,
}

/// What is different since.
#[derive(Debug, Default)]
pub struct Edits {
    /// What source files hold.
    pub files: BTreeMap<PathBuf, String>,
    /// How directories look that have the same names.
    pub directories: BTreeMap<PathBuf, Sight>,
}

/// A node with other tokens than it had, and what it was and is in the sums of sets.
struct Exchange {
    node: u32,
    before: Fingerprint,
    after: Fingerprint,
}

/// Parts in their order, and their digest.
type Settled = (Arc<[PartId]>, Fingerprint);

/// What tells an item from the others of its file: whether it has a body, lines, name.
type Mark = (bool, (u32, u32), String);

impl Standing {
    /// Of an analysis. `None` if something moved while it was made, or if it was put together itself.
    pub(super) fn of(analysis: &Analysis) -> Option<Self> {
        let (answers, held) = (analysis.answers.as_ref()?, analysis.graph.as_ref()?);
        if answers.moving {
            return None;
        }
        let files = held.borrow_dependent().program.files.iter();
        let sources = files.map(|file| file.path.clone());
        let sources = sources.filter(|path| !analysis.data.contains(path));
        let nodes = &analysis.nodes;
        let digests = nodes
            .iter()
            .flat_map(|node| [node.identity.0, node.own.0, node.links.0]);
        let (environments, of_root) = analysis.environments();
        let rests = analysis.roots.iter().zip(of_root);
        let rests = rests.map(|(root, environment)| Rest {
            sum: root.sum,
            environment,
        });
        let rests = rests.collect();
        Some(Self {
            items: analysis.items.clone(),
            digests: digests.flatten().collect(),
            places: nodes.iter().map(|node| (node.item, node.krate)).collect(),
            roots: Condensed::of(analysis).into_owned(),
            rests,
            reaches: analysis.reaches.clone(),
            environments,
            parts: analysis.parts.clone(),
            texts: analysis.texts.clone(),
            sources: sources.collect(),
            answers: answers.clone(),
        })
    }

    /// Is this one of the files that items stand in?
    pub fn is_source(&self, path: &PathBuf) -> bool {
        self.sources.contains(path)
    }

    /// The analysis with `edits`. `None` if they are more than bodies.
    ///
    /// `base` is the name of the baseline of what it was kept of, if that saw everything and was built.
    pub fn retouched(
        self,
        base: Option<Fingerprint>,
        facts: &Facts,
        edits: &Edits,
        cache: &Cache,
    ) -> Option<Analysis> {
        let mut analysis = self.restored()?;
        let parts = analysis.parts.clone();
        for (path, sight) in &edits.directories {
            if let Some(known) = analysis.answers.as_mut()?.directories.get_mut(path) {
                *known = *sight;
            }
        }
        let mut changed = Vec::new();
        for (path, text) in &edits.files {
            let digest = Fingerprint::of(text.as_bytes());
            // Elsewhere, files have other names in what fingerprints rest on.
            if facts.is_built(path) {
                return None;
            }
            let relative = path.strip_prefix(&facts.workspace_root).ok()?;
            let relative = relative.to_string_lossy().replace('\\', "/");
            analysis.rest_on_text(&relative, digest)?;
            let answers = analysis.answers.as_mut()?;
            let before = answers.files.insert(path.clone(), digest)?;
            let touched = touched(&cache.get(before)?, &cache.get_or_parse(text, digest))?;
            changed.extend(analysis.exchange(&relative, &touched)?);
            for library in analysis.texts.values_mut() {
                let files = library.files.iter_mut();
                let own = files.filter(|(known, _)| known == path);
                own.for_each(|(_, known)| *known = digest);
            }
        }
        let nodes = changed.iter();
        let nodes = nodes.map(|one| (one.node, analysis.nodes[one.node as usize].own));
        let exchanged = Exchanged {
            nodes: nodes.collect(),
            parts: analysis.settle_again(&parts),
        };
        analysis.digest_again(&changed);
        analysis.retouched = Some((base, exchanged));
        Some(analysis)
    }

    fn restored(self) -> Option<Analysis> {
        let mut analysis = Analysis::from(self.roots);
        let (roots, nodes) = (analysis.roots.len(), self.places.len());
        if roots != self.rests.len() || !self.reaches.is_of(roots, nodes) {
            return None;
        }
        analysis.reaches = self.reaches;
        let environments = self.environments.all_of(self.parts.len())?;
        for (root, rest) in analysis.roots.iter_mut().zip(self.rests) {
            root.sum = rest.sum;
            root.environment = Arc::clone(environments.get(rest.environment as usize)?);
        }
        let digests = self.digests.chunks_exact(96);
        let nodes = digests.zip(&self.places).map(|(digests, (item, krate))| {
            let [identity, own, links] = [0, 32, 64].map(|at| part(digests, at));
            NodeRecord {
                identity,
                own,
                links,
                item: *item,
                krate: *krate,
            }
        });
        analysis.nodes = nodes.collect();
        analysis.items = self.items;
        analysis.parts = self.parts;
        analysis.texts = self.texts;
        analysis.answers = Some(self.answers);
        Some(analysis)
    }
}

impl NodeRecord {
    fn whole(&self) -> Fingerprint {
        whole(&self.identity, &self.own, &self.links)
    }
}

impl Analysis {
    /// Exchanges what rests on the bytes of a file. `None` if something rests on it in another way.
    fn rest_on_text(&mut self, file: &str, digest: Fingerprint) -> Option<()> {
        /// How labels begin of what stays where bodies alone are different.
        const STAYS: [&str; 3] = ["place of ", "documentation in ", "doctest attributes in "];
        let quoted = format!("`{file}`");
        for (label, known) in &mut self.parts {
            if [TEXT_OF, LAYOUT_OF]
                .map(|start| format!("{start}{quoted}"))
                .contains(label)
            {
                *known = digest;
            } else if label.contains(&quoted) && !STAYS.iter().any(|start| label.starts_with(start))
            {
                return None;
            }
        }
        Some(())
    }

    /// Works out again what roots rest on besides items, and gives what of it is new. `before` are the parts as they were.
    fn settle_again(&mut self, before: &[Part]) -> BTreeMap<PartId, Fingerprint> {
        let parts = (0..).zip(self.parts.iter().zip(before));
        let changed = parts.filter(|(_, (now, before))| now != before);
        let changed: BTreeMap<_, _> = changed.map(|(part, (now, _))| (part, now.1)).collect();
        if changed.is_empty() {
            return changed;
        }
        let ranks: Vec<_> = self.parts.par_iter().map(rank).collect();
        let mut known: HashMap<Arc<[PartId]>, Settled> = HashMap::new();
        for root in &mut self.roots {
            if !root
                .environment
                .iter()
                .any(|part| changed.contains_key(part))
            {
                continue;
            }
            let environment = std::mem::take(&mut root.environment);
            let settled = known.entry(environment).or_insert_with_key(|environment| {
                let mut ids = environment.to_vec();
                ids.sort_unstable_by_key(|id| ranks[*id as usize]);
                let digest = together(&ids, &ranks);
                (ids.into(), digest)
            });
            (root.environment, root.outside) = settled.clone();
            root.fingerprint = deep(root.sum, root.outside);
        }
        changed
    }

    /// Puts the items of a file as they are in place of what they were. Gives the nodes that are not what they were.
    fn exchange(&mut self, file: &str, touched: &Touched) -> Option<Vec<Exchange>> {
        let edited = touched.bodies.iter();
        let edited: HashMap<_, _> = edited.map(|pair| (mark(&pair.0), pair)).collect();
        let mut bodies: HashMap<ItemIndex, &(ir::Item, ir::Item)> = HashMap::new();
        for (index, item) in (0..).zip(&mut self.items) {
            if item.file != file {
                continue;
            }
            if let Some(pair) = edited.get(&item.mark()) {
                item.own = own_of(&pair.1);
                bodies.insert(index, pair);
            }
            item.lines = touched.moved.item(item.lines);
        }
        let blocks = self.doctests.blocks.iter_mut();
        for block in blocks.filter(|block| block.file == file) {
            block.line = touched.moved.block(block.line);
        }
        let mut changed = Vec::new();
        for (index, node) in (0..).zip(&mut self.nodes) {
            let Some((before, after)) = bodies.get(&node.item) else {
                continue;
            };
            if node.own != own_of(before) {
                return None;
            }
            let before = node.whole();
            node.own = own_of(after);
            changed.push(Exchange {
                node: index,
                before,
                after: node.whole(),
            });
        }
        // Of one name on the same lines, or left out by a condition.
        (bodies.len() == touched.bodies.len()).then_some(changed)
    }

    /// Works out again the fingerprints of the roots that reach one of the nodes.
    fn digest_again(&mut self, changed: &[Exchange]) {
        let reaches = &self.reaches;
        for root in &mut self.roots {
            let edited = changed
                .iter()
                .filter(|one| reaches.contains(root.at, one.node));
            let mut sum = root.sum;
            for one in edited {
                sum.take(&one.before);
                sum.add(&one.after);
            }
            if sum != root.sum {
                root.sum = sum;
                root.fingerprint = deep(sum, root.outside);
            }
        }
        for (library, text) in &self.texts {
            if let Some(layout) = self.doctests.layouts.get_mut(library) {
                layout.text = text.digest();
            }
        }
    }
}

impl Item {
    fn mark(&self) -> Mark {
        let name = self.path.rsplit("::").next().unwrap_or_default();
        let has_body = matches!(self.kind.as_str(), "fn" | "method" | "const" | "static");
        (has_body, self.lines, name.to_owned())
    }
}

fn mark(item: &ir::Item) -> Mark {
    let has_body = matches!(
        item.kind,
        ItemKind::Fn(_) | ItemKind::Const | ItemKind::Static
    );
    (has_body, item.lines, item.name.to_string())
}

/// Do two analyses say the same?
pub(super) fn agree(one: &Analysis, other: &Analysis) -> bool {
    let roots = one.roots.iter().zip(&other.roots);
    let differs = roots.clone().find(|(one, other)| {
        (one.kind, one.unit, &one.name, one.fingerprint, one.unseen)
            != (
                other.kind,
                other.unit,
                &other.name,
                other.fingerprint,
                other.unseen,
            )
            || one.variables != other.variables
    });
    let layouts = one.doctests.layouts == other.doctests.layouts;
    let lines = |analysis: &Analysis| {
        analysis
            .items
            .iter()
            .map(|item| (item.lines, item.own))
            .collect::<Vec<_>>()
    };
    debug_assert_eq!(
        differs.map(|(one, _)| &one.name),
        None,
        "every root is what it would be"
    );
    let blocks = |analysis: &Analysis| {
        let blocks = analysis.doctests.blocks.iter();
        blocks
            .map(|block| (block.file.clone(), block.line, block.root))
            .collect::<Vec<_>>()
    };
    debug_assert_eq!(lines(one), lines(other), "every item is where it would be");
    debug_assert_eq!(
        blocks(one),
        blocks(other),
        "every code block is where it would be"
    );
    let answers = |analysis: &Analysis| {
        analysis
            .answers
            .as_ref()
            .map(|answers| answers.files.clone())
    };
    one.roots.len() == other.roots.len()
        && one.reaches == other.reaches
        && layouts
        && answers(one) == answers(other)
        && one.warnings == other.warnings
}

fn part(bytes: &[u8], at: usize) -> Fingerprint {
    let mut digest = [0; 32];
    digest.copy_from_slice(&bytes[at..at + 32]);
    Fingerprint(digest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{Baseline, Change};
    use crate::facts::{LocalPackage, MacroReads, TargetKind, Unit};
    use std::path::Path;

    const SOURCE: &str = "fn under(n: u32) -> u32 {\n    n + 1\n}\nfn beside() -> u32 {\n    line!()\n}\n#[test]\nfn one() {\n    assert_eq!(under(1), 2);\n}\n#[test]\nfn two() {\n    beside();\n}\n";

    /// The facts of a library's tests in `dir`.
    fn facts(dir: &Path) -> Facts {
        let root = dir.join("src/lib.rs");
        let package = LocalPackage {
            name: "demo".to_owned(),
            version: "0.1.0".to_owned(),
            dir: dir.to_owned(),
            member: true,
            manifest: Fingerprint::NONE,
            external: BTreeMap::new(),
            foreign: BTreeMap::new(),
            build_external: BTreeSet::new(),
            targets: [root.clone()].into(),
            build_script: None,
        };
        let unit = Unit {
            package: 0,
            target: "demo".to_owned(),
            crate_name: "demo".to_owned(),
            kind: TargetKind::Lib,
            test: true,
            harness: true,
            doctest: false,
            root: root.clone(),
            edition: "2024".to_owned(),
            features: BTreeSet::new(),
            profile: String::new(),
            deps: BTreeMap::new(),
            external_deps: BTreeSet::new(),
            files: [root].into(),
            env: BTreeMap::new(),
            executable: None,
            doubt: None,
            macro_reads: MacroReads::default(),
        };
        Facts {
            workspace_root: dir.to_owned(),
            target_dir: dir.join("target"),
            build_dir: dir.join("target"),
            lockfiles: Vec::new(),
            units: vec![unit],
            packages: vec![package],
            toolchain: Fingerprint::NONE,
            rustdoc: Fingerprint::NONE,
            target_cfgs: BTreeSet::new(),
            unknown_cfgs: BTreeSet::new(),
            sources: BTreeMap::new(),
            closed_bodies: true,
            configured: BTreeMap::new(),
        }
    }

    /// The tests that are others after an edit by the analysis that is put together; `None` if there is none.
    fn others(source: &str, after: &str) -> Option<Vec<String>> {
        let dir = tempfile::tempdir().unwrap();
        others_of(&facts(dir.path()), source, after)
    }

    /// The same with the doctests of the library.
    fn others_documented(source: &str, after: &str) -> Option<Vec<String>> {
        let dir = tempfile::tempdir().unwrap();
        let mut facts = facts(dir.path());
        let mut library = facts.units[0].clone();
        (library.test, library.harness, library.doctest) = (false, false, true);
        facts.units.push(library);
        others_of(&facts, source, after)
    }

    fn others_of(facts: &Facts, source: &str, after: &str) -> Option<Vec<String>> {
        // Not in the package, whose files count for its documentation.
        let kept = tempfile::tempdir().unwrap();
        let (path, cache) = (facts.units[0].root.clone(), kept.path().join("parsed"));
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, source).unwrap();
        let before = Analysis::of(facts, &cache);
        let standing = before.standing().unwrap();
        std::fs::write(&path, after).unwrap();
        let base = Some(Fingerprint::of(b"the name of a baseline"));
        let mut edits = Edits::default();
        edits.files.insert(path, after.to_owned());
        let retouched = standing.retouched(base, facts, &edits, &Cache::open(&cache))?;
        let anew = Analysis::of(facts, &cache);
        assert!(agree(&retouched, &anew));
        explains_alike((&before, &retouched, &anew), facts);
        let roots = before.roots.iter().zip(&retouched.roots);
        let others = roots.filter(|(one, other)| one.fingerprint != other.fingerprint);
        Some(others.map(|(one, _)| one.name.clone()).collect())
    }

    /// Is what changed told alike by what is put together and what is analysed, of whole baselines and of edited ones?
    fn explains_alike((before, retouched, anew): (&Analysis, &Analysis, &Analysis), facts: &Facts) {
        let told = |analysis: &Analysis, baseline: &Baseline| {
            let roots = 0..analysis.roots.len();
            let changes = roots.map(|root| analysis.changes(root, facts, baseline));
            changes.map(|all| all.iter().map(what).collect()).collect()
        };
        let all: Vec<Vec<String>> = told(anew, &before.baseline(facts));
        let base = retouched.edited_from().unwrap();
        let same = Baseline::Edited(base, Exchanged::default());
        assert_eq!(told(retouched, &same), all);
        let (whole, now) = (before.baseline(facts), retouched.baseline(facts));
        let (Baseline::Whole(whole), Baseline::Edited(_, exchanged)) = (whole, &now) else {
            panic!("the one was analysed, the other put together");
        };
        let nothing = vec![Vec::<String>::new(); all.len()];
        assert_eq!(told(retouched, &now), nothing);
        assert_eq!(told(anew, &Baseline::Whole(whole.with(exchanged))), nothing);
    }

    /// A change without the way to it, which only a graph knows.
    fn what(change: &Change) -> String {
        match change {
            Change::Changed(place) => format!("{} in {} changed", place.path, place.file),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn bodies_are_exchanged_where_they_are_reached() {
        let plain = SOURCE.replace("line!()", "2");
        let after = |from: &str, to: &str| others(&plain, &plain.replace(from, to));
        assert_eq!(after("n + 1", "n + 2"), Some(vec!["one".to_owned()]));
        assert_eq!(after("    2\n", "    3\n"), Some(vec!["two".to_owned()]));
        assert_eq!(after("n + 1", "n\n\n + 1"), Some(Vec::new()));
        assert_eq!(after("n + 1", "n + beside()"), None);
        assert_eq!(after("fn two", "fn three"), None);
    }

    #[test]
    fn lines_count_for_those_who_ask_for_them() {
        let after = |from: &str, to: &str| others(SOURCE, &SOURCE.replace(from, to));
        assert_eq!(after("n + 1", "n\n + 1"), Some(vec!["two".to_owned()]));
        assert_eq!(
            after("n + 1", "n + 2"),
            Some(vec!["one".to_owned(), "two".to_owned()])
        );
    }

    #[test]
    fn what_macros_made_and_code_blocks_move_with_their_lines() {
        let macros = "macro_rules! these {\n    ($($token:tt)*) => { $($token)* };\n}\n";
        let more = "these! {\n    fn made() -> u32 {\n        7\n    }\n\n    #[test]\n    fn three() {\n        made();\n    }\n}\n";
        let inner = "#[test]\nfn four() {\n    these! { fn local() {}\n        fn other() { local() } }\n    other();\n}\n";
        let docs = "/// Says.\n///\n/// ```\n/// fn helper() {}\n/// helper();\n/// assert_eq!(demo::said(), 1);\n/// ```\n///\n/// ```no_run\n/// demo::said();\n/// ```\npub fn said() -> u32 {\n    1\n}\n";
        let plain = SOURCE.replace("line!()", "2");
        let source = format!("{macros}{plain}{more}{inner}{docs}");
        let after = |from: &str, to: &str| {
            let edited = source.replace(from, to);
            (
                others(&source, &edited),
                others_documented(&source, &edited),
            )
        };
        let none = Some(Vec::new());
        assert_eq!(after("n + 1", "n\n\n + 1"), (none.clone(), none.clone()));
        assert_eq!(after("n + 1", "n //\n + 1"), (none.clone(), none.clone()));
        let names = |names: &[&str]| Some(names.iter().map(ToString::to_string).collect());
        assert_eq!(
            after("n + 1", "n +\n 2"),
            (names(&["one"]), names(&["one", "*"]))
        );
        let (first, second) = ("src/lib.rs - said #1", "src/lib.rs - said #2");
        assert_eq!(
            after("    1\n}", "    2\n\n}"),
            (names(&[]), names(&["*", first, second]))
        );
        assert_eq!(after("helper();", "helper(); helper();").1, None);
    }

    #[test]
    fn files_outside_of_the_workspace_are_analysed() {
        let dir = tempfile::tempdir().unwrap();
        let mut facts = facts(dir.path());
        let after = SOURCE.replace("n + 1", "n\n + 1");
        facts.workspace_root = dir.path().join("workspace");
        assert_eq!(others_of(&facts, SOURCE, &after), None);
        facts.workspace_root = dir.path().to_owned();
        assert!(others_of(&facts, SOURCE, &after).is_some());
        facts.target_dir = dir.path().join("src");
        assert_eq!(others_of(&facts, SOURCE, &after), None);
    }
}
