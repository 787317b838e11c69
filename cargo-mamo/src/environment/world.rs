//! What a root asks of the world at run time: its package's files, others that its texts name, variables, places.
//!
//! Asked for by all nodes of a reach together: one names a directory, another reads it.

use super::crates::named;
use super::{ANY_VARIABLE, Environment, LAYOUT_OF, PROGRAM_PLACE, PartId, Parts, Shared, TEXT_OF};
use crate::facts::Unit;
use crate::fingerprint::Fingerprint;
use crate::graph::node_set::NodeSet;
use crate::graph::outside::Asks;
use crate::resolve::program::{CrateId, NodeId};
use crate::syntax::ir::Symbol;
use std::collections::BTreeSet;
use std::path::Path;
use std::rc::Rc;

/// What a node asks of the world, or all nodes of a reach together.
#[derive(Clone, Copy, Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent answers, not a state"
)]
pub(super) struct Asked {
    files_at_run: bool,
    process: bool,
    position: bool,
    place: bool,
    pub(super) any_run_env: bool,
    /// Asks for the package's own directory without saying what in it.
    whole_package: bool,
    /// Asks for the package's own directory or the working one.
    at_package: bool,
    climbs: bool,
    walks: bool,
    toolchain: bool,
    /// May it learn where this checkout is?
    whereabouts: bool,
    program_place: bool,
}

impl Asked {
    /// Does the place of every node count, whether it asks anything or not?
    pub(super) fn stands_somewhere(&self) -> bool {
        self.position || self.place
    }

    /// What one node asks.
    pub(super) fn by(asks: &Asks) -> Self {
        let variables = asks.build_env.iter().chain(&asks.run_env);
        let place_of_package = variables
            .into_iter()
            .any(|name| name.as_str() == "CARGO_MANIFEST_DIR");
        Self {
            files_at_run: asks.files_at_run,
            process: asks.process,
            position: asks.position,
            place: asks.place,
            any_run_env: asks.any_run_env,
            whole_package: place_of_package && asks.paths.is_empty(),
            at_package: place_of_package || asks.working_directory,
            climbs: asks.climbs,
            walks: asks.walks,
            toolchain: asks.toolchain,
            whereabouts: asks.whereabouts
                || asks.position
                || asks.place
                || asks.process
                || asks.any_run_env
                || asks.any_build_env,
            program_place: asks.program_place,
        }
    }

    /// Adds what another asks.
    pub(super) fn join(&mut self, other: Self) {
        self.files_at_run |= other.files_at_run;
        self.process |= other.process;
        self.position |= other.position;
        self.place |= other.place;
        self.any_run_env |= other.any_run_env;
        self.whole_package |= other.whole_package;
        self.at_package |= other.at_package;
        self.climbs |= other.climbs;
        self.walks |= other.walks;
        self.toolchain |= other.toolchain;
        self.whereabouts |= other.whereabouts;
        self.program_place |= other.program_place;
    }
}

impl Environment<'_, '_> {
    /// Adds what `asked` means for a root of `krate` that reaches `nodes`.
    /// What it asks is asked by those of the nodes that are `asking`.
    pub(super) fn world(
        &self,
        krate: CrateId,
        (nodes, asking): (&NodeSet, &[NodeId]),
        asked: &Asked,
        parts: &mut Parts,
    ) {
        if asked.files_at_run || asked.process {
            let package = self.facts.units[krate].package;
            parts.0.extend(self.package_files(package).iter());
            parts
                .0
                .extend(self.files_named(package, Symbol::from(VARIABLES_FILE)));
            if asked.walks {
                parts.0.extend(self.left_by_tools(package));
            }
            let lists = asked.walks || (asked.process && asked.toolchain);
            let naming = asking.iter().copied().filter(|node| {
                let node = self.asking[*node as usize].as_ref();
                node.is_some_and(|node| node.names)
            });
            self.add_named(package, naming.clone(), lists, parts);
            if asked.whole_package || (asked.process && asked.toolchain) {
                parts
                    .0
                    .extend(self.sources_named(package, Symbol::from(".")));
            }
            for other in self.places_of_others(package, asking) {
                parts.0.extend(self.package_files(other).iter());
                let its = naming.clone();
                let its = its.filter(|node| self.package_of(*node) == other);
                self.add_named(other, its, lists, parts);
                if asked.climbs {
                    parts.0.extend(self.files_named(other, Symbol::from(ABOVE)));
                }
            }
            if asked.climbs && asked.at_package {
                parts
                    .0
                    .extend(self.files_named(package, Symbol::from(ABOVE)));
            }
        }
        if asked.any_run_env {
            self.table
                .add(parts, ANY_VARIABLE.to_owned(), self.inputs.all_variables());
        }
        if asked.position || asked.place {
            self.places(nodes, asked.position, parts);
        }
    }

