//! What one node leads to: resolved items, calls by name, and what it asks of the world outside source.

mod joined;
mod settled;
mod traits;

use crate::graph::Quiet;
use crate::graph::generated::{Generated, Output};
use crate::graph::outside::{self, Asks};
use crate::resolve::names::{Names, is_std_prelude};
use crate::resolve::program::{CrateId, NodeId, Program};
use crate::syntax::ir::{FileArgument, HeaderType, ItemKind, Mention, Path, Symbol};
use joined::Joined;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Serialize;
use std::cell::OnceCell;
use std::collections::BTreeSet;
use traits::ScopeTraits;

/// What a node leads to.
#[derive(Debug, Default, Serialize)]
pub struct Edges {
    /// Items that it names.
    pub targets: Vec<NodeId>,
    /// Paths that lead out of the local crates.
    pub external: Vec<Symbol>,
    /// `.name(..)`: arities as bits; bit 255 stands for any.
    pub methods: Vec<(Symbol, u8)>,
    /// `owner::name` of a local type.
    pub associated: Vec<(NodeId, Symbol)>,
    /// `Trait::name` of a local trait.
    pub of_trait: Vec<(NodeId, Symbol)>,
    /// `name` of something unknown: any member that is called so.
    pub any: Vec<Symbol>,
    /// `Type::name` of a type of another crate: members of impls whose self type is no local type.
    pub of_external: Vec<Symbol>,
    /// Local traits in scope that have a method which this node calls.
    pub traits_seen: Vec<(NodeId, Symbol)>,
    /// Names that imports from outside bring into scope, if methods are called: what may be other traits.
    pub imports: Vec<Symbol>,
    /// An unexpanded macro stands around: traits that cannot be seen may be in scope.
    pub traits_open: bool,
    /// Procedural-macro crates whose macros it uses.
    pub proc_macros: Vec<CrateId>,
    /// What it asks of the world.
    pub asks: Asks,
}

/// Finds the edges of every node.
pub struct EdgeFinder<'p, 'a> {
    program: &'p Program<'a>,
    names: Names<'p, 'a>,
    /// Traits by the names of their functions.
    traits_by_member: FxHashMap<Symbol, Vec<NodeId>>,
    generated: Generated<'p, 'a>,
    scopes: FxHashMap<u32, ScopeTraits>,
    /// What unexpanded macros in scopes declare.
    declared: FxHashMap<NodeId, FxHashSet<Symbol>>,
    joined: OnceCell<Joined>,
    /// Crates from elsewhere that start no programs.
    quiet: Quiet,
}

/// An arity that matches every function.
pub const ANY_ARITY: u8 = u8::MAX;

impl<'p, 'a> EdgeFinder<'p, 'a> {
    /// For `program`; `is_own`: is a crate mamo's runtime or its macros? The `quiet` crates start no programs.
    pub fn new(program: &'p Program<'a>, is_own: &dyn Fn(CrateId) -> bool, quiet: Quiet) -> Self {
        let mut traits_by_member: FxHashMap<Symbol, Vec<NodeId>> = FxHashMap::default();
        for node in &program.nodes {
            if let (Some(parent), ItemKind::Fn(_)) = (node.parent, &node.item.kind)
                && matches!(
                    program.nodes[parent as usize].item.kind,
                    ItemKind::Trait { .. }
                )
            {
                traits_by_member
                    .entry(node.item.name)
                    .or_default()
                    .push(parent);
            }
        }
        let generated = Generated::new(program, is_own);
        Self {
            program,
            names: Names::new(program),
            traits_by_member,
            generated,
            joined: OnceCell::new(),
            scopes: FxHashMap::default(),
            declared: FxHashMap::default(),
            quiet,
        }
    }

    /// The names it resolves by.
    pub fn names(&self) -> &Names<'p, 'a> {
        &self.names
    }

    /// The edges of `node`; `known` are those of the crates that its crate depends on.
    pub fn edges(&mut self, node: NodeId, known: &[Edges]) -> Edges {
        let mut edges = Edges::default();
        let place = &self.program.nodes[node as usize];
        for mention in &place.mentions {
            self.mention(node, mention, &mut edges);
        }
        for path in &place.item.attributes.macros {
            self.macro_path(node, path, &mut edges);
            outside::ask_macro(path, &mut edges.asks);
        }
        self.impl_header(node, &mut edges);
        edges.targets.extend(&place.expanded);
        edges.targets.extend(place.made_by);
        edges.targets.extend(place.parent);
        self.proc_macros(node, &mut edges, known);
        self.traits_in_scope(node, &mut edges);
        outside::ask_external(&edges.external, &self.quiet, &mut edges.asks);
        edges.settle();
        edges
    }

