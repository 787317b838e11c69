//! From a path in a scope to what it can mean (rule R1).
//!
//! All namespaces are looked up at once and all hits united: explicit definitions, imports, globs, enclosing
//! blocks. Only where nothing local is found does the extern prelude count, then std. So a name never means
//! less than it does to rustc.

mod lookup;
mod visible;
mod words;

use super::program::{CrateId, Def, Extern, NodeId, Program, ScopeId};
use crate::syntax::ir::{ItemKind, Path, Symbol};
use lookup::{GlobTarget, Hits};
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::RefCell;
use std::rc::Rc;
pub use words::{is_path_keyword, is_std_prelude};

/// What a path can mean.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resolution {
    /// Local items that it is or passes through.
    pub nodes: Vec<NodeId>,
    /// Modules that it ends in.
    pub modules: Vec<ScopeId>,
    /// `owner::name` with a local type, alias or trait as owner.
    pub associated: Vec<(NodeId, Symbol)>,
    /// `name` of something whose type is not known (a type parameter, `Self` of a trait, what a macro may define).
    pub any: Vec<Symbol>,
    /// Paths that lead out of the local crates, in full.
    pub external: Vec<Symbol>,
    /// Items that an unexpanded macro may have made it of, where nothing is called so.
    pub definers: Vec<NodeId>,
    /// Nothing was found for its head.
    pub unresolved: bool,
}

/// Looks names up in a program; remembers answers, so the program must not change while it lives.
pub struct Names<'p, 'a> {
    program: &'p Program<'a>,
    hits: RefCell<FxHashMap<(ScopeId, Symbol), Rc<Hits>>>,
    paths: RefCell<FxHashMap<(ScopeId, Path), Rc<Resolution>>>,
    globs: RefCell<FxHashMap<ScopeId, Rc<Vec<GlobTarget>>>>,
}

/// Searches under way, so that a cycle of imports ends.
type Trail = FxHashSet<(ScopeId, Symbol)>;

impl<'p, 'a> Names<'p, 'a> {
    /// Names of `program`.
    pub fn new(program: &'p Program<'a>) -> Self {
        Self {
            program,
            hits: RefCell::default(),
            paths: RefCell::default(),
            globs: RefCell::default(),
        }
    }

    /// What `path` can mean in `scope`. `Self` and type parameters are the caller's to replace before.
    pub fn resolve(&self, scope: ScopeId, path: &Path) -> Rc<Resolution> {
        let key = (scope, path.clone());
        if let Some(known) = self.paths.borrow().get(&key) {
            return Rc::clone(known);
        }
        let answer = Rc::new(self.resolve_on(scope, path, &mut Trail::default()).0);
        self.paths.borrow_mut().insert(key, Rc::clone(&answer));
        answer
    }

    /// Continues from `owner` (a type, alias, trait or other item) through `rest`.
    pub fn resolve_from(&self, owner: NodeId, rest: &[Symbol]) -> Resolution {
        self.walk(
            &Hits {
                defs: vec![Def::Node(owner)],
                ..Hits::default()
            },
            rest,
            &mut Trail::default(),
        )
        .0
    }

    /// The scope, and for a block those around it up to its module.
    fn visible_scopes(&self, scope: ScopeId) -> Vec<ScopeId> {
        let mut scopes = vec![scope];
        let mut at = scope;
        while self.program.scopes[at as usize].block {
            at = self.program.scopes[at as usize]
                .parent
                .expect("a block lies in a scope");
            scopes.push(at);
        }
        scopes
    }

