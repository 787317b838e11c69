//! From crate roots to scopes and nodes: the module tree as this unit sees it (rule R0), item macros expanded.
//!
//! Walks items in source order, because textual macros are in force from their definition on. Every
//! decision that cannot be made keeps the item.

mod calls;
mod mods;

use super::expansions::Expansions;
use super::left_out;
use super::modules::Directory;
use super::program::{
    CrateId, Def, Extern, FileId, MacroLink, MacroScope, Node, NodeId, Program, ScopeId, SourceInfo,
};
use crate::fingerprint::Fingerprint;
use crate::syntax::cfg::CfgSet;
use crate::syntax::ir::{File, Item, ItemKind, Path, Symbol, UseEntry};
use calls::Pending;
pub use calls::macros_by_path;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::path::{Path as FilePath, PathBuf};

/// A file as the loader gives it.
#[derive(Debug)]
pub struct Loaded {
    /// Absolute path.
    pub path: PathBuf,
    /// Digest of the bytes.
    pub digest: Fingerprint,
    /// The parsed items.
    pub file: File,
}

/// Gives a file's items, or `None` if there is no such file.
pub type Load<'l, 'a> = &'l dyn Fn(&FilePath) -> Option<&'a Loaded>;

/// Builds one crate of a program.
pub struct Walker<'w, 'a> {
    /// The program under construction.
    pub program: &'w mut Program<'a>,
    /// Expansions shared by all crates.
    pub expansions: &'w mut Expansions<'a>,
    /// The crate being built.
    pub krate: CrateId,
    /// Its cfgs.
    pub cfgs: &'w CfgSet,
    /// Values of `env!` variables, for includes.
    pub env: &'w BTreeMap<String, Option<String>>,
    /// Gives files.
    pub(super) load: Load<'w, 'a>,
    files: BTreeMap<PathBuf, FileId>,
    pending: Vec<Pending<'a>>,
    /// Macro definitions by scope and path, once the crate's names are known.
    pub(super) by_path: FxHashMap<(ScopeId, Path), Vec<NodeId>>,
    depth: u32,
}

/// Where the walk stands.
#[derive(Clone, Debug)]
pub struct Place {
    /// Scope that items are defined in.
    pub scope: ScopeId,
    /// File that they stand in.
    pub file: FileId,
    /// Where `mod name;` looks for files.
    pub directory: Directory,
    /// Macro invocation that they come from.
    pub made_by: Option<NodeId>,
    /// Its lines, for items that have none of their own.
    pub lines: (u32, u32),
    /// Trait or impl that they are members of.
    pub parent: Option<NodeId>,
}

/// Deeper nesting than this is given up as unseen (rustc's own limit is 128).
const MAX_DEPTH: u32 = 128;

impl<'w, 'a> Walker<'w, 'a> {
    /// A walker for `krate`.
    pub fn new(
        program: &'w mut Program<'a>,
        expansions: &'w mut Expansions<'a>,
        krate: CrateId,
        cfgs: &'w CfgSet,
        env: &'w BTreeMap<String, Option<String>>,
        load: Load<'w, 'a>,
    ) -> Self {
        let (files, pending, by_path) = (BTreeMap::new(), Vec::new(), FxHashMap::default());
        Self {
            program,
            expansions,
            krate,
            cfgs,
            env,
            load,
            files,
            pending,
            by_path,
            depth: 0,
        }
    }

    /// Walks the module tree from `root`, then expands what is inside bodies.
    pub fn walk_crate(&mut self, root: &FilePath) {
        let scope = self.program.add_scope(
            self.krate,
            None,
            false,
            self.program.crates[self.krate].name.to_string(),
        );
        self.program.crates[self.krate].root = scope;
        let Some(loaded) = (self.load)(root) else {
            self.unseen(format!(
                "the crate root `{}` cannot be read",
                root.display()
            ));
            return;
        };
        let file = self.file(loaded);
        self.program.crates[self.krate].attributes = loaded.file.attributes;
        let directory = Directory::of_root(root);
        let place = Place {
            scope,
            file,
            directory,
            made_by: None,
            lines: (0, 0),
            parent: None,
        };
        self.walk_items(&loaded.file.items, &place, &mut 0);
        self.settle_pending();
        super::bodies::expand_bodies(self);
    }

