//! What a reach rests on besides items (rule R8): crates as built, locked packages, files, variables.
//!
//! Each part is a label for people and a digest; labels hold no absolute path, so a moved checkout keeps its
//! fingerprints.

use crate::facts::{Facts, LocalPackage, TargetKind, Unit};
use crate::fingerprint::Fingerprint;
use crate::graph::Graph;
use crate::graph::outside::Asks;
use crate::inputs::Inputs;
use crate::resolve::modules::include_path;
use crate::resolve::program::{CrateId, NodeId};
use crate::syntax::ir::Symbol;
use rustc_hash::FxHashSet;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::rc::Rc;

/// One thing that reaches rest on: what it is, for people, and its digest.
pub type Part = (String, Fingerprint);

/// Index of a [`Part`] in the environment's table.
pub type PartId = u32;

/// The parts of one reach.
#[derive(Debug, Default)]
pub struct Parts(Vec<PartId>);

/// Every part that some reach rests on, each once.
#[derive(Debug, Default)]
struct Table {
    parts: Vec<Part>,
    ids: HashMap<Part, PartId>,
}

/// Finds the environment of reaches.
pub struct Environment<'e, 'a> {
    graph: &'e Graph<'a>,
    facts: &'e Facts,
    inputs: &'e Inputs<'e>,
    table: RefCell<Table>,
    /// Parts of each crate as built.
    crates: Vec<Vec<PartId>>,
    /// Parts of the nodes that ask anything of the world.
    asking: HashMap<NodeId, Vec<PartId>>,
    /// Parts of each package's own files, once they were asked for.
    packages: RefCell<HashMap<usize, Rc<Vec<PartId>>>>,
    /// Parts of the sources that a text names, by package.
    named: RefCell<HashMap<(usize, Symbol), Rc<Vec<PartId>>>>,
}

/// What a reach asks of the world, all nodes together.
#[derive(Default)]
struct Asked {
    files_at_run: bool,
    process: bool,
    position: bool,
    any_run_env: bool,
    /// Texts that may be paths.
    paths: FxHashSet<Symbol>,
    /// Asks for the package's own directory without saying what in it.
    whole_package: bool,
}

impl Asked {
    fn join(&mut self, asks: &Asks) {
        self.files_at_run |= asks.files_at_run;
        self.process |= asks.process;
        self.position |= asks.position;
        self.any_run_env |= asks.any_run_env;
        self.paths.extend(&asks.paths);
        let asks_place = asks.build_env.iter().chain(&asks.run_env).any(|name| name.as_str() == "CARGO_MANIFEST_DIR");
        self.whole_package |= asks_place && asks.paths.is_empty();
    }
}

impl<'e, 'a> Environment<'e, 'a> {
    /// For the crates of `facts`.
    pub fn new(graph: &'e Graph<'a>, facts: &'e Facts, inputs: &'e Inputs<'e>) -> Self {
        let (table, packages, named) = Default::default();
        let mut found = Self { graph, facts, inputs, table, crates: Vec::new(), asking: HashMap::new(), packages, named };
        for (id, unit) in facts.units.iter().enumerate() {
            let parts = crate_parts(graph, facts, id, unit);
            found.crates.push(parts.into_iter().map(|(label, digest)| found.part(label, digest)).collect());
        }
        for (node, edges) in (0..).zip(&graph.edges) {
            if edges.asks.asks_anything() {
                let parts = found.node_parts(node);
                found.asking.insert(node, parts.0);
            }
        }
        found
    }

    /// The number of a part.
    fn part(&self, label: String, digest: Fingerprint) -> PartId {
        let mut table = self.table.borrow_mut();
        let next = u32::try_from(table.parts.len()).expect("fewer than 2^32 parts");
        let part = (label, digest);
        if let Some(known) = table.ids.get(&part) {
            return *known;
        }
        table.parts.push(part.clone());
        table.ids.insert(part, next);
        next
    }

    fn add(&self, parts: &mut Parts, label: String, digest: Fingerprint) {
        parts.0.push(self.part(label, digest));
    }

    /// All parts, by number.
    pub fn into_parts(self) -> Vec<Part> {
        self.table.into_inner().parts
    }

