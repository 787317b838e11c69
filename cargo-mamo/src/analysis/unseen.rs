//! Which crates cannot be answered for: those with code that no `mod` leads to. What is included as data is no such code.

use super::Analysis;
use crate::facts::Facts;
use crate::resolve::doctests::Documented;
use crate::resolve::modules::{clean, include_path};
use crate::resolve::program::Program;
use crate::syntax::ir::Mention;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Would an analysis under `facts` warn of the same? They differ from this one's in what was built alone.
pub(super) fn sees_as_much(analysis: &Analysis, facts: &Facts) -> bool {
    let Some(held) = &analysis.graph else {
        // One that was put together of what was built and seen warns of nothing, as the one before it, and of the same files.
        let of_built = analysis.edited_from().is_some();
        return of_built && analysis.warnings.is_empty();
    };
    let documented = Documented::new(facts);
    let mut warnings = Vec::new();
    let program = &held.borrow_dependent().program;
    let unseen = unseen_crates(program, &documented.facts, &analysis.data, &mut warnings);
    unseen == analysis.unseen && warnings == analysis.warnings
}

/// Crates that cannot be answered for, each with a warning.
pub(super) fn unseen_crates(
    program: &Program<'_>,
    facts: &Facts,
    data: &BTreeSet<PathBuf>,
    warnings: &mut Vec<String>,
) -> BTreeSet<usize> {
    let walked: BTreeSet<_> = program.files.iter().map(|file| &file.path).collect();
    let mut unseen = BTreeSet::new();
    for (id, krate) in program.crates.iter().enumerate() {
        let unit = &facts.units[id];
        let mut reasons = krate.unseen.clone();
        reasons.extend(unit.doubt.clone());
        if !edited_since_built(program, facts, id) {
            let read = unit
                .files
                .iter()
                .filter(|path| path.extension().is_some_and(|rs| rs == "rs"));
            let missed = read
                .map(|path| clean(path))
                .filter(|path| !walked.contains(path) && !data.contains(path));
            reasons.extend(missed.map(|path| {
                format!(
                    "rustc read `{}`, which no `mod` or `include!` leads to",
                    path.display()
                )
            }));
        }
        if !reasons.is_empty() {
            unseen.insert(id);
            let name = &facts.package_of(unit).name;
            for reason in reasons {
                let warning = format!(
                    "{reason}; every test of `{name}` (target `{}`) runs",
                    unit.target
                );
                if !warnings.contains(&warning) {
                    warnings.push(warning);
                }
            }
        }
    }
    unseen
}

/// Files called `.rs` that code includes as data or in a body, whether they are modules as well or not.
pub(super) fn included(program: &Program<'_>, facts: &Facts) -> BTreeSet<PathBuf> {
    let of_nodes = program.nodes.iter().flat_map(|node| {
        let arguments = node.mentions.iter().filter_map(|mention| match mention {
            Mention::File(argument) | Mention::Code(argument) => Some(argument),
            _ => None,
        });
        arguments.map(|argument| (node.krate, node.file, argument))
    });
    let of_files = program.crates.iter().enumerate().flat_map(|(krate, of)| {
        let files = of.files.iter();
        files.flat_map(move |file| {
            let includes = program.files[*file as usize].doc_includes.iter();
            includes.map(move |argument| (krate, *file, argument))
        })
    });
    let paths = of_nodes
        .chain(of_files)
        .filter_map(|(krate, file, argument)| {
            let base = &program.files[file as usize].path;
            include_path(base, argument, &facts.units.get(krate)?.env)
        });
    paths
        .filter(|path| path.extension().is_some_and(|rs| rs == "rs"))
        .collect()
}

/// Is a source file of a crate another than it was built from? Then what rustc read says nothing of what it would read.
fn edited_since_built(program: &Program<'_>, facts: &Facts, krate: usize) -> bool {
    program.crates[krate]
        .files
        .iter()
        .map(|file| &program.files[*file as usize])
        .any(|file| {
            facts
                .sources
                .get(&file.path)
                .is_some_and(|built| *built != file.digest)
        })
}
