//! What a root reaches that mamo cannot see.

use super::{Analysis, ItemIndex, Root};
use crate::facts::Facts;
use crate::graph::is_own_runtime;
use crate::graph::lint::{Lint, Sighting, sightings};
use crate::resolve::doctests::Documented;

/// A sighting in the reach of some root.
#[derive(Clone, Copy, Debug)]
pub struct Sighted<'a> {
    /// What was seen.
    pub sighting: &'a Sighting,
    /// The item that holds it.
    pub item: ItemIndex,
}

impl Analysis {
    /// Finds what cannot be seen in the source behind `facts`, from which the analysis was made.
    pub fn look_for_sightings(&mut self, facts: &Facts) {
        let documented = Documented::new(facts);
        if let Some(held) = &self.graph {
            let own = |krate| is_own_runtime(&documented.facts, krate);
            self.sightings = sightings(held.borrow_dependent(), own);
        }
    }

    /// All that `root` reaches and mamo cannot see; nothing before it was [looked for](Self::look_for_sightings).
    pub fn sighted<'a>(&'a self, root: &'a Root) -> impl Iterator<Item = Sighted<'a>> {
        let item = |node: u32| self.nodes[node as usize].item;
        let nodes = self.reaches.nodes(root.at);
        nodes.flat_map(move |node| {
            let found = self.sightings.of.get(&node).into_iter().flatten();
            // Of a generic function the reach begins with its callers, and the name alone tells which it is.
            let path = &self.items[item(node) as usize].path;
            let named = root.name.split_once('/').map(|(_, named)| named);
            let own = root.item == Some(item(node)) || named == Some(path);
            let of_signature = [Lint::DynArgument, Lint::Serde];
            found
                .filter(move |sighting| own || !of_signature.contains(&sighting.lint))
                .map(move |sighting| Sighted {
                    sighting,
                    item: item(sighting.at.unwrap_or(node)),
                })
        })
    }

    /// Does a root reach code that names a program of the package, or of the toolchain?
    pub fn starts_own_program(&self, root: &Root) -> bool {
        let own = &self.sightings.own_programs;
        own.iter().any(|node| self.reaches.contains(root.at, *node))
    }
}
