//! From a root's first items to all that it can depend on: a closure over edges and over the rules by name.
//!
//! One [`Reacher`] serves many roots, one after the other; its tables are cleared by bumping a stamp. The rules:
//! R2 `Reacher::activate`, R3 `called`, R4 `Reacher::expand`, R6 and R7 in `Reacher::reach`.

mod called;

use super::Graph;
use super::edges::Edges;
use super::members::{Impl, ImplId, MemberId, Owner};
use crate::resolve::program::{CrateId, NodeId};
use crate::syntax::ir::{ItemKind, Symbol};
use rustc_hash::{FxHashMap, FxHashSet};

/// What a root depends on.
#[derive(Debug, Default)]
pub struct Reach {
    /// Every node, ascending.
    pub nodes: Vec<NodeId>,
    /// The node from which each was first come to, in the order of `nodes`; itself for the first ones.
    pub from: Vec<NodeId>,
}

/// Computes closures over a graph.
pub struct Reacher<'g, 'a> {
    graph: &'g Graph<'a>,
    stamp: u32,
    reached: Vec<u32>,
    from: Vec<NodeId>,
    active: Vec<u32>,
    state: State,
}

/// What has been seen on the way to one root's closure.
#[derive(Default)]
struct State {
    queue: Vec<NodeId>,
    order: Vec<NodeId>,
    crates: FxHashSet<CrateId>,
    /// Arities of `.name(..)` calls, and whether one stands where unseen traits may be in scope.
    methods: FxHashMap<Symbol, (FxHashSet<u8>, bool)>,
    any: FxHashSet<Symbol>,
    of_external: FxHashSet<Symbol>,
    associated: FxHashSet<(NodeId, Symbol)>,
    of_trait: FxHashSet<(NodeId, Symbol)>,
    traits_seen: FxHashSet<(NodeId, Symbol)>,
    /// Names in `associated`, whatever their owner.
    associated_names: FxHashSet<Symbol>,
    /// Procedural-macro crates that are reached as a whole.
    proc_macros: FxHashSet<CrateId>,
    /// Nodes of crates that the closure may not go into so far, and from where they are wanted.
    refused: FxHashMap<CrateId, Vec<(NodeId, NodeId)>>,
    process: bool,
    compiles: bool,
    toolchain: bool,
}

impl<'g, 'a> Reacher<'g, 'a> {
    /// For `graph`.
    pub fn new(graph: &'g Graph<'a>) -> Self {
        let nodes = graph.program.nodes.len();
        let impls = graph.members.impls.len();
        Self {
            graph,
            stamp: 0,
            reached: vec![0; nodes],
            from: vec![0; nodes],
            active: vec![0; impls],
            state: State::default(),
        }
    }

    /// All that `first` items of `krate` can depend on.
    pub fn reach(&mut self, krate: CrateId, first: &[NodeId]) -> Reach {
        self.stamp += 1;
        self.state = State::default();
        self.admit(krate);
        for node in first {
            self.visit(*node, *node);
        }
        let mut built = (false, false);
        loop {
            self.drain();
            let workspace = self.state.process && self.state.toolchain;
            let compiles = (self.state.compiles || workspace, workspace);
            if built < compiles {
                built = compiles;
                self.compiled(krate, workspace);
            } else if !self.state.process || !self.start_processes(krate) {
                break;
            }
        }
        self.finish()
    }

    fn finish(&mut self) -> Reach {
        let mut nodes = std::mem::take(&mut self.state.order);
        nodes.sort_unstable();
        let from = nodes.iter().map(|node| self.from[*node as usize]).collect();
        Reach { nodes, from }
    }

    /// Lets the closure go into `krate` and what it is linked with; their linked items (R6) and impls that wait for
    /// nothing more come along, and what was wanted of them before.
    fn admit(&mut self, krate: CrateId) {
        for member in &self.graph.program.crates[krate].closure {
            if !self.state.crates.insert(*member) {
                continue;
            }
            for node in &self.graph.program.crates[*member].linked {
                self.visit(*node, *node);
            }
            for id in &self.graph.impls_of_crate[*member] {
                self.activate_if_ready(*id, None);
            }
            for (node, from) in self.state.refused.remove(member).unwrap_or_default() {
                self.visit(node, from);
            }
        }
    }