    /// Adds where this checkout is, as it is on this machine, for a root that may put it into a value.
    pub(super) fn whereabouts(&self, krate: CrateId, asked: &Asked, parts: &mut Parts) {
        if asked.whereabouts {
            let label = "place of this checkout".to_owned();
            self.table.add(parts, label, self.checkout(krate));
        }
        if asked.program_place {
            let label = PROGRAM_PLACE.to_owned();
            self.table.add(parts, label, Fingerprint::NONE);
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

    /// Adds what the texts of `naming` nodes name, as seen from `package`.
    fn add_named(
        &self,
        package: usize,
        naming: impl Iterator<Item = NodeId>,
        lists: bool,
        parts: &mut Parts,
    ) {
        for node in naming {
            let named = self.named_by(package, node);
            parts.0.extend(&named.surely);
            parts.0.extend(named.where_lists.iter().filter(|_| lists));
        }
    }

    /// Other packages than `package` whose own code asks where they are: it may read what lies there.
    fn places_of_others(&self, package: usize, asking: &[NodeId]) -> BTreeSet<usize> {
        let knows = |node: &&NodeId| {
            let asks = &self.graph.edges[**node as usize].asks;
            let mut variables = asks.build_env.iter();
            asks.any_build_env || variables.any(|name| name.as_str() == "CARGO_MANIFEST_DIR")
        };
        let packages = asking
            .iter()
            .filter(knows)
            .map(|node| self.package_of(*node));
        packages.filter(|other| *other != package).collect()
    }

    fn package_of(&self, node: NodeId) -> usize {
        self.facts.units[self.graph.program.nodes[node as usize].krate].package
    }

    /// Where the nodes stand: their files, and with `layout` all that is in these.
    fn places(&self, nodes: &NodeSet, layout: bool, parts: &mut Parts) {
        let program = &self.graph.program;
        let mut known = self.places.borrow_mut();
        let mut last = None;
        for node in nodes.iter() {
            let file = program.nodes[node as usize].file;
            // neighbours mostly stand in one file
            if last.replace(file) != Some(file) {
                let place = known.entry((file, layout));
                parts
                    .0
                    .push(*place.or_insert_with(|| self.place(file, layout)));
            }
        }
    }

    fn place(&self, file: u32, layout: bool) -> PartId {
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

    /// What the texts of a node name, for tests of `package`.
    fn named_by(&self, package: usize, node: NodeId) -> Rc<Named> {
        if let Some(known) = self.named.borrow().get(&(package, node)) {
            return Rc::clone(known);
        }
        let mut all = Named::default();
        for text in &self.graph.edges[node as usize].asks.paths {
            let mut texts = self.texts.borrow_mut();
            let named = texts
                .entry((package, *text))
                .or_insert_with(|| self.named_in(package, *text));
            all.surely.extend(&named.surely);
            all.where_lists.extend(&named.where_lists);
        }
        let named = Rc::new(all);
        self.named
            .borrow_mut()
            .insert((package, node), Rc::clone(&named));
        named
    }

    /// What a text names.
    pub(super) fn named_in(&self, package: usize, text: Symbol) -> Named {
        let (sources, mut surely) = (
            self.sources_named(package, text),
            self.files_named(package, text),
        );
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
    pub(super) fn files_named(&self, package: usize, text: Symbol) -> Vec<PartId> {
        let root = &self.facts.workspace_root;
        let paths = match text.as_str() {
            ABOVE => self
                .inputs
                .files_named(package, &climb(&self.facts.packages[package].dir, root)),
            text => self.inputs.files_named(package, text),
        };
        let ids = paths.iter().map(|path| {
            self.table.part(
                format!("file `{}` of the workspace", self.relative(path)),
                self.inputs.file(path),
            )
        });
        ids.collect()
    }

    /// Sources that `text` names, read as files.
    fn sources_named(&self, package: usize, text: Symbol) -> Vec<PartId> {
        let paths = self.inputs.sources_named(package, &text).into_iter();
        let ids = paths.map(|path| {
            self.table.part(
                format!("{TEXT_OF}`{}`", self.relative(&path)),
                self.inputs.file(&path),
            )
        });
        ids.collect()
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
