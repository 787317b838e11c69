//! Runs the pipeline: files, program, graph, roots, reaches, fingerprints.

use super::doctests::Text;
use super::held::{Ground, Held};
use super::unseen::{included, unseen_crates};
use super::{Analysis, Block, Item, ItemIndex, Layout, NodeRecord, Root, RootKind};
use crate::environment::{Environment, Kept, Outside, Parts};
use crate::facts::{Facts, UnitIndex};
use crate::fingerprint::Fingerprint;
use crate::graph::Graph;
use crate::graph::digest::{Digests, Sum, path_of};
use crate::graph::reaches::Reaches;
use crate::graph::roots::{self, Found, FoundKind};
use crate::inputs::{Declarations, Inputs};
use crate::resolve;
use crate::resolve::doctests::{Documented, Surfaces};
use crate::resolve::expansions::Expansions;
use crate::resolve::program::Program;
use crate::resolve::walk::Load;
use crate::sources::Sources;
use crate::syntax::Cache;
use crate::syntax::ir::Ignore;
use crate::timings::{self, Step};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What makes an item one: file, lines, kind, name.
type SourcePlace = (u32, (u32, u32), &'static str, String);

/// What the crates under a library's doctests declare, by library.
type Declared = BTreeMap<UnitIndex, Fingerprint>;

/// Finds roots.
type Find = fn(&Graph<'_>, &Facts) -> Vec<Found>;

/// The analysis of memoized functions and fixtures alone.
pub(super) fn of_values(facts: &Facts, cache: &Path) -> Analysis {
    of_roots(facts, cache, roots::values)
}

/// The analysis of the source behind `facts`.
pub(super) fn analysis(facts: &Facts, cache: &Path) -> Analysis {
    of_roots(facts, cache, roots::find)
}

fn of_roots(facts: &Facts, cache: &Path, find: Find) -> Analysis {
    let documented = Documented::new(facts);
    let facts = &documented.facts;
    let mut analysis = Analysis::default();
    let mut read = Read::default();
    let held = Held::new(Ground::default(), |ground| {
        let (graph, found) = graph(ground, &documented, cache, &mut analysis.warnings);
        read = found;
        graph
    });
    analysis.unseen.clone_from(&read.unseen);
    analysis.data.clone_from(&read.data);
    analysis.add_roots(held.borrow_dependent(), facts, read, find);
    analysis.graph = Some(held);
    analysis
}

/// Is it a test that source marks `#[ignore]`? Of what macros make of a function only the program knows.
fn ignored(graph: &Graph<'_>, found: &Found) -> Ignore {
    let attributes = found
        .first
        .first()
        .map(|node| &graph.program.nodes[*node as usize].item.attributes);
    match attributes {
        Some(one) if found.kind == FoundKind::Test && one.macros.is_empty() && !one.cases => {
            one.ignore
        }
        _ => Ignore::Perhaps,
    }
}

/// What is kept of a root.
fn kept(found: &Found) -> Kept {
    match found.kind {
        FoundKind::Memo | FoundKind::Fixture => Kept::Value,
        _ => Kept::Verdict,
    }
}

/// The fingerprint of a root: of the items that it reaches, and of all else.
pub(super) fn deep(items: Sum, outside: Fingerprint) -> Fingerprint {
    Fingerprint::of_parts([items.fingerprint().0.as_slice(), &outside.0])
}

/// What is learnt on the way to a graph.
#[derive(Default)]
pub(super) struct Read {
    /// Digests of the source files.
    files: BTreeMap<PathBuf, Fingerprint>,
    /// What the crates under doctests declare.
    surfaces: Declared,
    /// Crates that cannot be answered for.
    pub(super) unseen: BTreeSet<usize>,
    /// Files called `.rs` that code includes as data.
    data: BTreeSet<PathBuf>,
    /// What `mamo.toml` declares.
    declared: Option<Declarations>,
}

pub(super) fn graph<'a>(
    ground: &'a Ground,
    documented: &Documented,
    cache: &Path,
    warnings: &mut Vec<String>,
) -> (Graph<'a>, Read) {
    let cache = Cache::open(cache);
    let facts = &documented.facts;
    let mut expansions = Expansions::new(&ground.lowered, cache.expanded());
    let sources = timings::during(Step::Source, || Sources::new(facts, cache, &ground.files));
    let program = resolve::with_doctests(
        documented,
        &ground.lowered,
        &mut expansions,
        &|path| sources.load(path),
        &Sources::text,
    );
    expansions.keep();
    let data = included(&program, facts);
    let read = Read {
        surfaces: surfaces(&program, documented, &|path| sources.load(path)),
        unseen: unseen_crates(&program, facts, &data, warnings),
        data,
        declared: None,
        files: sources.digests(),
    };
    let declared = Declarations::read(&facts.workspace_root);
    let graph = Graph::new(program, facts, declared.chosen.pure());
    (
        graph,
        Read {
            declared: Some(declared),
            ..read
        },
    )
}

/// What the crates under each library's doctests declare, by library.
fn surfaces<'a>(program: &Program<'a>, documented: &Documented, load: Load<'_, 'a>) -> Declared {
    let facts = &documented.facts;
    let cfgs: Vec<_> = facts
        .units
        .iter()
        .map(|unit| resolve::cfgs_of(facts, unit))
        .collect();
    let mut surfaces = Surfaces::default();
    let libraries = documented.libraries.iter();
    libraries
        .map(|(tests, library)| (*library, surfaces.beneath(program, *tests, &cfgs, load)))
        .collect()
}

