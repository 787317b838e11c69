//! Impls, traits and their members, indexed for calls by name and for what waits on types (rules R2–R4).

mod inferred;

use super::edges::Edges;
use crate::resolve::names::Names;
use crate::resolve::program::{CrateId, Node, NodeId, Program};
use crate::syntax::has_word;
use crate::syntax::ir::{HeaderType, ImplShape, ItemKind, Mention, Path, Symbol};
use inferred::Siblings;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Serialize;
use std::collections::BTreeSet;

/// Index into [`Members::impls`].
pub type ImplId = u32;
/// Index into [`Members::members`].
pub type MemberId = u32;

/// Every impl and every member that can be called by name.
#[derive(Debug, Default, Serialize)]
pub struct Members {
    /// All impls.
    pub impls: Vec<Impl>,
    /// All members of impls and traits.
    pub members: Vec<Member>,
    /// Members by name.
    pub by_name: FxHashMap<Symbol, Vec<MemberId>>,
    /// Impls that wait for a type.
    pub waiting: FxHashMap<NodeId, Vec<ImplId>>,
    /// Impls by local trait.
    pub of_trait: FxHashMap<NodeId, Vec<ImplId>>,
    /// A trait's own members.
    pub trait_members: FxHashMap<NodeId, Vec<MemberId>>,
    /// The impl that a node is.
    pub impl_of: FxHashMap<NodeId, ImplId>,
    /// Unexpanded macros tied to a type that they name.
    pub tied: FxHashMap<NodeId, Vec<NodeId>>,
    /// Traits that an unexpanded or attribute macro names: it may hold an impl of them.
    pub hidden: FxHashSet<NodeId>,
}

/// An impl as the rules see it.
#[derive(Debug, Serialize)]
pub struct Impl {
    /// Its node.
    pub node: NodeId,
    /// Local types of its header that somebody has to name: it can matter once all of them are reached.
    pub required: Vec<NodeId>,
    /// Local types of which one has to be reached as well; none where there is nothing to wait for.
    pub one_of: Vec<NodeId>,
    /// Local traits that it may be of.
    pub traits: Vec<NodeId>,
    /// Of a trait of another crate (or one that cannot be told): its members are called by code that is not at hand.
    pub implicit: bool,
    /// Local types that its self type may be.
    pub self_types: Vec<NodeId>,
    /// Its self type may be one that is not local (blanket, external, a tuple, …).
    pub open_self: bool,
    /// Its members.
    pub members: Vec<MemberId>,
    /// Unexpanded macros among its members: they may hold any member.
    pub unread: Vec<NodeId>,
}

/// A member that can be called by name.
#[derive(Debug, Serialize)]
pub struct Member {
    /// Its node.
    pub node: NodeId,
    /// Its name.
    pub name: Symbol,
    /// Has a `self` parameter, so that `.name()` can call it?
    pub receiver: bool,
    /// Parameters without `self`; `None` matches all.
    pub arity: Option<u8>,
    /// Where it stands.
    pub owner: Owner,
}

/// Where a member stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Owner {
    /// In an impl.
    Impl(ImplId),
    /// In a trait: the declaration, with the default if there is one.
    Trait(NodeId),
}

impl Members {
    /// Indexes the impls and traits of `program`.
    pub fn new(program: &Program<'_>, names: &Names<'_, '_>) -> Self {
        let mut index = Self::default();
        let siblings = Siblings::new(program);
        for (id, node) in (0..).zip(&program.nodes) {
            if let Some(shape) = node.as_impl() {
                index.add_impl(program, names, id, node, shape, &siblings);
            }
        }
        for (id, node) in (0..).zip(&program.nodes) {
            if let Some(parent) = node.parent {
                index.add_member(program, id, node, parent);
            }
        }
        index
    }

