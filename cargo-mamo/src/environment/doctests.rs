//! What one code block of a library's documentation rests on besides its reach, and what decides which blocks there are.

use super::crates::digest_lines;
use super::{Environment, Parts};
use crate::facts::LocalPackage;
use crate::fingerprint::Fingerprint;
use crate::graph::digest::Digests;
use crate::resolve::program::{CrateId, Doctest, NodeId};
use std::path::PathBuf;

impl Environment<'_, '_> {
    /// What a code block rests on. `surface`: what the crates that it is linked with declare.
    pub fn doctest(
        &self,
        index: usize,
        surface: Fingerprint,
        reaches: impl Fn(NodeId) -> bool,
        parts: &mut Parts,
    ) {
        let block = &self.graph.program.doctests[index];
        let package = self.facts.package_of(&self.facts.units[block.library]);
        self.table
            .add(parts, "the doctest itself".to_owned(), block.digest);
        self.table.add(
            parts,
            "what the crates under the doctest declare".to_owned(),
            surface,
        );
        self.doctests_of(package, parts);
        for file in &self.graph.program.crates[block.library].files {
            let file = &self.graph.program.files[*file as usize];
            if file.doc_settings != Fingerprint::NONE {
                self.table.add(
                    parts,
                    format!("doctest attributes in `{}`", self.relative(&file.path)),
                    file.doc_settings,
                );
            }
        }
        // rustc says to nobody which variables a doctest was compiled with
        let own = self.graph.program.crates[block.krate].nodes.iter();
        let asks = own.map(|node| (node, &self.graph.edges[*node as usize].asks.build_env));
        let asks = asks.filter(|(node, names)| !names.is_empty() && reaches(**node));
        for name in asks.flat_map(|(_, names)| names) {
            self.table.add(
                parts,
                format!("variable `{name}`"),
                self.inputs.variable(name),
            );
        }
    }

    /// What the doctests of a package may be linked with, who compiles them, and how.
    pub(super) fn doctests_of(&self, package: &LocalPackage, parts: &mut Parts) {
        for (name, locked) in &package.external {
            self.table.add(
                parts,
                format!("dependency `{name}` of `{}`", package.name),
                digest_lines(locked),
            );
        }
        self.add_abroad_of(package, parts);
        let label = "rustdoc and its flags".to_owned();
        self.table.add(parts, label, self.facts.rustdoc);
    }

    /// A code block, and its file as rustdoc names it.
    pub fn block(&self, index: usize) -> (&Doctest, String) {
        let block = &self.graph.program.doctests[index];
        (
            block,
            self.relative(&self.graph.program.files[block.file as usize].path),
        )
    }

    /// Identities and signatures of a library's items and its documentation: what doctests it has, bodies apart.
    pub fn heads(&self, library: CrateId, digests: &Digests) -> Fingerprint {
        let program = &self.graph.program;
        let nodes = program.crates[library].nodes.iter();
        let mut parts: Vec<_> = nodes
            .map(|node| {
                let signature = program.nodes[*node as usize].item.signature;
                Fingerprint::of_parts([digests.identity[*node as usize].0.as_slice(), &signature.0])
            })
            .collect();
        parts.sort_unstable();
        parts.push(self.documented(library));
        Fingerprint::of_parts(parts.iter().map(|part| part.0.as_slice()))
    }

    /// The files of a library with their digests, in order, and what its documentation is made of.
    pub fn documented_files(&self, library: CrateId) -> (Vec<(PathBuf, Fingerprint)>, Fingerprint) {
        let files = self.graph.program.crates[library].files.iter();
        let files = files.map(|file| {
            let file = &self.graph.program.files[*file as usize];
            (file.path.clone(), file.digest)
        });
        (files.collect(), self.documented(library))
    }

    fn documented(&self, library: CrateId) -> Fingerprint {
        let mut parts = Parts::default();
        self.documentation(library, &mut parts);
        self.table.settle(parts).1
    }
}