    /// Says why this crate's roots always run.
    pub fn unseen(&mut self, why: String) {
        let list = &mut self.program.crates[self.krate].unseen;
        if !list.contains(&why) {
            list.push(why);
        }
    }

    pub(super) fn file(&mut self, loaded: &'a Loaded) -> FileId {
        if let Some(known) = self.files.get(&loaded.path) {
            return *known;
        }
        if let Some(error) = &loaded.file.error {
            self.unseen(format!(
                "`{}` line {} does not parse: {}",
                loaded.path.display(),
                error.line,
                error.message
            ));
        }
        let id = u32::try_from(self.program.files.len()).expect("fewer than 2^32 files");
        self.program.files.push(SourceInfo {
            path: loaded.path.clone(),
            digest: loaded.digest,
            docs: loaded.file.docs,
            doc_settings: loaded.file.doc_settings,
            doc_includes: loaded.file.doc_includes.clone(),
        });
        self.program.crates[self.krate].files.push(id);
        self.files.insert(loaded.path.clone(), id);
        id
    }

    /// Walks items in order; `macros` is in force at first and is left as it is after the last.
    pub fn walk_items(&mut self, items: &'a [Item], place: &Place, macros: &mut MacroScope) {
        if self.depth > MAX_DEPTH {
            self.unseen("modules or macros nest deeper than 128".to_owned());
            return;
        }
        self.depth += 1;
        for item in items {
            if self.cfgs.keeps(&item.cfg) {
                self.walk_item(item, place, macros);
            } else {
                left_out::module(
                    item,
                    &place.directory,
                    self.load,
                    &mut self.program.left_out,
                );
            }
        }
        self.depth -= 1;
    }

    fn walk_item(&mut self, item: &'a Item, place: &Place, macros: &mut MacroScope) {
        match &item.kind {
            ItemKind::Use { entries, .. } => self.walk_use(entries, place),
            ItemKind::ExternCrate { krate, alias } => {
                self.walk_extern_crate(item, *krate, *alias, place, macros);
            }
            ItemKind::Mod { inline } => self.walk_mod(item, inline.as_deref(), place, macros),
            ItemKind::MacroRules { .. } => self.walk_macro_rules(item, place, macros),
            ItemKind::MacroCall(call) => self.walk_call(item, call, place, macros),
            ItemKind::Trait { members, .. } => {
                let node = self.define(item, place, *macros);
                self.walk_members(members, node, place, macros);
            }
            ItemKind::Impl(shape) => {
                let node = self.node(item, place, *macros);
                self.walk_members(&shape.members, node, place, macros);
            }
            ItemKind::Opaque => {
                let node = self.node(item, place, *macros);
                self.program.scopes[place.scope as usize]
                    .definers
                    .push(node);
                self.program.crates[self.krate].linked.push(node);
            }
            ItemKind::Fn(_)
            | ItemKind::Const
            | ItemKind::Static
            | ItemKind::Type { .. }
            | ItemKind::Alias { .. } => {
                self.define(item, place, *macros);
            }
        }
    }

    fn walk_members(
        &mut self,
        members: &'a [Item],
        parent: NodeId,
        place: &Place,
        macros: &mut MacroScope,
    ) {
        let inner = Place {
            parent: Some(parent),
            ..place.clone()
        };
        self.walk_items(members, &inner, macros);
    }

    /// Adds a node for `item`.
    fn node(&mut self, item: &'a Item, place: &Place, macros: MacroScope) -> NodeId {
        let lines = if item.lines == (0, 0) {
            place.lines
        } else {
            item.lines
        };
        let id = self.program.add_node(Node {
            krate: self.krate,
            home: place.scope,
            scope: place.scope,
            parent: place.parent,
            item,
            file: place.file,
            lines,
            made_by: place.made_by,
            macros,
            mentions: Vec::new(),
            expanded: Vec::new(),
        });
        if item.attributes.linked {
            self.program.crates[self.krate].linked.push(id);
        }
        if item.attributes.macros.iter().any(may_define_names) && !item.attributes.test {
            self.program.scopes[place.scope as usize].definers.push(id);
        }
        id
    }

