//! What a root asks of the world at run time: its package's files, others that its texts name, variables, places.
//!
//! Asked for by all nodes of a reach together: one names a directory, another reads it.

use super::crates::named;
use super::together::{Many, Resting, Said};
use super::{ANY_VARIABLE, COMPILES, Environment, LAYOUT_OF, PROGRAM_PLACE, PartId, Shared};
use crate::facts::Unit;
use crate::fingerprint::Fingerprint;
use crate::graph::fixpoint::{Bits, NO_ROOTS, common, union, unite};
use crate::graph::outside::Asks;
use crate::resolve::program::{CrateId, NodeId};
use crate::syntax::ir::Symbol;
use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;

/// The roots that ask something of the world, by what they ask.
#[derive(Debug, Default)]
pub(super) struct Asked {
    files_at_run: Bits,
    process: Bits,
    /// May it compile its package again by itself?
    compiles: Bits,
    pub(super) position: Bits,
    pub(super) place: Bits,
    pub(super) any_run_env: Bits,
    /// Asks for the package's own directory without saying what in it.
    whole_package: Bits,
    /// Asks for the package's own directory or the working one.
    at_package: Bits,
    working_directory: Bits,
    pub(super) climbs: Bits,
    pub(super) walks: Bits,
    toolchain: Bits,
    /// May it learn where this checkout is?
    whereabouts: Bits,
    program_place: Bits,
}

impl Asked {
    /// Adds what is asked by a node that some roots reach.
    pub(super) fn join(&mut self, asks: &Asks, reaching: &Bits) {
        let variables = asks.build_env.iter().chain(&asks.run_env);
        let place_of_package = variables
            .into_iter()
            .any(|name| name.as_str() == "CARGO_MANIFEST_DIR");
        let whereabouts = asks.whereabouts
            || asks.position
            || asks.place
            || asks.process
            || asks.any_run_env
            || asks.any_build_env;
        let asked = [
            (asks.files_at_run, &mut self.files_at_run),
            (asks.process, &mut self.process),
            (asks.compiles, &mut self.compiles),
            (asks.position, &mut self.position),
            (asks.place, &mut self.place),
            (asks.any_run_env, &mut self.any_run_env),
            (
                place_of_package && asks.paths.is_empty(),
                &mut self.whole_package,
            ),
            (
                place_of_package || asks.working_directory,
                &mut self.at_package,
            ),
            (asks.working_directory, &mut self.working_directory),
            (asks.climbs, &mut self.climbs),
            (asks.walks, &mut self.walks),
            (asks.toolchain, &mut self.toolchain),
            (whereabouts, &mut self.whereabouts),
            (asks.program_place, &mut self.program_place),
        ];
        for (_, roots) in asked.into_iter().filter(|(asks, _)| *asks) {
            unite(roots, reaching);
        }
    }
}

/// A text that may name files, and the nodes of one package that it stands in.
#[derive(Debug)]
pub(super) struct Naming {
    pub(super) text: Symbol,
    pub(super) package: usize,
    pub(super) nodes: Vec<NodeId>,
}

impl Environment<'_, '_> {
    /// Adds what `asked` means for the roots that ask it.
    pub(super) fn world(
        &self,
        (many, said): (&Many<'_>, &Said<'_>),
        asked: &Asked,
        resting: &mut Resting,
    ) {
        let reads = union(&asked.files_at_run, &asked.process);
        let mut reading: BTreeMap<usize, Bits> = BTreeMap::new();
        for (krate, roots) in &many.of_crate {
            let package = self.facts.units[*krate].package;
            let of_package = reading.entry(package).or_insert(NO_ROOTS);
            unite(of_package, &common(roots, &reads));
        }
        reading.retain(|_, roots| *roots != NO_ROOTS);
        let compiling = common(&asked.process, &asked.toolchain);
        let lists = union(&asked.walks, &compiling);
        let listing = common(&asked.working_directory, &asked.walks);
        let whole = union(&union(&asked.whole_package, &compiling), &listing);
        let others = self.places_of_others(many);
        self.own_files(many, asked, &reads, resting);
        if compiling != NO_ROOTS {
            resting.extend(self.read_by_cargo().iter(), &compiling);
        }
        for (&package, roots) in &reading {
            resting.extend(self.package_files(package).iter(), roots);
            let variables = self.files_named(package, Symbol::from(VARIABLES_FILE));
            resting.extend(variables.iter(), roots);
            let walking = common(roots, &asked.walks);
            if walking != NO_ROOTS {
                resting.extend(&self.left_by_tools(package), &walking);
            }
            self.add_named(package, said.of(roots, None), &lists, resting);
            let whole = common(roots, &whole);
            if whole != NO_ROOTS {
                let sources = self.sources_named(package, Symbol::from("."));
                resting.extend(&sources, &whole);
            }
            let climbing = common(roots, &common(&asked.climbs, &asked.at_package));
            if climbing != NO_ROOTS {
                let above = self.files_named(package, Symbol::from(ABOVE));
                resting.extend(above.iter(), &climbing);
            }
            for (&other, knowing) in others.iter().filter(|(other, _)| **other != package) {
                let roots = common(roots, knowing);
                if roots == NO_ROOTS {
                    continue;
                }
                resting.extend(self.package_files(other).iter(), &roots);
                self.add_named(other, said.of(&roots, Some(other)), &lists, resting);
                let climbing = common(&roots, &asked.climbs);
                if climbing != NO_ROOTS {
                    let above = self.files_named(other, Symbol::from(ABOVE));
                    resting.extend(above.iter(), &climbing);
                }
            }
        }
        let compiling = union(&compiling, &asked.compiles);
        if compiling != NO_ROOTS {
            let part = self.table.part(COMPILES.to_owned(), Fingerprint::NONE);
            resting.add(part, &compiling);
        }
        if asked.any_run_env != NO_ROOTS {
            let label = ANY_VARIABLE.to_owned();
            let part = self.table.part(label, self.inputs.all_variables());
            resting.add(part, &asked.any_run_env);
        }
    }