impl Analysis {
    /// Finds the roots and what each rests on.
    fn add_roots(&mut self, graph: &Graph<'_>, facts: &Facts, mut read: Read, find: Find) {
        let digests = Digests::new(graph, facts);
        self.record_nodes(graph, facts, &digests);
        let found = find(graph, facts);
        let begin = found.iter().map(|root| (root.krate, root.first.as_slice()));
        let begin: Vec<_> = begin.collect();
        let reaches = Reaches::of(graph, &begin);
        debug_assert!(
            reaches.agrees_with_each(graph, &begin),
            "all roots at once reach what each does"
        );
        let sums = digests.of_reaches(&reaches);
        let module_files = graph.program.files.iter().map(|file| file.path.clone());
        let left_out = graph.program.left_out.iter().cloned();
        let module_files: BTreeSet<PathBuf> = module_files.chain(left_out).collect();
        let declared = read.declared.take();
        let declared = declared.unwrap_or_else(|| Declarations::read(&facts.workspace_root));
        let inputs = Inputs::new(facts, &module_files, declared);
        let environment = Environment::new(graph, facts, &inputs);
        let kept: Vec<_> = found.iter().map(|root| (root.krate, kept(root))).collect();
        // Programs that a root starts are not in its crate's closure.
        let outsides =
            environment.of_reaches(&reaches, &kept, |krate| read.unseen.contains(&krate));
        self.reaches = reaches;
        for ((root, sum), (outside, blind)) in found.iter().zip(sums).zip(&outsides) {
            let mut closure = graph.program.crates[root.krate].closure.iter();
            let blind = *blind || closure.any(|krate| read.unseen.contains(krate));
            self.add_root(root, (outside, sum), &environment, blind, &read.surfaces);
            if let Some(added) = self.roots.last_mut() {
                added.ignore = ignored(graph, root);
            }
        }
        self.lay_out(&digests, &environment, &read.surfaces);
        self.parts = environment.into_parts();
        let mut answers = inputs.into_answers();
        answers.files.extend(read.files);
        self.answers = Some(answers);
    }