    fn mention(&self, node: NodeId, mention: &Mention, edges: &mut Edges) {
        match mention {
            Mention::Path(path) => self.path(node, path, edges),
            Mention::Method { name, arity } => {
                edges.methods.push((*name, *arity));
                outside::ask_method(*name, &mut edges.asks);
            }
            Mention::Associated(name) => edges.any.push(*name),
            Mention::Loose(name) => {
                outside::ask_loose(*name, &mut edges.asks);
                self.loose(node, *name, edges);
            }
            Mention::Macro(call) => {
                let textual = self.is_textual(node, &call.path);
                if !textual {
                    outside::ask_macro(&call.path, &mut edges.asks);
                }
                if call.plain.is_some() && !textual {
                    self.macro_path(node, &call.path, edges);
                } else if !textual {
                    self.path(node, &call.path, edges);
                }
                if call
                    .path
                    .segments
                    .last()
                    .is_some_and(|name| matches!(name.as_str(), "write" | "writeln"))
                {
                    // They call a method by name, whatever type it is of.
                    edges.methods.push((Symbol::from("write_fmt"), 1));
                }
            }
            Mention::File(argument) | Mention::Code(argument) => {
                edges.asks.files.push(FileArgument::clone(argument));
            }
            Mention::Like(pattern) => {
                let krate = self.program.nodes[node as usize].krate;
                let called = self.joined().find(self.program, krate, *pattern);
                edges.targets.extend(called);
            }
            Mention::Spelling => edges.asks.spelling = true,
            Mention::Text(text) => outside::ask_text(text, &mut edges.asks),
            Mention::BuildEnv(name) => outside::ask_build_env(*name, &mut edges.asks),
            Mention::RunEnv(name) => outside::ask_run_env(*name, &mut edges.asks),
        }
    }

    /// The path of an attribute macro, a derive, a helper attribute or a macro of std: no unexpanded macro makes those.
    fn macro_path(&self, node: NodeId, path: &Path, edges: &mut Edges) {
        let found = self
            .names
            .resolve(self.program.nodes[node as usize].scope, path);
        edges.targets.extend(&found.nodes);
        edges.external.extend(&found.external);
    }

    /// Was the macro found by text order? Then nothing else of that name is meant.
    fn is_textual(&self, node: NodeId, path: &Path) -> bool {
        let [name] = path.segments.as_slice() else {
            return false;
        };
        let expanded = &self.program.nodes[node as usize].expanded;
        expanded
            .iter()
            .any(|definition| self.program.nodes[*definition as usize].item.name == *name)
    }

    /// An identifier that may be anything.
    fn loose(&self, node: NodeId, name: Symbol, edges: &mut Edges) {
        if matches!(name.as_str(), "self" | "super" | "crate" | "Self") {
            return;
        }
        edges.any.push(name);
        let path = Path {
            global: false,
            segments: vec![name],
        };
        let found = self
            .names
            .resolve(self.program.nodes[node as usize].scope, &path);
        if !found.unresolved && !is_std_prelude(name) {
            edges.targets.extend(&found.nodes);
            edges.external.extend(&found.external);
            self.modules(&found.modules, edges);
        }
    }

    /// A path that ends in a module stands where a macro goes on from it (`#[serde(with = "module")]`): all of it is meant.
    fn modules(&self, modules: &[u32], edges: &mut Edges) {
        for module in modules {
            edges.targets.extend(self.names.everything_in(*module));
        }
    }

    /// Rule R5: who uses a procedural macro of the workspace depends on its whole crate, and on what the identifiers in
    /// the code that it makes mean where it is used.
    fn proc_macros(&mut self, node: NodeId, edges: &mut Edges, known: &[Edges]) {
        let program = self.program;
        let own = program.nodes[node as usize].krate;
        let is_used = |target: &&NodeId| {
            let target = &program.nodes[**target as usize];
            target.item.attributes.proc_macro.is_some() && target.krate != own
        };
        let used: Vec<_> = edges.targets.iter().filter(is_used).copied().collect();
        for entry in used {
            edges.proc_macros.push(program.nodes[entry as usize].krate);
            if self.generated.is_own(entry) {
                continue;
            }
            let output = self.generated.output(entry, known);
            let composed = self.composed(node, &output);
            for name in output.names.iter().copied().chain(composed) {
                self.loose(node, name, edges);
            }
            let krate = program.nodes[node as usize].krate;
            // Where a path leads from wherever the output stands is not known.
            for name in &output.within {
                let mut found = self.joined().find(program, krate, *name);
                found.retain(|id| program.nodes[*id as usize].parent.is_none());
                edges.targets.extend(found);
            }
        }
        edges.proc_macros.sort_unstable();
        edges.proc_macros.dedup();
    }

