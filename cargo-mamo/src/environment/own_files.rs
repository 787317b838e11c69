//! Source and manifests that are read as files without a text that names them: by `file!()`, and by tools of the toolchain.

use super::together::{Many, Resting};
use super::world::Asked;
use super::{Environment, PartId, Shared, TEXT_OF};
use crate::fingerprint::Fingerprint;
use crate::graph::fixpoint::{Bits, NO_ROOTS, common, union};
use crate::resolve::program::NodeId;
use crate::syntax::ir::Symbol;
use std::path::Path;
use std::rc::Rc;

impl Environment<'_, '_> {
    /// Adds the files that `file!()` stands in, for roots that reach it and read files; and all source of its package for
    /// those that go on from there.
    pub(super) fn own_files(
        &self,
        many: &Many<'_>,
        asked: &Asked,
        reads: &Bits,
        resting: &mut Resting,
    ) {
        let goes_on = union(&asked.climbs, &asked.walks);
        let names_its_file = |node: NodeId| self.graph.edges[node as usize].asks.own_file;
        let naming = self.asking.iter().map(|(node, _)| *node);
        for node in naming.filter(|node| names_its_file(*node)) {
            let reading = common(many.reaching(node), reads);
            if reading == NO_ROOTS {
                continue;
            }
            let file = self.graph.program.nodes[node as usize].file;
            let file = &self.graph.program.files[file as usize].path;
            resting.add(self.text_of(file), &reading);
            let going_on = common(&reading, &goes_on);
            if going_on != NO_ROOTS {
                let sources = self.sources_named(self.package_of(node), Symbol::from("."));
                resting.extend(&sources, &going_on);
            }
        }
    }

    /// The bytes of a source file.
    pub(super) fn text_of(&self, path: &Path) -> PartId {
        let label = format!("{TEXT_OF}`{}`", self.relative(path));
        self.table.part(label, self.inputs.file(path))
    }

    /// A file of the workspace that is no source.
    pub(super) fn file_of_workspace(&self, path: &Path) -> PartId {
        let known = self.of_path.borrow().get(path).copied();
        known.unwrap_or_else(|| {
            let label = format!("file `{}` of the workspace", self.relative(path));
            let part = self.table.part(label, self.inputs.file(path));
            self.of_path.borrow_mut().insert(path.to_path_buf(), part);
            part
        })
    }

    /// What cargo reads of the workspace, whoever of its packages is built: manifests, configuration, locked versions, and
    /// the names of source files, which make targets.
    pub(super) fn read_by_cargo(&self) -> Shared {
        if let Some(known) = self.for_cargo.get() {
            return Rc::clone(known);
        }
        let files = self.inputs.files_of_cargo();
        let parts = files.read.iter().map(|path| self.file_of_workspace(path));
        let names = files.sources.iter().map(|path| self.relative(path));
        let names: Vec<_> = names.collect();
        let names = Fingerprint::of_parts(names.iter().map(String::as_bytes));
        let label = "names of source files in the workspace".to_owned();
        let names = self.table.part(label, names);
        let parts = Rc::new(parts.chain([names]).collect());
        Rc::clone(self.for_cargo.get_or_init(|| parts))
    }
}