    /// Adds a node and binds its name, unless it is a member.
    fn define(&mut self, item: &'a Item, place: &Place, macros: MacroScope) -> NodeId {
        let id = self.node(item, place, macros);
        if place.parent.is_none() {
            self.program.define(place.scope, item.name, Def::Node(id));
            if let Some(name) = item.attributes.proc_macro {
                self.program
                    .define(self.program.crates[self.krate].root, name, Def::Node(id));
            }
        }
        id
    }

    fn walk_use(&mut self, entries: &'a [UseEntry], place: &Place) {
        let scope = &mut self.program.scopes[place.scope as usize];
        for entry in entries {
            if entry.glob {
                scope.globs.push(&entry.path);
                continue;
            }
            scope.imported.push(&entry.path);
            if entry.alias.as_str() != "_" {
                scope
                    .imports
                    .entry(entry.alias)
                    .or_default()
                    .push(&entry.path);
            }
        }
    }

    fn walk_extern_crate(
        &mut self,
        item: &'a Item,
        krate: Symbol,
        alias: Symbol,
        place: &Place,
        macros: &mut MacroScope,
    ) {
        let found = if krate.as_str() == "self" {
            Extern::Local(vec![self.krate])
        } else {
            self.program.crates[self.krate]
                .extern_prelude
                .get(&krate)
                .cloned()
                .unwrap_or(Extern::External)
        };
        let defs: Vec<_> = match &found {
            Extern::Local(crates) => crates.iter().map(|id| Def::Crate(*id)).collect(),
            Extern::External => vec![Def::External(krate)],
        };
        for def in defs {
            self.program.define(place.scope, alias, def);
        }
        if item.attributes.macro_use
            && let Extern::Local(crates) = &found
        {
            for node in crates
                .iter()
                .flat_map(|id| self.program.crates[*id].exported_macros.clone())
                .collect::<Vec<_>>()
            {
                let name = self.program.nodes[node as usize].item.name;
                *macros = self.link(name, node, *macros, false);
            }
        }
        self.program.crates[self.krate]
            .extern_prelude
            .entry(alias)
            .or_insert(found);
    }

    fn walk_macro_rules(&mut self, item: &'a Item, place: &Place, macros: &mut MacroScope) {
        let node = self.node(item, place, *macros);
        let in_block = self.program.scopes[place.scope as usize].block;
        let certain = item.cfg.iter().all(|cfg| cfg.eval(self.cfgs) == Some(true));
        *macros = self.link(item.name, node, *macros, in_block || !certain);
        self.program.define(place.scope, item.name, Def::Node(node));
        if item.attributes.macro_export {
            self.program.crates[self.krate].exported_macros.push(node);
            let root = self.program.crates[self.krate].root;
            if root != place.scope {
                self.program.define(root, item.name, Def::Node(node));
            }
        }
    }

    fn link(&mut self, name: Symbol, node: NodeId, before: MacroScope, open: bool) -> MacroScope {
        self.program.macro_links.push(MacroLink {
            name,
            node,
            before,
            open,
        });
        u32::try_from(self.program.macro_links.len() - 1).expect("fewer than 2^32 macros")
    }
}

/// Attribute macros and derives known to add impls but no names.
fn may_define_names(path: &Path) -> bool {
    const IMPLS_ONLY: &[&str] = &[
        "Serialize",
        "Deserialize",
        "Error",
        "Parser",
        "Args",
        "Subcommand",
        "ValueEnum",
        "async_trait",
        "instrument",
        "Arbitrary",
        "Zeroize",
        "Pod",
        "Zeroable",
        "FromBytes",
        "IntoBytes",
        "wasm_bindgen_test",
        "case",
        "default",
    ];
    !path
        .segments
        .last()
        .is_some_and(|name| IMPLS_ONLY.contains(&name.as_str()))
}
