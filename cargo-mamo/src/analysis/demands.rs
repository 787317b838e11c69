//! What a root rests on that its fingerprint holds only as it was when it was worked out.
//!
//! Of interest where the fingerprint is believed later, without another look at the source: see `build_script`.

use super::{Analysis, Root};
use crate::facts::{Facts, Named, UnitIndex};
use crate::graph::roots;
use crate::resolve::modules::include_path;
use std::collections::BTreeSet;

/// What the reach of a root asks of the world.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent answers, not a state"
)]
pub(crate) struct Demands {
    /// Its callers decide what code it is.
    pub(crate) open: bool,
    /// Reads files or starts processes when it runs.
    pub(crate) files: bool,
    /// Reads environment variables whose names are not written out.
    pub(crate) any_variable: bool,
    /// Compiles the package again, or starts a program that does.
    pub(crate) compiles: bool,
    /// Includes a file whose name is not known here.
    pub(crate) unknown_file: bool,
    /// Variables that are read at build time.
    pub(crate) built_with: BTreeSet<String>,
}

pub(super) fn of(analysis: &Analysis, root: &Root, facts: &Facts) -> Demands {
    let mut demands = Demands::default();
    let Some(held) = &analysis.graph else {
        return demands;
    };
    let graph = held.borrow_dependent();
    demands.open = roots::is_open(&graph.program, &root.name, &root.first.1);
    for node in analysis.reaches.nodes(root.at) {
        let asks = &graph.edges[node as usize].asks;
        demands.files |= asks.files_at_run || asks.process;
        demands.any_variable |= asks.any_run_env;
        demands.compiles |= asks.compiles || (asks.process && asks.toolchain);
        let place = &graph.program.nodes[node as usize];
        demands.any_variable |= reads_anything(facts, place.krate);
        let (base, unit) = (
            &graph.program.files[place.file as usize].path,
            &facts.units[place.krate],
        );
        demands.unknown_file |= asks
            .files
            .iter()
            .any(|argument| include_path(base, argument, &unit.env).is_none());
        let names = asks.build_env.iter().map(ToString::to_string);
        demands.built_with.extend(names);
        if asks.any_build_env {
            demands.built_with.extend(unit.env.keys().cloned());
        }
    }
    demands
}

/// Reads a package behind `unit` variables whose names it composes?
fn reads_anything(facts: &Facts, unit: UnitIndex) -> bool {
    let unit = &facts.units[unit];
    let foreign = &facts.package_of(unit).foreign;
    let mut behind = unit
        .external_deps
        .iter()
        .filter_map(|name| foreign.get(name));
    behind.any(|one| one.named == Named::ByAnything)
}
