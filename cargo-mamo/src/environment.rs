//! What a reach rests on besides items (rule R8): crates as built, locked packages, files, variables.
//!
//! Each part is a label for people and a digest; labels hold no absolute path, so a moved checkout keeps its
//! fingerprints.

mod compiled;
mod crates;
mod doctests;
mod foreign;
mod labels;
mod own_files;
mod parts;
mod together;
mod world;

use crate::facts::{Facts, Unit};
use crate::fingerprint::Fingerprint;
use crate::graph::Graph;
use crate::inputs::Inputs;
use crate::resolve::modules::{clean, include_path};
use crate::resolve::program::{CrateId, NodeId};
use crate::syntax::ir::Symbol;
pub use compiled::{label_of_macros, macro_inputs};
use crates::{crate_parts, placeless, tells_places, without_hashes};
use foreign::Abroad;
pub use labels::{ANY_VARIABLE, COMPILES, LAYOUT_OF, PROGRAM_PLACE, PartKind, TEXT_OF};
use parts::Table;
pub use parts::{Part, PartId, Parts, rank, together};
use rustc_hash::FxHashMap;
use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
pub use world::VARIABLES_FILE;
use world::{Named, Naming};

/// What is kept of a root.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kept {
    /// That it passed: the same in every checkout.
    Verdict,
    /// What it gave: places of this checkout may be in it.
    Value,
}

/// Parts that many reaches have together.
type Shared = Rc<Vec<PartId>>;

/// Finds the environment of reaches.
pub struct Environment<'e, 'a> {
    graph: &'e Graph<'a>,
    facts: &'e Facts,
    inputs: &'e Inputs<'e>,
    table: Table,
    /// Parts of each crate as built.
    crates: Vec<Vec<PartId>>,
    /// What is read behind each crate.
    abroad: Vec<Abroad>,
    /// The nodes that ask anything of the world, with their parts.
    asking: Vec<(NodeId, Asking)>,
    /// The texts that may name files.
    naming: Vec<Naming>,
    /// The files of module trees.
    modules: BTreeSet<PathBuf>,
    /// Parts of each package's own files, once they were asked for.
    packages: RefCell<HashMap<usize, Shared>>,
    /// Parts of files by their place, or by their layout, too.
    places: RefCell<FxHashMap<(u32, bool), PartId>>,
    /// Parts of the files that a text names, by package.
    texts: RefCell<FxHashMap<(usize, Symbol), Rc<Named>>>,
    /// Parts of the files outside a package that a text names.
    files: RefCell<FxHashMap<(usize, Symbol), Shared>>,
    /// Parts of files of the workspace, by their path.
    of_path: RefCell<FxHashMap<PathBuf, PartId>>,
    /// Parts of what cargo reads, once they were asked for.
    for_cargo: OnceCell<Shared>,
    /// Parts and variables that some root rests on.
    known: RefCell<HashMap<Rests, Rc<Outside>>>,
}

/// What one node asks of the world.
#[derive(Debug)]
struct Asking {
    parts: Vec<PartId>,
    /// What else a value rests on: what was built in, as it is.
    built_in: Vec<PartId>,
}

/// The digest of parts in order, and variables.
type Rests = (Fingerprint, Vec<String>);

/// What a reach rests on outside source.
#[derive(Debug)]
pub struct Outside {
    /// Its parts in order.
    pub parts: Arc<[PartId]>,
    /// Their digest.
    pub fingerprint: Fingerprint,
    /// The variables that it reads at run time.
    pub variables: Vec<String>,
}

impl<'e, 'a> Environment<'e, 'a> {
    /// For the crates of `facts`.
    pub fn new(graph: &'e Graph<'a>, facts: &'e Facts, inputs: &'e Inputs<'e>) -> Self {
        let (table, packages, places, texts, files, of_path, known) = Default::default();
        let mut found = Self {
            graph,
            facts,
            inputs,
            table,
            crates: Vec::new(),
            abroad: Vec::new(),
            asking: Vec::new(),
            naming: Vec::new(),
            modules: graph
                .program
                .files
                .iter()
                .map(|file| file.path.clone())
                .collect(),
            packages,
            places,
            texts,
            files,
            of_path,
            for_cargo: OnceCell::new(),
            known,
        };
        for (id, unit) in facts.units.iter().enumerate() {
            let parts = crate_parts(graph, facts, id, unit);
            let place = found.place_of_package(unit);
            found.crates.push(
                parts
                    .into_iter()
                    .chain([place])
                    .map(|(label, digest)| found.table.part(label, digest))
                    .collect(),
            );
            found.abroad.push(found.abroad(id));
        }
        for id in 0..facts.units.len() {
            let read = found.read_by_macros(id);
            found.crates[id].extend(read);
        }
        for (node, edges) in (0..).zip(&graph.edges) {
            if edges.asks.asks_anything() {
                let asking = Asking {
                    parts: found.node_parts(node).0,
                    built_in: found.built_in(node).0,
                };
                found.asking.push((node, asking));
            }
        }
        found.naming = found.naming();
        found
    }

    /// All parts, by number.
    pub fn into_parts(self) -> Vec<Part> {
        self.table.into_parts()
    }

    /// The parts in order, each once, and their digest: the same on every machine.
    pub fn settle(&self, parts: Parts) -> (Vec<PartId>, Fingerprint) {
        self.table.settle(parts)
    }