    /// The parts in order, each once, and their digest: the same on every machine.
    pub fn settle(&self, parts: Parts) -> (Vec<PartId>, Fingerprint) {
        let table = self.table.borrow();
        let mut ids = parts.0;
        ids.sort_unstable();
        ids.dedup();
        ids.sort_unstable_by(|one, two| table.parts[*one as usize].cmp(&table.parts[*two as usize]));
        let labels = ids.iter().map(|id| &table.parts[*id as usize]);
        let digest = Fingerprint::of_parts(labels.flat_map(|(label, digest)| [label.as_bytes(), digest.0.as_slice()]));
        (ids, digest)
    }

    /// The parts of a root in `krate` that reaches `nodes`, and the variables that it reads at run time.
    pub fn of_reach(&self, krate: CrateId, nodes: &[NodeId]) -> (Parts, Vec<String>) {
        let mut parts = Parts::default();
        self.add(&mut parts, "toolchain and flags".to_owned(), self.facts.toolchain);
        let mut crates = vec![false; self.crates.len()];
        crates[krate] = true;
        let mut asked = Asked::default();
        let mut variables = BTreeSet::new();
        for node in nodes {
            crates[self.graph.program.nodes[*node as usize].krate] = true;
            if let Some(own) = self.asking.get(node) {
                parts.0.extend(own);
                let asks = &self.graph.edges[*node as usize].asks;
                asked.join(asks);
                variables.extend(asks.run_env.iter().map(ToString::to_string));
            }
        }
        for (own, _) in self.crates.iter().zip(crates).filter(|(_, reached)| *reached) {
            parts.0.extend(own);
        }
        self.world(krate, nodes, &asked, &mut parts);
        (parts, variables.into_iter().collect())
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
            self.add(&mut parts, format!("build variable `{name}`"), self.build_value(unit, value.as_deref()));
        }
        if asks.any_build_env {
            for (name, value) in &unit.env {
                self.add(&mut parts, format!("build variable `{name}`"), self.build_value(unit, value.as_deref()));
            }
        }
        for name in &asks.run_env {
            self.add(&mut parts, format!("variable `{name}`"), self.inputs.variable(name));
        }
        parts
    }

    /// A value that names this checkout counts by what is left when its place is taken out.
    fn build_value(&self, unit: &Unit, value: Option<&str>) -> Fingerprint {
        match value {
            Some(value) => placeless(self.facts, self.facts.package_of(unit), value),
            None => Fingerprint::of_parts([b"unset".as_slice()]),
        }
    }

    fn add_file(&self, path: &Path, parts: &mut Parts) {
        self.add(parts, format!("file `{}`", self.relative(path)), self.inputs.file(path));
    }

    /// All that rustc read for a unit besides its modules.
    fn add_included(&self, unit: &Unit, parts: &mut Parts) {
        for path in unit.files.iter().filter(|path| path.extension().is_none_or(|extension| extension != "rs")) {
            self.add_file(path, parts);
        }
    }

    fn relative(&self, path: &Path) -> String {
        let root = &self.facts.workspace_root;
        for (base, name) in [(&self.facts.target_dir, "target/"), (root, "")] {
            if let Ok(rest) = path.strip_prefix(base) {
                let rest = rest.to_string_lossy().replace('\\', "/");
                return format!("{name}{}", without_hashes(&rest));
            }
        }
        path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    }

    fn world(&self, krate: CrateId, nodes: &[NodeId], asked: &Asked, parts: &mut Parts) {
        if asked.files_at_run || asked.process {
            let package = self.facts.units[krate].package;
            parts.0.extend(self.package_files(package).iter());
            let whole = asked.whole_package.then_some(Symbol::from("."));
            for text in asked.paths.iter().copied().chain(whole) {
                parts.0.extend(self.sources_named(package, text).iter());
            }
        }
        if asked.any_run_env {
            self.add(parts, "variables read by computed names".to_owned(), self.inputs.all_variables());
        }
        if asked.position {
            let files: BTreeSet<_> = nodes.iter().map(|node| self.graph.program.nodes[*node as usize].file).collect();
            for file in files {
                let file = &self.graph.program.files[file as usize];
                self.add(parts, format!("layout of `{}`", self.relative(&file.path)), file.digest);
            }
        }
    }

    /// A package's own files.
    fn package_files(&self, package: usize) -> Rc<Vec<PartId>> {
        if let Some(known) = self.packages.borrow().get(&package) {
            return Rc::clone(known);
        }
        let name = &self.facts.packages[package].name;
        let files = self.inputs.package_files(package);
        let ids = files.iter().map(|(file, digest)| self.part(format!("file `{file}` of `{name}`"), *digest)).collect();
        let ids = Rc::new(ids);
        self.packages.borrow_mut().insert(package, Rc::clone(&ids));
        ids
    }

    /// Sources that `text` names, read as files.
    fn sources_named(&self, package: usize, text: Symbol) -> Rc<Vec<PartId>> {
        if let Some(known) = self.named.borrow().get(&(package, text)) {
            return Rc::clone(known);
        }
        let paths = self.inputs.sources_named(package, &text).into_iter();
        let ids = paths.map(|path| self.part(format!("text of `{}`", self.relative(&path)), self.inputs.file(&path)));
        let ids = Rc::new(ids.collect());
        self.named.borrow_mut().insert((package, text), Rc::clone(&ids));
        ids
    }

    /// The documentation of a library, for its doctests.
    pub fn documentation(&self, krate: CrateId, parts: &mut Parts) {
        let unit = &self.facts.units[krate];
        for file in &self.graph.program.crates[krate].files {
            let file = &self.graph.program.files[*file as usize];
            self.add(parts, format!("documentation in `{}`", self.relative(&file.path)), file.docs);
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
        for (name, locked) in &package.external {
            self.add(parts, format!("dependency `{name}` of `{}`", package.name), digest_lines(locked));
        }
        let root = &self.facts.workspace_root;
        self.add(parts, "doctest flags".to_owned(), self.inputs.file(&root.join("rustdoc.toml")));
    }
}

