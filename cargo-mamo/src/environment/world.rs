//! What a root asks of the world at run time: its package's files, others that its texts name, variables, places.
//!
//! Asked for by all nodes of a reach together: one names a directory, another reads it.

use super::{Environment, LAYOUT_OF, Parts, Shared, TEXT_OF};
use crate::fingerprint::Fingerprint;
use crate::graph::outside::Asks;
use crate::resolve::program::{CrateId, NodeId};
use crate::syntax::ir::Symbol;
use rustc_hash::FxHashSet;
use std::collections::BTreeSet;
use std::path::Path;
use std::rc::Rc;

/// What a reach asks of the world, all nodes together.
#[derive(Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent answers, not a state"
)]
pub(super) struct Asked {
    files_at_run: bool,
    process: bool,
    position: bool,
    place: bool,
    any_run_env: bool,
    /// Texts that may be paths.
    paths: FxHashSet<Symbol>,
    /// Asks for the package's own directory without saying what in it.
    whole_package: bool,
    /// Asks for the package's own directory or the working one.
    at_package: bool,
    climbs: bool,
    walks: bool,
    toolchain: bool,
}

impl Asked {
    /// Does the place of every node count, whether it asks anything or not?
    pub(super) fn stands_somewhere(&self) -> bool {
        self.position || self.place
    }

    /// Can a process be started?
    pub(super) fn starts(&self) -> bool {
        self.process || self.toolchain
    }

    /// Adds what one node asks.
    pub(super) fn join(&mut self, asks: &Asks) {
        self.files_at_run |= asks.files_at_run;
        self.process |= asks.process;
        self.position |= asks.position;
        self.place |= asks.place;
        self.any_run_env |= asks.any_run_env;
        self.paths.extend(&asks.paths);
        self.walks |= asks.walks;
        self.toolchain |= asks.toolchain;
        let asks_place = asks
            .build_env
            .iter()
            .chain(&asks.run_env)
            .any(|name| name.as_str() == "CARGO_MANIFEST_DIR");
        self.whole_package |= asks_place && asks.paths.is_empty();
        self.at_package |= asks_place || asks.working_directory;
        self.climbs |= asks.climbs;
    }
}

impl Environment<'_, '_> {
    /// Adds what `asked` means for a root of `krate` that reaches `nodes`.
    pub(super) fn world(&self, krate: CrateId, nodes: &[NodeId], asked: &Asked, parts: &mut Parts) {
        if asked.files_at_run || asked.process {
            let package = self.facts.units[krate].package;
            parts.0.extend(self.package_files(package).iter());
            let lists = asked.walks || (asked.process && asked.toolchain);
            let whole = asked.whole_package || (asked.process && asked.toolchain);
            let whole = whole.then_some(Symbol::from("."));
            let texts = asked.paths.iter().copied();
            let texts = texts.filter(|text| lists || !is_place_of_all(text));
            for text in texts.chain(whole) {
                parts.0.extend(self.sources_named(package, text).iter());
            }
            let above = (asked.climbs && asked.at_package).then_some(Symbol::from(ABOVE));
            for text in asked.paths.iter().copied().chain(above) {
                parts.0.extend(self.files_named(package, text).iter());
            }
        }
        if asked.any_run_env {
            self.table.add(
                parts,
                "variables read by computed names".to_owned(),
                self.inputs.all_variables(),
            );
        }
        if asked.position || asked.place {
            self.places(nodes, asked.position, parts);
        }
    }

    /// Where the nodes stand: their files, and with `layout` all that is in these.
    fn places(&self, nodes: &[NodeId], layout: bool, parts: &mut Parts) {
        let program = &self.graph.program;
        let files: BTreeSet<_> = nodes
            .iter()
            .map(|node| program.nodes[*node as usize].file)
            .collect();
        for file in files {
            let file = &program.files[file as usize];
            let path = self.relative(&file.path);
            let (what, digest) = if layout {
                (format!("{LAYOUT_OF}`{path}`"), file.digest)
            } else {
                (format!("place of `{path}`"), Fingerprint::NONE)
            };
            self.table.add(parts, what, digest);
        }
    }

    /// A package's own files.
    pub(super) fn package_files(&self, package: usize) -> Shared {
        if let Some(known) = self.packages.borrow().get(&package) {
            return Rc::clone(known);
        }
        let name = &self.facts.packages[package].name;
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

    /// Files outside the package that `text` names.
    fn files_named(&self, package: usize, text: Symbol) -> Shared {
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
        let ids = paths.iter().map(|path| {
            self.table.part(
                format!("file `{}` of the workspace", self.relative(path)),
                self.inputs.file(path),
            )
        });
        let ids: Shared = Rc::new(ids.collect());
        self.files
            .borrow_mut()
            .insert((package, text), Rc::clone(&ids));
        ids
    }

    /// Sources that `text` names, read as files.
    fn sources_named(&self, package: usize, text: Symbol) -> Shared {
        if let Some(known) = self.named.borrow().get(&(package, text)) {
            return Rc::clone(known);
        }
        let paths = self.inputs.sources_named(package, &text).into_iter();
        let ids = paths.map(|path| {
            self.table.part(
                format!("{TEXT_OF}`{}`", self.relative(&path)),
                self.inputs.file(&path),
            )
        });
        let ids = Rc::new(ids.collect());
        self.named
            .borrow_mut()
            .insert((package, text), Rc::clone(&ids));
        ids
    }
}

/// Stands for the whole workspace, where a path climbs out of the package.
const ABOVE: &str = "<above>";

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
