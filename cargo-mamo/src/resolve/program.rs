//! Every unit's crate as scopes and nodes: the arena that names are resolved in.
//!
//! A [`Node`] is one item in one unit; the same source in two units (a library with and without `cfg(test)`)
//! gives two nodes. A [`Scope`] is a module, or the block of a body that holds items. Everything borrows the
//! parsed files (`'a`), nothing is copied.

use crate::facts::UnitIndex;
use crate::fingerprint::Fingerprint;
use crate::syntax::ir::{
    Attributes, FileArgument, ImplShape, Item, ItemKind, Mention, Path, Symbol,
};
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Index into [`Program::nodes`].
pub type NodeId = u32;
/// Index into [`Program::scopes`].
pub type ScopeId = u32;
/// Index into [`Program::crates`]; the same as the unit's.
pub type CrateId = UnitIndex;
/// Index into [`Program::files`].
pub type FileId = u32;
/// A position in a chain of textual macro definitions; `0` is the empty chain.
pub type MacroScope = u32;

/// All crates of a build.
#[derive(Default)]
pub struct Program<'a> {
    /// One a unit, in the order of the facts.
    pub crates: Vec<Crate>,
    /// All scopes of all crates.
    pub scopes: Vec<Scope<'a>>,
    /// All nodes of all crates.
    pub nodes: Vec<Node<'a>>,
    /// Every source file that some crate is made of.
    pub files: Vec<SourceInfo>,
    /// Textual macro definitions, chained; entry 0 is a sentinel.
    pub macro_links: Vec<MacroLink>,
    /// Files of modules that a cfg leaves out of some crate.
    pub left_out: BTreeSet<PathBuf>,
    /// Code blocks in documentation that are programs.
    pub doctests: Vec<Doctest>,
}

/// A code block in a library's documentation.
#[derive(Clone, Debug)]
pub struct Doctest {
    /// The crate that it is a module of.
    pub krate: CrateId,
    /// The library.
    pub library: CrateId,
    /// What identifies it: file, item, and which block of the item's; no line.
    pub name: String,
    /// File that its documentation stands in.
    pub file: FileId,
    /// Name of the documented item, empty for a file's own documentation; `None` where only rustc can tell.
    pub item: Option<String>,
    /// Its line, as rustdoc has it.
    pub line: u32,
    /// Is it marked `ignore`?
    pub ignored: bool,
    /// Digest of its marks and tokens.
    pub digest: Fingerprint,
    /// Its items.
    pub first: Vec<NodeId>,
}

/// A source file of some crate.
#[derive(Clone, Debug)]
pub struct SourceInfo {
    /// Absolute path.
    pub path: std::path::PathBuf,
    /// Digest of its bytes.
    pub digest: Fingerprint,
    /// Digest of its documentation.
    pub docs: Fingerprint,
    /// Digest of the attributes in it that say how doctests are made.
    pub doc_settings: Fingerprint,
    /// Files that its documentation includes.
    pub doc_includes: Vec<FileArgument>,
}

/// One crate: a unit's module tree.
#[derive(Default)]
pub struct Crate {
    /// Name as rustc has it.
    pub name: Symbol,
    /// Root module.
    pub root: ScopeId,
    /// Edition 2015: paths of `use` start at the crate's root.
    pub edition_2015: bool,
    /// Crates by the name they are called here.
    pub extern_prelude: FxHashMap<Symbol, Extern>,
    /// Local crates that it is linked with, itself included, ascending.
    pub closure: Vec<CrateId>,
    /// Items with `#[macro_export]`.
    pub exported_macros: Vec<NodeId>,
    /// Nodes that belong to every root (rule R6).
    pub linked: Vec<NodeId>,
    /// First and one past the last of its nodes are not contiguous: all of them.
    pub nodes: Vec<NodeId>,
    /// Files that its module tree is made of.
    pub files: Vec<FileId>,
    /// Digest of the crate's inner attributes.
    pub attributes: Fingerprint,
    /// Why this crate cannot be answered for, if so: then its roots always run.
    pub unseen: Vec<String>,
    /// Is it a procedural-macro crate?
    pub proc_macro: bool,
    /// The library whose doctests it is made of.
    pub doctests_of: Option<CrateId>,
}

/// What a name of the extern prelude stands for.
#[derive(Clone, Debug)]
pub enum Extern {
    /// Crates whose source is at hand; several where it is not known which build was linked.
    Local(Vec<CrateId>),
    /// A crate of std or of a registry.
    External,
}

/// A module or a block that holds items.
pub struct Scope<'a> {
    /// Its crate.
    pub krate: CrateId,
    /// The scope around it: for a block the scope of its item, for a module the parent module.
    pub parent: Option<ScopeId>,
    /// A block? (A block sees the names of the scopes around it; a module does not.)
    pub block: bool,
    /// `crate::a::b`, for people and identities.
    pub path: String,
    /// Definitions by name, all namespaces together.
    pub names: FxHashMap<Symbol, Vec<Def>>,
    /// `use` of single names by alias.
    pub imports: FxHashMap<Symbol, Vec<&'a Path>>,
    /// `use path::*`.
    pub globs: Vec<&'a Path>,
    /// `use path as _` and every other single import: what may be a trait in scope.
    pub imported: Vec<&'a Path>,
    /// Unexpanded macros in item position and items with attribute macros: each may define any name here.
    pub definers: Vec<NodeId>,
    /// Names that an unexpanded macro's tokens hold.
    pub loose: FxHashMap<Symbol, Vec<NodeId>>,
}