    /// Adds where this checkout is, as it is on this machine, for roots that may put it into a value.
    pub(super) fn whereabouts(&self, many: &Many<'_>, asked: &Asked, resting: &mut Resting) {
        let learning = common(&asked.whereabouts, &many.values);
        for (krate, roots) in &many.of_crate {
            let roots = common(roots, &learning);
            if roots != NO_ROOTS {
                let label = "place of this checkout".to_owned();
                let part = self.table.part(label, self.checkout(*krate));
                resting.add(part, &roots);
            }
        }
        let asking = common(&asked.program_place, &many.values);
        if asking != NO_ROOTS {
            let part = self.table.part(PROGRAM_PLACE.to_owned(), Fingerprint::NONE);
            resting.add(part, &asking);
        }
    }

    /// Where the checkout of a crate is built, on this machine.
    pub(super) fn checkout(&self, krate: CrateId) -> Fingerprint {
        let package = self.facts.package_of(&self.facts.units[krate]);
        let dirs = [
            &self.facts.workspace_root,
            &self.facts.target_dir,
            &package.dir,
        ];
        Fingerprint::of_parts(dirs.map(|dir| dir.as_os_str().as_encoded_bytes()))
    }

    /// Adds what texts name, as seen from `package`, for the roots that reach them.
    fn add_named(
        &self,
        package: usize,
        said: impl Iterator<Item = (Symbol, Bits)>,
        lists: &Bits,
        resting: &mut Resting,
    ) {
        for (text, saying) in said {
            let named = self.named_by(package, text);
            resting.extend(&named.surely, &saying);
            if !named.where_lists.is_empty() {
                resting.extend(&named.where_lists, &common(&saying, lists));
            }
        }
    }

    /// The packages whose own code asks where they are, with the roots that reach it: they may read what lies there.
    fn places_of_others(&self, many: &Many<'_>) -> BTreeMap<usize, Bits> {
        let knows = |node: NodeId| {
            let asks = &self.graph.edges[node as usize].asks;
            let mut variables = asks.build_env.iter();
            asks.any_build_env || variables.any(|name| name.as_str() == "CARGO_MANIFEST_DIR")
        };
        let mut packages = BTreeMap::new();
        for (node, _) in self.asking.iter().filter(|(node, _)| knows(*node)) {
            let knowing = packages.entry(self.package_of(*node)).or_insert(NO_ROOTS);
            unite(knowing, many.reaching(*node));
        }
        packages
    }

    /// The texts of nodes that may name files.
    pub(super) fn naming(&self) -> Vec<Naming> {
        let mut all: BTreeMap<(Symbol, usize), Vec<NodeId>> = BTreeMap::new();
        for (node, _) in &self.asking {
            for text in &self.graph.edges[*node as usize].asks.paths {
                let nodes = all.entry((*text, self.package_of(*node))).or_default();
                if nodes.last() != Some(node) {
                    nodes.push(*node);
                }
            }
        }
        let all = all.into_iter();
        let all = all.map(|((text, package), nodes)| Naming {
            text,
            package,
            nodes,
        });
        all.collect()
    }

    pub(super) fn package_of(&self, node: NodeId) -> usize {
        self.facts.units[self.graph.program.nodes[node as usize].krate].package
    }