    /// What may be called as a macro that is given `node` composes names: of its words and of those that it is given.
    fn composed(&self, node: NodeId, output: &Output) -> BTreeSet<Symbol> {
        let place = &self.program.nodes[node as usize];
        let given = place.mentions.iter().filter_map(|mention| match mention {
            Mention::Loose(name) => Some(*name),
            _ => None,
        });
        let given = given.chain([place.item.name]);
        let words = given.chain(output.words.iter().copied());
        let words = words
            .flat_map(|name| joined::words_of(name.as_str()))
            .collect();
        self.joined().composed(self.program, place.krate, &words)
    }

    fn joined(&self) -> &Joined {
        self.joined.get_or_init(|| Joined::new(self.program))
    }

    /// Rule R1: what a path touches, and what is called through it.
    fn path(&self, node: NodeId, path: &Path, edges: &mut Edges) {
        let Some(head) = path.segments.first().copied() else {
            return;
        };
        let rest = &path.segments[1..];
        if head.as_str() == "self" && rest.is_empty() {
            // The receiver.
        } else if head.as_str() == "Self" {
            self.self_path(node, rest, edges);
        } else if !path.global && self.is_parameter(node, head) {
            edges.any.extend(rest);
            let found = self
                .names
                .resolve(self.program.nodes[node as usize].scope, path);
            if !found.unresolved {
                edges.targets.extend(&found.nodes);
            }
        } else {
            let scope = self.program.nodes[node as usize].scope;
            let found = self.names.resolve(scope, path);
            edges.targets.extend(&found.nodes);
            edges.targets.extend(&found.definers);
            edges.external.extend(&found.external);
            edges.any.extend(&found.any);
            self.modules(&found.modules, edges);
            for (owner, name) in &found.associated {
                self.associated(*owner, *name, edges, 0);
            }
            let qualified = found.external.iter().filter(|path| path.contains("::"));
            edges.of_external.extend(
                qualified
                    .filter_map(|path| path.rsplit("::").next())
                    .map(Symbol::from),
            );
        }
    }

    fn is_parameter(&self, node: NodeId, name: Symbol) -> bool {
        let place = &self.program.nodes[node as usize];
        let parent = place
            .parent
            .map(|parent| &self.program.nodes[parent as usize]);
        place.item.generics.contains(&name)
            || parent.is_some_and(|parent| parent.item.generics.contains(&name))
    }

    /// `Self::..`: the self type's where it is a path to a local type, else anything called so.
    fn self_path(&self, node: NodeId, rest: &[Symbol], edges: &mut Edges) {
        let place = &self.program.nodes[node as usize];
        let owner = place.parent.unwrap_or(node);
        let owner_node = &self.program.nodes[owner as usize];
        let Some(name) = rest.first().copied() else {
            return;
        };
        match &owner_node.item.kind {
            ItemKind::Impl(shape) if !shape.blanket => {
                let found = shape
                    .self_type
                    .as_ref()
                    .map(|path| self.names.resolve(owner_node.home, path));
                match found {
                    Some(found) if !found.nodes.is_empty() && found.external.is_empty() => {
                        for owner in &found.nodes {
                            self.associated(*owner, name, edges, 0);
                        }
                    }
                    _ => edges.any.push(name),
                }
                edges.any.extend(&rest[1..]);
            }
            ItemKind::Type { .. } => self.associated(owner, name, edges, 0),
            _ => edges.any.extend(rest),
        }
    }

    /// `owner::name` by what the owner is; an alias stands for its target.
    fn associated(&self, owner: NodeId, name: Symbol, edges: &mut Edges, depth: u8) {
        let place = &self.program.nodes[owner as usize];
        match &place.item.kind {
            ItemKind::Type { variants } if variants.contains(&name) => {}
            ItemKind::Type { .. } => edges.associated.push((owner, name)),
            ItemKind::Trait { .. } => edges.of_trait.push((owner, name)),
            ItemKind::Alias { target: Some(path) } if depth < 8 && place.parent.is_none() => {
                let found = self.names.resolve(place.home, path);
                for node in &found.nodes {
                    self.associated(*node, name, edges, depth + 1);
                }
                if !found.external.is_empty() {
                    edges.of_external.push(name);
                }
                if found.nodes.is_empty()
                    || found.unresolved
                    || !found.any.is_empty()
                    || !found.associated.is_empty()
                {
                    edges.any.push(name);
                }
            }
            _ => edges.any.push(name),
        }
    }

    /// An impl names its trait and self type (its signature's mentions hold them; aliases and modules are followed here).
    fn impl_header(&self, node: NodeId, edges: &mut Edges) {
        let place = &self.program.nodes[node as usize];
        if let Some(shape) = place.as_impl() {
            for HeaderType { path, .. } in &shape.header_types {
                if !self.is_parameter(node, path.segments[0]) && path.segments[0].as_str() != "Self"
                {
                    let found = self.names.resolve(place.home, path);
                    edges.targets.extend(&found.nodes);
                    edges.external.extend(&found.external);
                }
            }
        }
    }
}
