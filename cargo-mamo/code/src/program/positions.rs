//! Which roots can ask where in the source they stand.
//!
//! Panics of the standard library always know; what matters is whether own code reads a position. The accessors of a location are
//! inline functions, so that an unoptimized program has them as functions under their names. An optimizer leaves no trace of
//! them: for optimized programs, positions count always.

use super::roots::{CodeRoot, demangled};
use super::{Program, VertexId};
use crate::object_table::CodeTarget;

/// Parts of paths that code names if it reads positions.
const ASKING: [&str; 3] = ["panic::location::Location", "PanicHookInfo", "PanicInfo"];

impl Program<'_> {
    /// Whether each root can read a line or column; true also where the root is not found.
    ///
    /// To be asked of unoptimized programs alone.
    pub fn asks_for_positions(&self, roots: &[CodeRoot]) -> Vec<bool> {
        self.which_lead_to(roots, self.own_askers())
    }

    /// Whether each root can reach code that refers to a name of the linker that `is_meant`; true also where the root is not
    /// found, and everywhere if what runs unasked does.
    pub fn roots_that_reach(
        &self,
        roots: &[CodeRoot],
        is_meant: impl Fn(&str) -> bool,
    ) -> Vec<bool> {
        let names = self.names.iter().zip(0..);
        let meant = names.filter(|(name, _)| is_meant(name));
        self.which_lead_to(roots, meant.map(|(_, vertex)| vertex).collect())
    }

    fn which_lead_to(&self, roots: &[CodeRoot], places: Vec<u32>) -> Vec<bool> {
        let leading = self.leading_to(places);
        let leads = |vertex: &VertexId| leading[vertex.0 as usize];
        let is_unasked = self.unasked.iter().any(leads);
        let answer = |root: &CodeRoot| match self.start(root) {
            Some(start) => is_unasked || start.vertices.iter().any(leads),
            None => true,
        };
        roots.iter().map(answer).collect()
    }

    /// Which vertices lead to one of these.
    fn leading_to(&self, mut open: Vec<u32>) -> Vec<bool> {
        let mut callers = vec![Vec::new(); self.edges.len()];
        for vertex in 0..self.edges.len() {
            let number = u32::try_from(vertex).expect("vertices are numbered by u32");
            for target in self.edges.of(number) {
                callers[*target as usize].push(number);
            }
        }
        let mut leading = vec![false; self.edges.len()];
        while let Some(vertex) = open.pop() {
            if !std::mem::replace(&mut leading[vertex as usize], true) {
                open.extend(&callers[vertex as usize]);
            }
        }
        leading
    }

    fn own_askers(&self) -> Vec<u32> {
        let mut askers = Vec::new();
        for (at, table) in self.tables.iter().enumerate().take(self.own) {
            let asks = |name: &str| {
                let path = demangled(name);
                ASKING.iter().any(|part| path.contains(part))
            };
            let asks: Vec<bool> = table.names.iter().map(|name| asks(name)).collect();
            for (node, number) in table.nodes.iter().zip(0..) {
                let is_asker = node.targets.iter().any(|target| match target {
                    CodeTarget::Symbol(name) => asks[name.0 as usize],
                    CodeTarget::Node(_) => false,
                });
                if is_asker || node.label.is_some_and(|label| asks[label.0 as usize]) {
                    askers.push(self.firsts[at] + number);
                }
            }
        }
        askers
    }
}