    pub(super) fn place(&self, file: u32, layout: bool) -> PartId {
        let file = &self.graph.program.files[file as usize];
        let path = self.relative(&file.path);
        if layout {
            self.table.part(format!("{LAYOUT_OF}`{path}`"), file.digest)
        } else {
            self.table
                .part(format!("place of `{path}`"), Fingerprint::NONE)
        }
    }

    /// Where a package lies as seen from the workspace. Its code can learn that in more ways than can be told (`..`, the working
    /// directory, variables of cargo, macros, crates of others), so all of it counts it.
    pub(super) fn place_of_package(&self, unit: &Unit) -> (String, Fingerprint) {
        let name = named(self.facts, unit.package);
        let place = self.relative(&self.facts.package_of(unit).dir);
        let label = format!("directory of `{name}` in the workspace");
        (label, Fingerprint::of(place.as_bytes()))
    }

    /// A package's own files.
    pub(super) fn package_files(&self, package: usize) -> Shared {
        if let Some(known) = self.packages.borrow().get(&package) {
            return Rc::clone(known);
        }
        let name = named(self.facts, package);
        let files = self.inputs.package_files(package);
        let ids = files
            .iter()
            .map(|(file, digest)| {
                self.table
                    .part(format!("file `{file}` of `{name}`"), *digest)
            })
            .collect();
        let ids = Rc::new(ids);
        self.packages.borrow_mut().insert(package, Rc::clone(&ids));
        ids
    }

    /// What test tools left in a package.
    fn left_by_tools(&self, package: usize) -> Vec<PartId> {
        let name = named(self.facts, package);
        let files = self.inputs.left_by_tools(package);
        let ids = files.iter().map(|(file, digest)| {
            let label = format!("file `{file}` of `{name}`");
            self.table.part(label, *digest)
        });
        ids.collect()
    }

    /// What a text names, for tests of `package`.
    pub(super) fn named_by(&self, package: usize, text: Symbol) -> Rc<Named> {
        if let Some(known) = self.texts.borrow().get(&(package, text)) {
            return Rc::clone(known);
        }
        let named = Rc::new(self.named_in(package, text));
        self.texts
            .borrow_mut()
            .insert((package, text), Rc::clone(&named));
        named
    }

    /// What a text names.
    fn named_in(&self, package: usize, text: Symbol) -> Named {
        if text.as_str() != ABOVE && self.inputs.leads_nowhere(package, &text) {
            return Named::default();
        }
        let (sources, files) = (
            self.sources_named(package, text),
            self.files_named(package, text),
        );
        let mut surely = files.to_vec();
        if is_place_of_all(&text) {
            return Named {
                surely,
                where_lists: sources,
            };
        }
        surely.extend(sources);
        Named {
            surely,
            where_lists: Vec::new(),
        }
    }

    /// Files outside the package that `text` names.
    pub(super) fn files_named(&self, package: usize, text: Symbol) -> Shared {
        if let Some(known) = self.files.borrow().get(&(package, text)) {
            return Rc::clone(known);
        }
        let root = &self.facts.workspace_root;
        let paths = match text.as_str() {
            ABOVE => self
                .inputs
                .files_named(package, &climb(&self.facts.packages[package].dir, root)),
            text => self.inputs.files_named(package, text),
        };
        let ids = paths.iter().map(|path| self.file_of_workspace(path));
        let ids = Rc::new(ids.collect());
        let mut files = self.files.borrow_mut();
        files.insert((package, text), Rc::clone(&ids));
        ids
    }

    /// Sources that `text` names, read as files.
    pub(super) fn sources_named(&self, package: usize, text: Symbol) -> Vec<PartId> {
        let paths = self.inputs.sources_named(package, &text).into_iter();
        paths.map(|path| self.text_of(&path)).collect()
    }
}

/// What the texts of a node name.
#[derive(Debug, Default)]
pub(super) struct Named {
    /// Whoever reads files.
    pub(super) surely: Vec<PartId>,
    /// Those that list directories.
    where_lists: Vec<PartId>,
}

/// Stands for the whole workspace, where a path climbs out of the package.
pub(super) const ABOVE: &str = "<above>";

/// What crates read that take variables from files (`dotenvy`, `sqlx`): everyone has git ignore it.
pub const VARIABLES_FILE: &str = ".env";

/// The way from `dir` up to `root`.
fn climb(dir: &Path, root: &Path) -> String {
    let depth = dir
        .strip_prefix(root)
        .map_or(0, |rest| rest.components().count());
    vec![".."; depth].join("/")
}

/// `.`, `..` and their like: they mean every source only for code that lists directories.
fn is_place_of_all(text: &str) -> bool {
    text.chars().all(|letter| matches!(letter, '.' | '/'))
}
