//! A graph together with the parsed files that it borrows from, so that an analysis can ask it again.

use crate::graph::Graph;
use crate::resolve::walk::Loaded;
use crate::syntax::ir::Lowered;
use self_cell::self_cell;
use std::fmt;
use typed_arena::Arena;

/// What a graph borrows from.
#[derive(Default)]
pub(super) struct Ground {
    /// Parsed files.
    pub(super) files: Arena<Loaded>,
    /// Expansions of macros, and documentation that is put together.
    pub(super) lowered: Arena<Lowered>,
}

self_cell!(
    /// A graph on its ground.
    pub(super) struct Held {
        owner: Ground,
        #[covariant]
        dependent: Graph,
    }
);

impl fmt::Debug for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nodes = self.borrow_dependent().program.nodes.len();
        f.debug_struct("Held").field("nodes", &nodes).finish()
    }
}
