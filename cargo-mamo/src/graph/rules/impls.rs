//! Rule R2: impls whose headers' local types are all reached, and the members that are called then.

use super::Writer;
use super::calls::Calls;
use crate::graph::fixpoint::Fact;
use crate::graph::members::{Impl, Owner};
use crate::resolve::program::{CrateId, NodeId};
use rustc_hash::FxHashMap;

/// What an impl waits for.
type Awaited<'g> = (CrateId, &'g [NodeId], &'g [NodeId]);

/// When a trait has an impl.
#[derive(Clone, Copy)]
enum Implemented {
    Always,
    Where(Fact),
    Never,
}

impl Writer<'_, '_> {
    /// Writes down which impls are active, and which members are reached.
    pub(super) fn impls_and_members(&mut self, calls: &mut Calls) {
        let active = self.impls();
        self.members(calls, &active);
    }

    /// That each impl is active.
    fn impls(&mut self) -> Vec<Fact> {
        let graph = self.graph;
        let mut known: FxHashMap<Awaited<'_>, Fact> = FxHashMap::default();
        let impls = graph.members.impls.iter();
        let all = impls.map(|of| {
            let krate = graph.program.nodes[of.node as usize].krate;
            let awaited = (krate, of.required.as_slice(), of.one_of.as_slice());
            let active = *known
                .entry(awaited)
                .or_insert_with(|| self.awaited(awaited));
            self.activated(active, krate, of);
            active
        });
        all.collect()
    }

    /// That all is there that an impl waits for; with it, that the closure may go into its crate.
    fn awaited(&mut self, (krate, required, one_of): Awaited<'_>) -> Fact {
        let graph = self.graph;
        let mut all = required.to_vec();
        all.extend(self.rules.any(one_of));
        let mut homes = required
            .iter()
            .map(|node| graph.program.nodes[*node as usize].krate);
        if !homes.any(|home| self.comes_with(home, krate)) {
            all.push(self.admitted(krate));
        }
        let together = all
            .into_iter()
            .reduce(|one, other| self.rules.both(one, other));
        together.expect("there is a type or the crate")
    }

    /// What comes with an active impl whatever is called.
    fn activated(&mut self, active: Fact, krate: CrateId, of: &Impl) {
        let graph = self.graph;
        if of.implicit {
            self.visits(active, krate, of.node);
            for member in &of.members {
                self.visits(active, krate, graph.members.members[*member as usize].node);
            }
        }
        for unread in &of.unread {
            self.visits(active, krate, *unread);
        }
        for of_trait in of.traits.iter().filter(|_| !of.implicit) {
            let meant = self.rules.both(active, *of_trait);
            self.visits(meant, krate, of.node);
        }
    }

    fn members(&mut self, calls: &mut Calls, active: &[Fact]) {
        let graph = self.graph;
        let mut implemented: FxHashMap<NodeId, Implemented> = FxHashMap::default();
        for member in &graph.members.members {
            match member.owner {
                Owner::Impl(owner) => {
                    let of = &graph.members.impls[owner as usize];
                    if of.implicit {
                        continue;
                    }
                    let Some(called) = calls.of_impl(self, of, member) else {
                        continue;
                    };
                    let reached = self.rules.both(active[owner as usize], called);
                    let krate = graph.program.nodes[of.node as usize].krate;
                    self.visits(reached, krate, member.node);
                }
                Owner::Trait(owner) => {
                    let implemented = *implemented
                        .entry(owner)
                        .or_insert_with(|| self.implemented(owner, active));
                    let called = match implemented {
                        Implemented::Never => continue,
                        _ => calls.of_trait(self, owner, member),
                    };
                    let Some(called) = called else {
                        continue;
                    };
                    let called = match implemented {
                        Implemented::Where(active) => self.rules.both(active, called),
                        _ => called,
                    };
                    let wanted = self.wanted(member.node);
                    self.rules.implies(called, wanted);
                }
            }
        }
    }

    /// Has a reached type an impl of this trait, or may an unexpanded macro hold one?
    fn implemented(&mut self, of_trait: NodeId, active: &[Fact]) -> Implemented {
        let members = &self.graph.members;
        if members.hidden.contains(&of_trait) {
            return Implemented::Always;
        }
        let impls = members.of_trait.get(&of_trait).into_iter().flatten();
        let mut impls: Vec<_> = impls.map(|id| active[*id as usize]).collect();
        impls.sort_unstable();
        impls.dedup();
        let any = self.rules.any(&impls);
        any.map_or(Implemented::Never, Implemented::Where)
    }
}