/// Build directories carry a hash of cargo's in their names.
fn without_hashes(path: &str) -> String {
    let strip = |segment: &str| match segment.rsplit_once('-') {
        Some((name, hash)) if hash.len() == 16 && hash.chars().all(|digit| digit.is_ascii_hexdigit()) => name.to_owned(),
        _ => segment.to_owned(),
    };
    path.split('/').map(strip).collect::<Vec<_>>().join("/")
}

fn digest_lines(lines: &BTreeSet<String>) -> Fingerprint {
    Fingerprint::of_parts(lines.iter().map(String::as_bytes))
}

/// How one crate was built.
fn crate_parts(graph: &Graph<'_>, facts: &Facts, id: CrateId, unit: &Unit) -> BTreeMap<String, Fingerprint> {
    let package = facts.package_of(unit);
    let name = &package.name;
    let kind = format!("{:?}", unit.kind).to_lowercase();
    let mut parts = BTreeMap::new();
    let what = format!("{kind} `{}`", unit.target);
    let features = Fingerprint::of_parts(unit.features.iter().map(String::as_bytes));
    parts.insert(format!("features of {what} in `{name}`"), features);
    let profile = [unit.edition.as_bytes(), unit.profile.as_bytes(), &graph.program.crates[id].attributes.0];
    parts.insert(format!("edition, profile and attributes of {what} in `{name}`"), Fingerprint::of_parts(profile));
    parts.insert(format!("manifest of `{name}`"), package.manifest);
    for dependency in &unit.external_deps {
        if let Some(locked) = package.external.get(dependency) {
            parts.insert(format!("dependency `{dependency}` of `{name}`"), digest_lines(locked));
        }
    }
    if let Some(script) = package.build_script.as_ref().filter(|_| unit.kind != TargetKind::BuildScript) {
        let said = script.cfgs.iter().chain(&script.links).map(String::as_bytes);
        parts.insert(format!("what the build script of `{name}` says"), Fingerprint::of_parts(said));
        for (file, digest) in &script.out_files {
            parts.insert(format!("generated file `{file}` of `{name}`"), *digest);
        }
        for (variable, value) in &script.env {
            parts.insert(format!("build variable `{variable}` of `{name}`"), placeless(facts, package, value));
        }
    }
    parts
}

/// The digest of a value with the places of this checkout taken out.
fn placeless(facts: &Facts, package: &LocalPackage, value: &str) -> Fingerprint {
    let out_dir = package.build_script.as_ref().and_then(|script| script.out_dir.as_ref());
    let places = [
        (out_dir, "<out>"),
        (Some(&facts.target_dir), "<target>"),
        (Some(&package.dir), "<package>"),
        (Some(&facts.workspace_root), "<workspace>"),
    ];
    let mut text = value.to_owned();
    for (dir, name) in places {
        if let Some(dir) = dir {
            text = text.replace(&*dir.to_string_lossy(), name);
        }
    }
    Fingerprint::of_parts([b"set".as_slice(), text.as_bytes()])
}