/// What a name in a scope stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Def {
    /// An item.
    Node(NodeId),
    /// A module.
    Module(ScopeId),
    /// The root of a local crate.
    Crate(CrateId),
    /// A crate whose source is not at hand.
    External(Symbol),
}

/// One item in one unit.
pub struct Node<'a> {
    /// Its crate.
    pub krate: CrateId,
    /// Where it is defined.
    pub home: ScopeId,
    /// Where the names in it are looked up: its block if it has one, else `home`.
    pub scope: ScopeId,
    /// The trait or impl that it is a member of.
    pub parent: Option<NodeId>,
    /// The unexpanded item.
    pub item: &'a Item,
    /// File that it stands in.
    pub file: FileId,
    /// Lines, for people: of the invocation if a macro made it from nothing of its own.
    pub lines: (u32, u32),
    /// The macro invocation that made it.
    pub made_by: Option<NodeId>,
    /// Textual macros in force where it stands.
    pub macros: MacroScope,
    /// What it names once its macros are expanded.
    pub mentions: Vec<&'a Mention>,
    /// Macro definitions that its expansion used.
    pub expanded: Vec<NodeId>,
}

impl<'a> Node<'a> {
    /// What its attributes say.
    pub fn attributes(&self) -> &'a Attributes {
        &self.item.attributes
    }

    /// The impl header, if it is an impl.
    pub fn as_impl(&self) -> Option<&'a ImplShape> {
        match &self.item.kind {
            ItemKind::Impl(shape) => Some(shape),
            _ => None,
        }
    }

    /// The word for its kind, as in `graph`'s output.
    pub fn kind(&self) -> &'static str {
        match &self.item.kind {
            ItemKind::Fn(_) if self.parent.is_some() => "method",
            ItemKind::Fn(_) => "fn",
            ItemKind::Const => "const",
            ItemKind::Static => "static",
            ItemKind::Type { .. } => "type",
            ItemKind::Alias { .. } => "alias",
            ItemKind::Trait { .. } => "trait",
            ItemKind::Impl(_) => "impl",
            ItemKind::MacroRules { .. } => "macro",
            ItemKind::MacroCall(_) => "call",
            ItemKind::Use { .. }
            | ItemKind::ExternCrate { .. }
            | ItemKind::Mod { .. }
            | ItemKind::Opaque => "opaque",
        }
    }
}

/// One textual macro definition and what was in force before it.
#[derive(Clone, Copy, Debug)]
pub struct MacroLink {
    /// Its name.
    pub name: Symbol,
    /// The definition.
    pub node: NodeId,
    /// The chain before it.
    pub before: MacroScope,
    /// May a definition before it be meant as well (its own cfg is unknown, or it stands in a block)?
    pub open: bool,
}

impl<'a> Program<'a> {
    /// The module that a scope lies in (itself if it is one).
    pub fn module_of(&self, scope: ScopeId) -> ScopeId {
        let mut at = scope;
        while self.scopes[at as usize].block {
            at = self.scopes[at as usize]
                .parent
                .expect("a block lies in a scope");
        }
        at
    }

    /// Adds a scope.
    pub fn add_scope(
        &mut self,
        krate: CrateId,
        parent: Option<ScopeId>,
        block: bool,
        path: String,
    ) -> ScopeId {
        self.scopes.push(Scope {
            krate,
            parent,
            block,
            path,
            names: FxHashMap::default(),
            imports: FxHashMap::default(),
            globs: Vec::new(),
            imported: Vec::new(),
            definers: Vec::new(),
            loose: FxHashMap::default(),
        });
        u32::try_from(self.scopes.len() - 1).expect("fewer than 2^32 scopes")
    }

    /// Adds a node to its crate.
    pub fn add_node(&mut self, node: Node<'a>) -> NodeId {
        let id = u32::try_from(self.nodes.len()).expect("fewer than 2^32 items");
        self.crates[node.krate].nodes.push(id);
        self.nodes.push(node);
        id
    }

    /// Binds `name` to `def` in `scope`.
    pub fn define(&mut self, scope: ScopeId, name: Symbol, def: Def) {
        self.scopes[scope as usize]
            .names
            .entry(name)
            .or_default()
            .push(def);
    }

    /// Textual macros called `name` that may be in force at `at`, the nearest first.
    pub fn textual_macros(&self, at: MacroScope, name: Symbol) -> Vec<NodeId> {
        let mut found = Vec::new();
        let mut at = at;
        while at != 0 {
            let link = self.macro_links[at as usize];
            if link.name == name {
                found.push(link.node);
                if !link.open {
                    break;
                }
            }
            at = link.before;
        }
        found
    }
}
