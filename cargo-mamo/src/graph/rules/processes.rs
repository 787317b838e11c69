//! Rule R7: who can start a process reaches programs, and who compiles a package again reaches all of it.

use super::Writer;
use crate::graph::fixpoint::Fact;
use crate::graph::outside::Asks;
use crate::resolve::program::{CrateId, NodeId};
use crate::syntax::ir::Symbol;
use rustc_hash::{FxHashMap, FxHashSet};

/// The directory whose name means a package's examples.
const EXAMPLES: &str = "examples";

/// What is asked of processes, and by which names.
pub(super) struct Processes {
    /// Something reached can start a process.
    process: Fact,
    /// Something reached compiles its package again.
    compiles: Fact,
    /// Something reached names a tool of the toolchain.
    toolchain: Fact,
    /// A text of something reached names a program, or the examples.
    named: FxHashMap<Symbol, Fact>,
    /// Names that count, as texts have them.
    names: FxHashSet<Symbol>,
}

impl Processes {
    pub(super) fn new(writer: &mut Writer<'_, '_>) -> Self {
        let programs = writer.graph.units.iter().filter(|unit| unit.is_program());
        let names = programs.map(|unit| unit.target);
        let names = names.chain([Symbol::from(EXAMPLES)]).collect();
        let [process, compiles, toolchain] = [(); 3].map(|()| writer.rules.fact());
        Self {
            process,
            compiles,
            toolchain,
            named: FxHashMap::default(),
            names,
        }
    }

    /// Notes what a node asks.
    pub(super) fn note(&mut self, writer: &mut Writer<'_, '_>, node: NodeId, asks: &Asks) {
        let asked = [
            (asks.process, self.process),
            (asks.compiles, self.compiles),
            (asks.toolchain, self.toolchain),
        ];
        for (_, fact) in asked.into_iter().filter(|(asked, _)| *asked) {
            writer.rules.implies(node, fact);
        }
        for name in asks.paths.iter().flat_map(|text| text.split('/')) {
            let name = name.strip_suffix(".exe").unwrap_or(name);
            let Some(name) = ustr::existing_ustr(name).filter(|name| self.names.contains(name))
            else {
                continue;
            };
            let named = self.named.entry(name);
            let named = *named.or_insert_with(|| writer.rules.fact());
            writer.rules.implies(node, named);
        }
    }

    /// Writes down what processes lead to, for roots that lie in some crates.
    pub(super) fn write(&self, writer: &mut Writer<'_, '_>, lies_in: &FxHashMap<CrateId, Fact>) {
        let graph = writer.graph;
        let mut started: FxHashMap<CrateId, Fact> = FxHashMap::default();
        for (name, named) in &self.named {
            let starts = writer.rules.both(self.process, *named);
            for program in graph.crates_that(|unit| unit.is_program() && unit.target == *name) {
                writer.starts(&mut started, starts, program);
            }
        }
        let mut compiled: FxHashMap<CrateId, Fact> = FxHashMap::default();
        let workspace = writer.rules.both(self.process, self.toolchain);
        let examples = self.named.get(&Symbol::from(EXAMPLES));
        let examples = examples.map(|named| writer.rules.both(self.process, *named));
        for (krate, lies) in lies_in {
            writer.admits(*lies, *krate);
            let beside = [
                (Some(self.process), FxHashSet::default()),
                (examples, FxHashSet::from_iter([Symbol::from(EXAMPLES)])),
            ];
            for (asked, named) in beside {
                let Some(asked) = asked else { continue };
                let starts = writer.rules.both(*lies, asked);
                for program in graph.programs(*krate, &named) {
                    writer.starts(&mut started, starts, program);
                }
            }
            for (asked, workspace) in [(self.compiles, false), (workspace, true)] {
                let asking = writer.rules.both(*lies, asked);
                for unit in graph.compiled_by(*krate, workspace) {
                    writer.compiles(&mut compiled, asking, unit);
                }
            }
        }
    }
}

impl Writer<'_, '_> {
    /// Starts a program where `fact` is true.
    fn starts(&mut self, started: &mut FxHashMap<CrateId, Fact>, fact: Fact, program: CrateId) {
        let started = *started.entry(program).or_insert_with(|| {
            let started = self.rules.fact();
            self.admits(started, program);
            for main in self.graph.mains(program) {
                self.visits(started, program, main);
            }
            started
        });
        self.rules.implies(fact, started);
    }

    /// Compiles a unit, of which all is reached, where `fact` is true.
    fn compiles(&mut self, compiled: &mut FxHashMap<CrateId, Fact>, fact: Fact, unit: CrateId) {
        let compiled = *compiled.entry(unit).or_insert_with(|| {
            let compiled = self.rules.fact();
            self.admits(compiled, unit);
            let nodes: &[NodeId] = &self.graph.program.crates[unit].nodes;
            for node in nodes {
                self.rules.implies(compiled, *node);
            }
            compiled
        });
        self.rules.implies(fact, compiled);
    }
}