    /// What one node rests on by itself.
    fn node_parts(&self, node: NodeId) -> Parts {
        let mut parts = Parts::default();
        let asks = &self.graph.edges[node as usize].asks;
        let place = &self.graph.program.nodes[node as usize];
        let unit = &self.facts.units[place.krate];
        for argument in &asks.files {
            let base = &self.graph.program.files[place.file as usize].path;
            match include_path(base, argument, &unit.env) {
                Some(path) => self.add_file(&path, &mut parts),
                None => self.add_included(unit, &mut parts),
            }
        }
        for name in &asks.build_env {
            let value = unit.env.get(name.as_str()).cloned().flatten();
            self.table.add(
                &mut parts,
                format!("build variable `{name}`"),
                self.build_value(unit, value.as_deref()),
            );
        }
        if asks.any_build_env {
            for (name, value) in &unit.env {
                self.table.add(
                    &mut parts,
                    format!("build variable `{name}`"),
                    self.build_value(unit, value.as_deref()),
                );
            }
        }
        for name in &asks.run_env {
            self.table.add(
                &mut parts,
                format!("variable `{name}`"),
                self.inputs.variable(name),
            );
        }
        if asks.spelling {
            self.spelling(node, &mut parts);
        }
        parts
    }

    /// The values of variables that one node was built with, places of this checkout included.
    fn built_in(&self, node: NodeId) -> Parts {
        let mut parts = Parts::default();
        let asks = &self.graph.edges[node as usize].asks;
        let place = &self.graph.program.nodes[node as usize];
        let unit = &self.facts.units[place.krate];
        let every = unit.env.keys().filter(|_| asks.any_build_env);
        let mut names: BTreeSet<&str> = every.map(String::as_str).collect();
        for name in &asks.build_env {
            names.insert(name);
        }
        for name in names {
            let digest = match unit.env.get(name).cloned().flatten() {
                Some(value) => Fingerprint::of(value.as_bytes()),
                None if tells_places(name) => self.checkout(place.krate),
                None => Fingerprint::NONE,
            };
            let label = format!("build variable `{name}` as it is");
            self.table.add(&mut parts, label, digest);
        }
        parts
    }

    /// How a node's tokens are written, and those of the macros that it is made by.
    fn spelling(&self, node: NodeId, parts: &mut Parts) {
        let program = &self.graph.program;
        let makers =
            std::iter::successors(Some(node), |node| program.nodes[*node as usize].made_by);
        let sources = makers.flat_map(|maker| {
            let place = &program.nodes[maker as usize];
            place.expanded.iter().copied().chain([maker])
        });
        for source in sources {
            let place = &program.nodes[source as usize];
            let path = &program.files[place.file as usize].path;
            self.table.add(
                parts,
                format!(
                    "spelling of `{}` in `{}`",
                    place.item.name,
                    self.relative(path)
                ),
                self.inputs.spelling(path, place.lines),
            );
        }
    }

    /// A value that names this checkout counts by what is left when its place is taken out.
    fn build_value(&self, unit: &Unit, value: Option<&str>) -> Fingerprint {
        match value {
            Some(value) => placeless(self.facts, self.facts.package_of(unit), value),
            None => Fingerprint::of_parts([b"unset".as_slice()]),
        }
    }

    fn add_file(&self, path: &Path, parts: &mut Parts) {
        self.table.add(
            parts,
            format!("file `{}`", self.relative(path)),
            self.inputs.file(path),
        );
    }

    /// All that rustc read for a unit besides its modules.
    fn add_included(&self, unit: &Unit, parts: &mut Parts) {
        let is_source = |path: &Path| path.extension().is_some_and(|extension| extension == "rs");
        let is_module = |path: &Path| self.modules.contains(&clean(path));
        for path in &unit.files {
            if !is_source(path) || !is_module(path) {
                self.add_file(path, parts);
            }
        }
    }

    fn relative(&self, path: &Path) -> String {
        let root = &self.facts.workspace_root;
        let built = self.facts.places_of_cargo().into_iter();
        let built = built.filter(|_| self.facts.is_built(path));
        let built = built.map(|(dir, _)| (dir, "target/"));
        for (base, name) in built.chain([(root.as_path(), "")]) {
            if let Ok(rest) = path.strip_prefix(base) {
                let rest = rest.to_string_lossy().replace('\\', "/");
                return format!("{name}{}", without_hashes(&rest));
            }
        }
        // Two of one name are two: the place counts as seen from the workspace.
        let above = root.ancestors().enumerate();
        let mut shared = above.filter_map(|(up, dir)| Some((up, path.strip_prefix(dir).ok()?)));
        let (up, rest) = shared.next().unwrap_or((0, path));
        let rest = rest.to_string_lossy().replace('\\', "/");
        format!("{}{}", "../".repeat(up), without_hashes(&rest))
    }

    /// The documentation of a library, for its doctests.
    pub fn documentation(&self, krate: CrateId, parts: &mut Parts) {
        let unit = &self.facts.units[krate];
        for file in &self.graph.program.crates[krate].files {
            let file = &self.graph.program.files[*file as usize];
            self.table.add(
                parts,
                format!("documentation in `{}`", self.relative(&file.path)),
                file.docs,
            );
            for argument in &file.doc_includes {
                match include_path(&file.path, argument, &unit.env) {
                    Some(path) => self.add_file(&path, parts),
                    None => self.add_included(unit, parts),
                }
            }
        }
        // What doctests do cannot be seen here: they may read files and use every dependency, dev ones included.
        let package = self.facts.package_of(unit);
        parts.0.extend(self.package_files(unit.package).iter());
        self.doctests_of(package, parts);
    }
}