    fn add_impl(
        &mut self,
        program: &Program<'_>,
        names: &Names<'_, '_>,
        id: NodeId,
        node: &Node<'_>,
        shape: &ImplShape,
        siblings: &Siblings,
    ) {
        let at = u32::try_from(self.impls.len()).expect("fewer than 2^32 impls");
        let of_trait = shape
            .of_trait
            .as_ref()
            .map(|path| names.resolve(node.home, path));
        let is_trait = |id: &&NodeId| {
            matches!(
                program.nodes[**id as usize].item.kind,
                ItemKind::Trait { .. }
            )
        };
        let traits: Vec<_> = of_trait
            .iter()
            .flat_map(|found| found.nodes.iter().filter(is_trait).copied())
            .collect();
        let only_local = of_trait.as_ref().is_some_and(|found| {
            found.nodes.len() == traits.len()
                && !traits.is_empty()
                && found.external.is_empty()
                && !found.unresolved
        });
        let rewritten = node.item.attributes.macros.iter().any(|_| true);
        let mut self_types = Vec::new();
        let mut open_self = shape.blanket || shape.self_type.is_none();
        if let Some(path) = shape.self_type.as_ref().filter(|_| !shape.blanket) {
            match local_types(program, names, node, path, 0) {
                Some(found) if !found.is_empty() => self_types = found,
                _ => open_self = true,
            }
        }
        let local = |ty: &HeaderType| {
            let found = local_types(program, names, node, &ty.path, 0)?;
            let [only] = found.try_into().ok()?;
            Some(only)
        };
        let types = shape.header_types.iter();
        let types = types.filter(|ty| siblings.is_waited_for(names, node, shape, ty));
        let mut required: Vec<_> = types.filter_map(local).collect();
        required.sort_unstable();
        required.dedup();
        // Another type than a local one may be all that is known.
        let one_of = Siblings::one_of(names, node, shape).into_iter().map(local);
        let mut one_of: Vec<_> = one_of.collect::<Option<_>>().unwrap_or_default();
        one_of.sort_unstable();
        one_of.dedup();
        let wanted: BTreeSet<_> = required.iter().chain(&one_of).collect();
        for wanted in wanted {
            self.waiting.entry(*wanted).or_default().push(at);
        }
        for local in &traits {
            self.of_trait.entry(*local).or_default().push(at);
        }
        self.impl_of.insert(id, at);
        let implicit = (shape.of_trait.is_some() && !only_local) || rewritten;
        self.impls.push(Impl {
            node: id,
            required,
            one_of,
            traits,
            implicit,
            self_types,
            open_self,
            members: Vec::new(),
            unread: Vec::new(),
        });
    }

    fn add_member(&mut self, program: &Program<'_>, id: NodeId, node: &Node<'_>, parent: NodeId) {
        let (receiver, arity) = match &node.item.kind {
            ItemKind::Fn(shape) => (shape.receiver, shape.arity),
            ItemKind::Const | ItemKind::Alias { .. } => (false, None),
            _ => {
                match self.impl_of.get(&parent) {
                    Some(owner) => self.impls[*owner as usize].unread.push(id),
                    None => self.tied.entry(parent).or_default().push(id),
                }
                return;
            }
        };
        let owner = match self.impl_of.get(&parent) {
            Some(owner) => Owner::Impl(*owner),
            None if matches!(
                program.nodes[parent as usize].item.kind,
                ItemKind::Trait { .. }
            ) =>
            {
                Owner::Trait(parent)
            }
            None => return,
        };
        for name in names_of(node) {
            self.push(Member {
                node: id,
                name,
                receiver,
                arity,
                owner,
            });
        }
    }

    fn push(&mut self, member: Member) {
        let at = u32::try_from(self.members.len()).expect("fewer than 2^32 members");
        match member.owner {
            Owner::Impl(owner) => self.impls[owner as usize].members.push(at),
            Owner::Trait(owner) => self.trait_members.entry(owner).or_default().push(at),
        }
        self.by_name.entry(member.name).or_default().push(at);
        self.members.push(member);
    }

