//! Which identifiers the code made by a procedural macro of the workspace may hold.
//!
//! Whatever the macro's own code holds as tokens (`quote!`) or as text: the identifiers of everything that its entry
//! function may reach, in its crate and in the local crates under it. Coarser than a root's reach, never finer. What mamo's own
//! macros make is known: they name the runtime, themselves, and what they are given.

use super::edges::Edges;
use crate::resolve::program::{CrateId, NodeId, Program};
use crate::syntax;
use crate::syntax::ir::{Mention, Symbol};
use rustc_hash::{FxHashMap, FxHashSet};
use std::rc::Rc;

/// What a macro may put into its output.
#[derive(Debug, Default)]
pub struct Output {
    /// Identifiers.
    pub names: Vec<Symbol>,
    /// Words of its texts, which it may make identifiers of together with those that it is given.
    pub words: FxHashSet<Symbol>,
    /// Identifiers that stand within a path, behind its first, normalized.
    pub within: Vec<Symbol>,
}

/// Answers by entry function, each found once.
pub struct Generated<'p, 'a> {
    program: &'p Program<'a>,
    own: FxHashSet<CrateId>,
    by_entry: FxHashMap<NodeId, Rc<Output>>,
}

impl<'p, 'a> Generated<'p, 'a> {
    /// For `program`; `is_own`: is a crate mamo's?
    pub fn new(program: &'p Program<'a>, is_own: &dyn Fn(CrateId) -> bool) -> Self {
        let crates = 0..program.crates.len();
        Self {
            program,
            own: crates.filter(|krate| is_own(*krate)).collect(),
            by_entry: FxHashMap::default(),
        }
    }

    /// Is it a macro of mamo's?
    pub fn is_own(&self, entry: NodeId) -> bool {
        let krate = self.program.nodes[entry as usize].krate;
        self.own.contains(&krate)
    }

    /// What the macro with this entry function may put into its output.
    pub fn output(&mut self, entry: NodeId, known: &[Edges]) -> Rc<Output> {
        if let Some(output) = self.by_entry.get(&entry) {
            return Rc::clone(output);
        }
        let output = Rc::new(self.find(entry, known));
        self.by_entry.insert(entry, Rc::clone(&output));
        output
    }

    fn find(&self, entry: NodeId, known: &[Edges]) -> Output {
        let mut names = FxHashSet::default();
        let mut words = FxHashSet::default();
        let mut within = FxHashSet::default();
        for node in self.code_of(entry, known) {
            for mention in &self.program.nodes[node as usize].mentions {
                match mention {
                    Mention::Loose(name) => drop(names.insert(*name)),
                    // Without `quote!`, code is made by parsing text.
                    Mention::Text(text) => {
                        words.extend(identifiers(text));
                        let parts = text.split("::").skip(1);
                        within.extend(parts.filter_map(|part| identifiers(part).next()));
                    }
                    Mention::Path(path) => within.extend(path.segments.iter().skip(1).copied()),
                    _ => {}
                }
            }
        }
        names.extend(&words);
        let mut names: Vec<_> = names.into_iter().collect();
        names.sort_unstable();
        let within = within.iter().map(|name| syntax::normalized(name));
        let mut within: Vec<_> = within.map(|name| Symbol::from(&name)).collect();
        within.sort_unstable();
        within.dedup();
        Output {
            names,
            words,
            within,
        }
    }

    /// Everything that `entry` names, everything with a name that it calls, and every trait impl.
    fn code_of(&self, entry: NodeId, known: &[Edges]) -> FxHashSet<NodeId> {
        let krate = self.program.nodes[entry as usize].krate;
        let nodes = self.program.crates[krate]
            .closure
            .iter()
            .flat_map(|id| &self.program.crates[*id].nodes);
        let mut members: FxHashMap<Symbol, Vec<NodeId>> = FxHashMap::default();
        let mut queue = vec![entry];
        for id in nodes {
            let node = &self.program.nodes[*id as usize];
            let Some(parent) = node.parent else { continue };
            let of_trait = self.program.nodes[parent as usize]
                .as_impl()
                .is_some_and(|shape| shape.of_trait.is_some());
            if of_trait {
                queue.push(*id);
            } else {
                members.entry(node.item.name).or_default().push(*id);
            }
        }
        let mut found = FxHashSet::default();
        while let Some(node) = queue.pop() {
            if !found.insert(node) {
                continue;
            }
            let Some(edges) = known.get(node as usize) else {
                continue;
            };
            queue.extend(&edges.targets);
            let called = edges.methods.iter().map(|(name, _)| name).chain(&edges.any);
            let called = called.chain(
                edges
                    .associated
                    .iter()
                    .chain(&edges.of_trait)
                    .map(|(_, name)| name),
            );
            queue.extend(called.filter_map(|name| members.get(name)).flatten());
        }
        found
    }
}

/// What in a text could be an identifier.
fn identifiers(text: &str) -> impl Iterator<Item = Symbol> {
    let words = text.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
    words
        .filter(|word| word.starts_with(|first: char| first.is_alphabetic() || first == '_'))
        .map(Symbol::from)
}
