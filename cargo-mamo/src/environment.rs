//! What a reach rests on besides items (rule R8): crates as built, locked packages, files, variables.
//!
//! Each part is a label for people and a digest; labels hold no absolute path, so a moved checkout keeps its
//! fingerprints.

use crate::facts::{Facts, LocalPackage, TargetKind, Unit};
use crate::fingerprint::Fingerprint;
use crate::graph::Graph;
use crate::inputs::Inputs;
use crate::resolve::modules::include_path;
use crate::resolve::program::{CrateId, NodeId};
use crate::syntax::ir::Symbol;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Labels and digests.
pub type Parts = BTreeMap<String, Fingerprint>;

/// Finds the environment of reaches.
pub struct Environment<'e, 'a> {
    graph: &'e Graph<'a>,
    facts: &'e Facts,
    inputs: &'e Inputs<'e>,
    /// Parts of each crate as built.
    crates: Vec<Parts>,
    /// Nodes that ask anything of the world.
    asking: Vec<bool>,
}

/// What a reach asks of the world, all nodes together.
#[derive(Default)]
struct Asked {
    files_at_run: bool,
    process: bool,
    position: bool,
    any_run_env: bool,
    /// Texts that may be paths.
    paths: BTreeSet<Symbol>,
    /// Asks for the package's own directory without saying what in it.
    whole_package: bool,
}

impl<'e, 'a> Environment<'e, 'a> {
    /// For the crates of `facts`.
    pub fn new(graph: &'e Graph<'a>, facts: &'e Facts, inputs: &'e Inputs<'e>) -> Self {
        let crates = facts.units.iter().enumerate().map(|(id, unit)| crate_parts(graph, facts, id, unit)).collect();
        let asking = graph.edges.iter().map(|edges| edges.asks.asks_anything()).collect();
        Self { graph, facts, inputs, crates, asking }
    }

    /// The parts of a root in `krate` that reaches `nodes`, and the variables that it reads at run time.
    pub fn of_reach(&self, krate: CrateId, nodes: &[NodeId]) -> (Parts, Vec<String>) {
        let mut parts = Parts::from([("toolchain and flags".to_owned(), self.facts.toolchain)]);
        let mut crates = BTreeSet::from([krate]);
        let mut asked = Asked::default();
        let mut variables = BTreeSet::new();
        for node in nodes {
            crates.insert(self.graph.program.nodes[*node as usize].krate);
            if self.asking[*node as usize] {
                self.node_parts(*node, &mut asked, &mut variables, &mut parts);
            }
        }
        for id in &crates {
            parts.extend(self.crates[*id].iter().map(|(label, digest)| (label.clone(), *digest)));
        }
        self.world(krate, nodes, &asked, &mut parts);
        (parts, variables.into_iter().collect())
    }

    fn node_parts(&self, node: NodeId, asked: &mut Asked, variables: &mut BTreeSet<String>, parts: &mut Parts) {
        let asks = &self.graph.edges[node as usize].asks;
        let place = &self.graph.program.nodes[node as usize];
        let unit = &self.facts.units[place.krate];
        asked.files_at_run |= asks.files_at_run;
        asked.process |= asks.process;
        asked.position |= asks.position;
        asked.any_run_env |= asks.any_run_env;
        asked.paths.extend(&asks.paths);
        let asks_place = asks.build_env.iter().chain(&asks.run_env).any(|name| name.as_str() == "CARGO_MANIFEST_DIR");
        asked.whole_package |= asks_place && asks.paths.is_empty();
        for argument in &asks.files {
            let base = &self.graph.program.files[place.file as usize].path;
            match include_path(base, argument, &unit.env) {
                Some(path) => self.add_file(&path, parts),
                None => self.add_included(unit, parts),
            }
        }
        for name in &asks.build_env {
            let value = unit.env.get(name.as_str()).cloned().flatten();
            parts.insert(format!("build variable `{name}`"), self.build_value(unit, value.as_deref()));
        }
        if asks.any_build_env {
            for (name, value) in &unit.env {
                parts.insert(format!("build variable `{name}`"), self.build_value(unit, value.as_deref()));
            }
        }
        for name in &asks.run_env {
            parts.insert(format!("variable `{name}`"), self.inputs.variable(name));
            variables.insert(name.to_string());
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
        parts.insert(format!("file `{}`", self.relative(path)), self.inputs.file(path));
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
            let unit = &self.facts.units[krate];
            let name = &self.facts.package_of(unit).name;
            for (file, digest) in self.inputs.package_files(unit.package).iter() {
                parts.insert(format!("file `{file}` of `{name}`"), *digest);
            }
            let whole = asked.whole_package.then_some(Symbol::from("."));
            for text in asked.paths.iter().copied().chain(whole) {
                for path in self.inputs.sources_named(unit.package, &text) {
                    parts.insert(format!("text of `{}`", self.relative(&path)), self.inputs.file(&path));
                }
            }
        }
        if asked.any_run_env {
            parts.insert("variables read by computed names".to_owned(), self.inputs.all_variables());
        }
        if asked.position {
            let files: BTreeSet<_> = nodes.iter().map(|node| self.graph.program.nodes[*node as usize].file).collect();
            for file in files {
                let file = &self.graph.program.files[file as usize];
                parts.insert(format!("layout of `{}`", self.relative(&file.path)), file.digest);
            }
        }
    }

    /// The documentation of a library, for its doctests.
    pub fn documentation(&self, krate: CrateId, parts: &mut Parts) {
        let unit = &self.facts.units[krate];
        for file in &self.graph.program.crates[krate].files {
            let file = &self.graph.program.files[*file as usize];
            parts.insert(format!("documentation in `{}`", self.relative(&file.path)), file.docs);
            for argument in &file.doc_includes {
                match include_path(&file.path, argument, &unit.env) {
                    Some(path) => self.add_file(&path, parts),
                    None => self.add_included(unit, parts),
                }
            }
        }
        // What doctests do cannot be seen here: they may read files and use every dependency, dev ones included.
        let package = self.facts.package_of(unit);
        for (file, digest) in self.inputs.package_files(unit.package).iter() {
            parts.insert(format!("file `{file}` of `{}`", package.name), *digest);
        }
        for (name, locked) in &package.external {
            parts.insert(format!("dependency `{name}` of `{}`", package.name), digest_lines(locked));
        }
        let root = &self.facts.workspace_root;
        parts.insert("doctest flags".to_owned(), self.inputs.file(&root.join("rustdoc.toml")));
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
fn crate_parts(graph: &Graph<'_>, facts: &Facts, id: CrateId, unit: &Unit) -> Parts {
    let package = facts.package_of(unit);
    let name = &package.name;
    let kind = format!("{:?}", unit.kind).to_lowercase();
    let mut parts = Parts::new();
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