    /// Ties unexpanded item macros to the types, traits and other such macros that they name, wherever these stand: a macro
    /// may hold an impl for each type, of each trait for a type from elsewhere, and imports. Traits that any unexpanded macro
    /// names may have impls that cannot be seen.
    /// What the macros of mamo's own crates make (`is_own`) is known.
    pub fn tie_opaque(
        &mut self,
        program: &Program<'_>,
        names: &Names<'_, '_>,
        edges: &[Edges],
        is_own: &dyn Fn(CrateId) -> bool,
    ) {
        let mut called: FxHashMap<Symbol, Vec<NodeId>> = FxHashMap::default();
        for (id, node) in (0..).zip(&program.nodes) {
            let kind = &node.item.kind;
            if matches!(
                kind,
                ItemKind::Type { .. } | ItemKind::Trait { .. } | ItemKind::Alias { .. }
            ) {
                called.entry(node.item.name).or_default().push(id);
            }
        }
        for (id, node) in (0..).zip(&program.nodes) {
            let edges = &edges[id as usize];
            let mut mentions = node.mentions.iter();
            let loose = mentions.any(|mention| matches!(mention, Mention::Loose(_)));
            let rewritten = !node.item.attributes.macros.is_empty();
            let made = edges.proc_macros.iter().any(|krate| !is_own(*krate));
            let item = match &node.item.kind {
                ItemKind::MacroCall(_) => loose || made,
                ItemKind::Opaque => true,
                _ => loose && node.mentions.iter().any(|mention| holds_impl(mention)),
            };
            let may_hold = match (item, made) {
                (true, _) => Held::Anything,
                (false, true) => Held::Impls,
                (false, false) if loose || rewritten => Held::Nothing,
                (false, false) => continue,
            };
            let by_name = edges.any.iter().filter(|_| may_hold != Held::Nothing);
            let by_name = by_name.flat_map(|name| called.get(name).into_iter().flatten());
            let targets: BTreeSet<_> = edges.targets.iter().chain([&id]).chain(by_name).collect();
            for target in targets {
                self.tie(program, names, (id, may_hold), *target);
            }
        }
    }

    /// Ties the node `id` to one that it names.
    fn tie(
        &mut self,
        program: &Program<'_>,
        names: &Names<'_, '_>,
        (id, may_hold): (NodeId, Held),
        target: NodeId,
    ) {
        let node = &program.nodes[target as usize];
        let mut to = |target: NodeId| {
            if target != id {
                self.tied.entry(target).or_default().push(id);
            }
        };
        match &node.item.kind {
            ItemKind::Type { .. } | ItemKind::MacroCall(_) | ItemKind::Opaque
                if may_hold == Held::Anything =>
            {
                to(target);
            }
            ItemKind::Alias { target: Some(path) } if may_hold == Held::Anything => {
                let types = local_types(program, names, node, path, 0);
                types.into_iter().flatten().for_each(to);
            }
            ItemKind::Trait { .. } => {
                if may_hold != Held::Nothing {
                    to(target);
                }
                self.hidden.insert(target);
            }
            _ => {}
        }
    }
}

/// What an unexpanded macro may hold besides the item that it stands on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Held {
    /// Nothing that counts where that item does not.
    Nothing,
    /// Impls of traits: what a procedural macro of the workspace puts beside the item.
    Impls,
    /// Impls of traits, and members of types.
    Anything,
}

/// May an unexpanded macro in a body hold an impl?
fn holds_impl(mention: &Mention) -> bool {
    match mention {
        Mention::Macro(call) if call.plain.is_none() => has_word(&call.tokens, "impl"),
        _ => false,
    }
}

/// What a member is called by: a memoized method `m` also by `m_memo` and `m_value`, which the attribute puts beside it.
fn names_of(node: &Node<'_>) -> Vec<Symbol> {
    let name = node.item.name;
    let mut names = vec![name];
    if node.item.attributes.memo {
        let beside = |suffix| Symbol::from(&format!("{name}{suffix}"));
        names.extend(["_memo", "_value"].map(beside));
    }
    names
}

/// The local types that a header path stands for, aliases followed; `None` where something else may be meant.
fn local_types(
    program: &Program<'_>,
    names: &Names<'_, '_>,
    node: &Node<'_>,
    path: &Path,
    depth: u8,
) -> Option<Vec<NodeId>> {
    let head = *path.segments.first()?;
    if head.as_str() == "Self" || node.item.generics.contains(&head) || depth > 8 {
        return None;
    }
    let found = names.resolve(node.home, path);
    if found.unresolved
        || !found.external.is_empty()
        || !found.any.is_empty()
        || !found.associated.is_empty()
    {
        return None;
    }
    let mut types = Vec::new();
    for id in &found.nodes {
        let target = &program.nodes[*id as usize];
        match &target.item.kind {
            ItemKind::Type { .. } => types.push(*id),
            ItemKind::Alias { target: Some(path) } if target.parent.is_none() => {
                types.extend(local_types(program, names, target, path, depth + 1)?);
            }
            // Other namespaces: a function or module macro of the same name is no type.
            ItemKind::Fn(_) | ItemKind::Const | ItemKind::Static | ItemKind::MacroRules { .. } => {}
            _ => return None,
        }
    }
    Some(types)
}