    /// Rule R7: who can start a process reaches `main` of every binary of its package, and of the programs that its texts
    /// name.
    /// Says whether that was news.
    fn start_processes(&mut self, krate: CrateId) -> bool {
        let before = self.state.order.len();
        let texts = self.state.order.iter();
        let texts = texts.flat_map(|node| &self.graph.edges[*node as usize].asks.paths);
        let named: FxHashSet<_> = texts
            .flat_map(|text| text.split('/'))
            .map(|name| Symbol::from(name.strip_suffix(".exe").unwrap_or(name)))
            .collect();
        for program in self.graph.programs(krate, &named) {
            self.admit(program);
            for node in self.graph.mains(program) {
                self.visit(node, node);
            }
        }
        self.state.order.len() > before
    }

    /// Who compiles the package again reaches all of it and of what lies under it; who starts the toolchain, all of the
    /// workspace.
    fn compiled(&mut self, krate: CrateId, workspace: bool) {
        for unit in self.graph.compiled_by(krate, workspace) {
            self.admit(unit);
            for node in &self.graph.program.crates[unit].nodes {
                self.visit(*node, *node);
            }
        }
    }

    /// Rule R5: who uses a macro of a procedural-macro crate reaches all of that crate.
    fn whole_crate(&mut self, krate: CrateId, from: NodeId) {
        if self.state.proc_macros.insert(krate) {
            for node in &self.graph.program.crates[krate].nodes {
                self.visit(*node, from);
            }
        }
    }

    fn visit(&mut self, node: NodeId, from: NodeId) {
        let krate = self.graph.program.nodes[node as usize].krate;
        if self.reached[node as usize] == self.stamp {
            return;
        }
        if !self.state.crates.contains(&krate) {
            let refused = self.state.refused.entry(krate).or_default();
            refused.push((node, from));
            return;
        }
        self.reached[node as usize] = self.stamp;
        self.from[node as usize] = from;
        self.state.queue.push(node);
        self.state.order.push(node);
    }

    fn is_reached(&self, node: NodeId) -> bool {
        self.reached[node as usize] == self.stamp
    }

    fn drain(&mut self) {
        while let Some(node) = self.state.queue.pop() {
            self.expand(node);
        }
    }

    /// Follows everything that `node` leads to (R4 among it: its parent is one of its targets).
    fn expand(&mut self, node: NodeId) {
        let graph = self.graph;
        let edges = &graph.edges[node as usize];
        for target in &edges.targets {
            self.visit(*target, node);
        }
        for krate in &edges.proc_macros {
            self.whole_crate(*krate, node);
        }
        self.state.process |= edges.asks.process;
        self.state.compiles |= edges.asks.compiles;
        self.state.toolchain |= edges.asks.toolchain;
        self.calls(node, edges);
        self.by_kind(node);
    }

    fn by_kind(&mut self, node: NodeId) {
        let graph = self.graph;
        match &graph.program.nodes[node as usize].item.kind {
            ItemKind::Type { .. } => {
                for waiting in graph.members.waiting.get(&node).into_iter().flatten() {
                    self.activate_if_ready(*waiting, Some(node));
                }
                self.visit_tied(node);
            }
            ItemKind::Trait { .. } => {
                self.visit_tied(node);
                for member in graph.members.trait_members.get(&node).into_iter().flatten() {
                    self.consider(*member, node);
                    self.visit_alias(*member, node);
                }
                for of_it in graph.members.of_trait.get(&node).into_iter().flatten() {
                    self.impl_of_reached_trait(*of_it, node);
                }
            }
            ItemKind::MacroCall(_) | ItemKind::Opaque => self.visit_tied(node),
            ItemKind::Impl(_) => {
                let id = graph.members.impl_of[&node];
                for member in &graph.members.impls[id as usize].members {
                    self.visit_alias(*member, node);
                }
            }
            _ => {}
        }
    }

    /// Unexpanded macros that may hold what belongs to `node`.
    fn visit_tied(&mut self, node: NodeId) {
        let graph = self.graph;
        for tied in graph.members.tied.get(&node).into_iter().flatten() {
            self.visit(*tied, node);
        }
    }

    /// Rule R4: a trait or impl reaches its associated types.
    fn visit_alias(&mut self, member: MemberId, from: NodeId) {
        let node = self.graph.members.members[member as usize].node;
        if matches!(
            self.graph.program.nodes[node as usize].item.kind,
            ItemKind::Alias { .. }
        ) {
            self.visit(node, from);
        }
    }

