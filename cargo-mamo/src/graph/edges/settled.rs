//! Edges in order, each once.

use super::Edges;

impl Edges {
    /// Sorts and removes repetitions.
    pub(super) fn settle(&mut self) {
        fn set<T: Ord>(list: &mut Vec<T>) {
            list.sort_unstable();
            list.dedup();
        }
        set(&mut self.targets);
        set(&mut self.external);
        set(&mut self.methods);
        set(&mut self.associated);
        set(&mut self.of_trait);
        set(&mut self.any);
        set(&mut self.of_external);
        set(&mut self.traits_seen);
        set(&mut self.imports);
        self.asks.settle();
    }
}