    fn resolve_on(&self, scope: ScopeId, path: &Path, trail: &mut Trail) -> (Resolution, bool) {
        let Some(head) = path.segments.first().copied() else {
            return (
                Resolution {
                    unresolved: true,
                    ..Resolution::default()
                },
                false,
            );
        };
        let krate = self.program.scopes[scope as usize].krate;
        let module = self.program.module_of(scope);
        let (hits, used) = match head.as_str() {
            "crate" => (self.one(Def::Module(self.program.crates[krate].root)), 1),
            "self" => (self.one(Def::Module(module)), 1),
            "super" => self.ancestors(module, &path.segments),
            _ if head.starts_with(DOLLAR_CRATE) => (self.dollar_crate(krate, head), 1),
            _ if path.global => (self.global_head(krate, head, trail), 1),
            _ => (
                self.lexical_head(scope, head, path.segments.len() > 1, trail),
                1,
            ),
        };
        let (mut resolution, cut) = self.walk(&hits, &path.segments[used..], trail);
        if hits.is_empty() || (path.segments.len() > used && !self.has_qualifier(&hits)) {
            self.without_head(scope, path, &hits, &mut resolution);
        }
        (resolution, cut || hits.cut)
    }

    #[expect(clippy::unused_self, reason = "reads as its siblings do")]
    fn one(&self, def: Def) -> Hits {
        Hits {
            defs: vec![def],
            ..Hits::default()
        }
    }

    fn ancestors(&self, module: ScopeId, segments: &[Symbol]) -> (Hits, usize) {
        let supers = segments
            .iter()
            .take_while(|segment| segment.as_str() == "super")
            .count();
        let mut at = module;
        for _ in 0..supers {
            at = self.program.scopes[at as usize]
                .parent
                .map_or(at, |parent| self.program.module_of(parent));
        }
        (self.one(Def::Module(at)), supers)
    }

    /// `$crate` of a macro: its own crate, by name, seen from `krate`.
    fn dollar_crate(&self, krate: CrateId, head: Symbol) -> Hits {
        let name = &head.as_str()[DOLLAR_CRATE.len()..];
        if self.program.crates[krate].name.as_str() == name {
            return self.one(Def::Crate(krate));
        }
        let defs = self.program.crates[krate].closure.iter();
        let defs = defs
            .filter(|id| self.program.crates[**id].name.as_str() == name)
            .map(|id| Def::Crate(*id));
        Hits {
            defs: defs.collect(),
            ..Hits::default()
        }
    }

    /// `::name`: a crate; in edition 2015 also what stands at the crate's root.
    fn global_head(&self, krate: CrateId, head: Symbol, trail: &mut Trail) -> Hits {
        let mut hits = self.extern_prelude(krate, head);
        if self.program.crates[krate].edition_2015 {
            hits.join(self.lookup(self.program.crates[krate].root, head, trail));
        }
        hits
    }

    /// A head by the scopes around it. Before more segments a function, constant or macro of that name says nothing: a
    /// crate may be called so too.
    fn lexical_head(
        &self,
        scope: ScopeId,
        head: Symbol,
        qualifies: bool,
        trail: &mut Trail,
    ) -> Hits {
        let mut hits = Hits::default();
        for at in self.visible_scopes(scope) {
            hits.join(self.lookup(at, head, trail));
        }
        if hits.is_empty() || (qualifies && !self.has_qualifier(&hits)) {
            let krate = self.program.scopes[scope as usize].krate;
            hits.join(self.extern_prelude(krate, head));
            if hits.is_empty() && self.program.crates[krate].edition_2015 {
                hits.join(self.lookup(self.program.crates[krate].root, head, trail));
            }
        }
        hits
    }

    /// Is there something among `hits` that more segments can follow?
    fn has_qualifier(&self, hits: &Hits) -> bool {
        let of_types = |def: &Def| match def {
            Def::Module(_) | Def::Crate(_) | Def::External(_) => true,
            Def::Node(node) => matches!(
                self.program.nodes[*node as usize].item.kind,
                ItemKind::Type { .. } | ItemKind::Alias { .. } | ItemKind::Trait { .. }
            ),
        };
        !hits.external.is_empty() || hits.defs.iter().any(of_types)
    }

    fn extern_prelude(&self, krate: CrateId, name: Symbol) -> Hits {
        match self.program.crates[krate].extern_prelude.get(&name) {
            Some(Extern::Local(crates)) => Hits {
                defs: crates.iter().map(|id| Def::Crate(*id)).collect(),
                ..Hits::default()
            },
            Some(Extern::External) => self.one(Def::External(name)),
            None => Hits::default(),
        }
    }