    /// Activates an impl that waits for nothing more.
    fn activate_if_ready(&mut self, id: ImplId, by: Option<NodeId>) {
        let Impl {
            required, one_of, ..
        } = &self.graph.members.impls[id as usize];
        let is_reached = |wanted: &NodeId| self.is_reached(*wanted);
        let ready =
            required.iter().all(is_reached) && (one_of.is_empty() || one_of.iter().any(is_reached));
        if ready {
            let by = by.or_else(|| {
                required
                    .iter()
                    .chain(one_of)
                    .copied()
                    .find(|id| is_reached(id))
            });
            self.activate(id, by);
        }
    }

    /// Rule R2: an impl whose header's local types are all reached. Of an external trait, all of it is reached; else its
    /// members are once they are called.
    fn activate(&mut self, id: ImplId, by: Option<NodeId>) {
        let graph = self.graph;
        let of = &graph.members.impls[id as usize];
        let krate = graph.program.nodes[of.node as usize].krate;
        if self.active[id as usize] == self.stamp || !self.state.crates.contains(&krate) {
            return;
        }
        self.active[id as usize] = self.stamp;
        let by = by.unwrap_or(of.node);
        if of.implicit {
            self.visit(of.node, by);
        }
        for unread in &of.unread {
            self.visit(*unread, by);
        }
        for member in &of.members {
            if of.implicit {
                self.visit(graph.members.members[*member as usize].node, of.node);
            } else {
                self.consider(*member, by);
            }
        }
        for local in &of.traits {
            if self.is_reached(*local) {
                self.visit(of.node, by);
            }
            for member in graph.members.trait_members.get(local).into_iter().flatten() {
                self.consider(*member, by);
            }
        }
    }

    /// Has a reached type an impl of this trait, or may an unexpanded macro hold one?
    fn is_implemented(&self, of_trait: NodeId) -> bool {
        let mut impls = self
            .graph
            .members
            .of_trait
            .get(&of_trait)
            .into_iter()
            .flatten();
        self.graph.members.hidden.contains(&of_trait)
            || impls.any(|id| self.active[*id as usize] == self.stamp)
    }

    fn impl_of_reached_trait(&mut self, id: ImplId, by: NodeId) {
        if self.active[id as usize] != self.stamp {
            return;
        }
        let graph = self.graph;
        self.visit(graph.members.impls[id as usize].node, by);
        for member in &graph.members.impls[id as usize].members {
            self.consider(*member, by);
        }
    }

    /// Notes the calls of a node and looks again at the members that they may mean.
    fn calls(&mut self, node: NodeId, edges: &Edges) {
        for (of_trait, name) in &edges.traits_seen {
            if self.state.traits_seen.insert((*of_trait, *name)) {
                self.visit_trait_of_seen(*of_trait, *name, node);
            }
        }
        for (name, arity) in &edges.methods {
            let (arities, open) = self.state.methods.entry(*name).or_default();
            let news =
                arities.insert(*arity) | (edges.traits_open && !std::mem::replace(open, true));
            self.consider_if(news, *name, node);
        }
        for name in &edges.any {
            let news = self.state.any.insert(*name);
            self.consider_if(news, *name, node);
        }
        for name in &edges.of_external {
            let news = self.state.of_external.insert(*name);
            self.consider_if(news, *name, node);
        }
        for (owner, name) in &edges.associated {
            let news = self.state.associated.insert((*owner, *name));
            self.state.associated_names.insert(*name);
            self.consider_if(news, *name, node);
        }
        for (owner, name) in &edges.of_trait {
            let news = self.state.of_trait.insert((*owner, *name));
            self.consider_if(news, *name, node);
        }
    }

    fn visit_trait_of_seen(&mut self, of_trait: NodeId, name: Symbol, from: NodeId) {
        let members = self.graph.members.by_name.get(&name);
        for member in members.into_iter().flatten() {
            let owner = self.graph.members.members[*member as usize].owner;
            let meant = match owner {
                Owner::Trait(owner) => owner == of_trait,
                Owner::Impl(owner) => self.graph.members.impls[owner as usize]
                    .traits
                    .contains(&of_trait),
            };
            if meant {
                self.consider(*member, from);
            }
        }
    }

    fn consider_if(&mut self, news: bool, name: Symbol, from: NodeId) {
        if news {
            for member in self.graph.members.by_name.get(&name).into_iter().flatten() {
                self.consider(*member, from);
            }
        }
    }

    /// Reaches a member if something reached may call it.
    fn consider(&mut self, id: MemberId, from: NodeId) {
        let node = self.graph.members.members[id as usize].node;
        if !self.is_reached(node) && self.is_called(id) {
            self.visit(node, from);
        }
    }
}