    /// Nodes become items: one a place in source, whatever the units that it is compiled in.
    fn record_nodes(&mut self, graph: &Graph<'_>, facts: &Facts, digests: &Digests) {
        let mut places: HashMap<SourcePlace, ItemIndex> = HashMap::new();
        let mut files: BTreeMap<&Path, u32> = BTreeMap::new();
        for (id, node) in (0u32..).zip(&graph.program.nodes) {
            let path = path_of(graph, id);
            let source = &graph.program.files[node.file as usize].path;
            let next = u32::try_from(files.len()).expect("fewer than 2^32 files");
            let file = *files.entry(source).or_insert(next);
            let name = path.rsplit("::").next().unwrap_or_default().to_owned();
            let own = digests.own[id as usize];
            let item = *places
                .entry((file, node.lines, node.kind(), name))
                .or_insert_with(|| {
                    let relative = source.strip_prefix(&facts.workspace_root).unwrap_or(source);
                    let file = relative.to_string_lossy().replace('\\', "/");
                    self.items.push(Item {
                        path,
                        kind: node.kind().to_owned(),
                        file,
                        lines: node.lines,
                        own,
                    });
                    u32::try_from(self.items.len() - 1).expect("fewer than 2^32 items")
                });
            self.nodes.push(NodeRecord {
                identity: digests.identity[id as usize],
                own,
                links: digests.links[id as usize],
                item,
                krate: u32::try_from(node.krate).expect("fewer than 2^32 crates"),
            });
        }
    }

    fn add_root(
        &mut self,
        found: &Found,
        (outside, sum): (&Outside, Sum),
        environment: &Environment<'_, '_>,
        unseen: bool,
        surfaces: &Declared,
    ) {
        let mut more = None;
        let mut unit = found.krate;
        match found.kind {
            FoundKind::Doc => {
                let parts = more.insert(Parts::from(&*outside.parts));
                environment.documentation(found.krate, parts);
            }
            FoundKind::Block(index) => {
                let (block, file) = environment.block(index);
                unit = block.library;
                let parts = more.insert(Parts::from(&*outside.parts));
                let at = self.roots.len();
                let reaches = |node| self.reaches.contains(at, node);
                environment.doctest(index, surfaces[&unit], reaches, parts);
                self.doctests.blocks.push(Block {
                    library: unit,
                    file,
                    item: block.item.clone(),
                    line: block.line,
                    ignored: block.ignored,
                    root: self.roots.len(),
                });
            }
            _ => {}
        }
        let (parts, rest) = match more {
            Some(parts) => {
                let (parts, rest) = environment.settle(parts);
                (parts.into(), rest)
            }
            None => (Arc::clone(&outside.parts), outside.fingerprint),
        };
        let fingerprint = deep(sum, rest);
        let kind = match found.kind {
            FoundKind::Test => RootKind::Test,
            FoundKind::Generator => RootKind::Generator,
            FoundKind::Main => RootKind::Main,
            FoundKind::Doc | FoundKind::Block(_) => RootKind::Doc,
            FoundKind::Memo => RootKind::Memo,
            FoundKind::Fixture => RootKind::Fixture,
        };
        self.push(Root {
            kind,
            unit,
            name: found.name.clone(),
            item: found
                .first
                .first()
                .map(|node| self.nodes[*node as usize].item),
            fingerprint,
            environment: parts,
            variables: outside.variables.clone(),
            unseen,
            ignore: Ignore::Perhaps,
            at: self.roots.len(),
            sum,
            first: (found.krate, found.first.clone()),
            outside: rest,
        });
    }

    /// Notes what decides which doctests each library has.
    fn lay_out(
        &mut self,
        digests: &Digests,
        environment: &Environment<'_, '_>,
        surfaces: &Declared,
    ) {
        for (&library, surface) in surfaces {
            let heads = environment.heads(library, digests);
            let shape = Fingerprint::of_parts([heads.0.as_slice(), &surface.0]);
            let (files, documentation) = environment.documented_files(library);
            let text = Text {
                files,
                documentation,
            };
            let layout = Layout {
                shape,
                text: text.digest(),
            };
            self.doctests.layouts.insert(library, layout);
            self.texts.insert(library, text);
        }
    }
}