    /// Nothing local is called so: std's prelude, a glob from outside, or what an unexpanded macro defines here.
    fn without_head(&self, scope: ScopeId, path: &Path, hits: &Hits, resolution: &mut Resolution) {
        let head = path.segments[0];
        let known = is_std_prelude(head);
        for glob in &hits.open {
            resolution
                .external
                .push(Symbol::from(&format!("{glob}::{head}")));
        }
        if known {
            if path.segments.len() > 1 {
                let text: Vec<_> = path.segments.iter().map(ustr::Ustr::as_str).collect();
                resolution.external.push(Symbol::from(&text.join("::")));
            }
            return;
        }
        for at in self.visible_scopes(scope) {
            resolution
                .definers
                .extend(&self.program.scopes[at as usize].definers);
        }
        if hits.open.is_empty() {
            resolution.unresolved = true;
        }
        if path.segments.len() > 1 {
            resolution.any.extend(path.segments.last());
        }
    }

    /// Follows the segments after the head.
    fn walk(&self, hits: &Hits, rest: &[Symbol], trail: &mut Trail) -> (Resolution, bool) {
        let mut answer = Resolution::default();
        let mut cut = hits.cut;
        for path in &hits.external {
            answer.external.push(extend(*path, rest));
        }
        for def in &hits.defs {
            match (*def, rest) {
                (Def::External(name), _) => answer.external.push(extend(name, rest)),
                (Def::Module(module), []) => answer.modules.push(module),
                (Def::Crate(krate), []) => answer.modules.push(self.program.crates[krate].root),
                (Def::Crate(krate), _) => {
                    cut |= self.step(self.program.crates[krate].root, rest, trail, &mut answer);
                }
                (Def::Module(module), _) => cut |= self.step(module, rest, trail, &mut answer),
                (Def::Node(node), _) => self.member(node, rest, &mut answer),
            }
        }
        (answer, cut)
    }

    /// One segment into a module, then on.
    fn step(
        &self,
        module: ScopeId,
        rest: &[Symbol],
        trail: &mut Trail,
        answer: &mut Resolution,
    ) -> bool {
        let inner = self.lookup(module, rest[0], trail);
        if inner.is_empty() {
            let scope = &self.program.scopes[module as usize];
            answer.definers.extend(&scope.definers);
            for glob in &inner.open {
                answer.external.push(extend(*glob, rest));
            }
            if !scope.definers.is_empty() && rest.len() > 1 {
                answer.any.extend(rest.last());
            }
            answer.unresolved |= inner.open.is_empty() && !inner.cut;
        }
        let (found, cut) = self.walk(&inner, &rest[1..], trail);
        answer.nodes.extend(found.nodes);
        answer.definers.extend(found.definers);
        answer.modules.extend(found.modules);
        answer.associated.extend(found.associated);
        answer.any.extend(found.any);
        answer.external.extend(found.external);
        answer.unresolved |= found.unresolved;
        cut
    }

    /// Segments after an item: an enum's variant, an associated name, or what a macro made.
    fn member(&self, node: NodeId, rest: &[Symbol], answer: &mut Resolution) {
        answer.nodes.push(node);
        let Some(name) = rest.first().copied() else {
            return;
        };
        match &self.program.nodes[node as usize].item.kind {
            ItemKind::Type { .. } | ItemKind::Alias { .. } | ItemKind::Trait { .. } => {
                answer.associated.push((node, name));
                answer.any.extend(&rest[1..]);
            }
            _ => answer.any.extend(rest),
        }
    }
}

/// How a resolved `$crate` begins; the defining crate's name follows.
pub const DOLLAR_CRATE: &str = "__mamo_crate_";

fn extend(path: Symbol, rest: &[Symbol]) -> Symbol {
    if rest.is_empty() {
        return path;
    }
    let mut text = path.to_string();
    for segment in rest {
        text.push_str("::");
        text.push_str(segment);
    }
    Symbol::from(&text)
}
