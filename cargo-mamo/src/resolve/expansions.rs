//! Macro expansions by definition and invocation, made once for all crates, or known from an earlier run.

use crate::fingerprint::Fingerprint;
use crate::resolve::names::DOLLAR_CRATE;
use crate::resolve::program::{CrateId, NodeId, Program};
use crate::syntax::ir::{ItemKind, Lowered, MacroCall, Symbol};
use crate::syntax::{self, Expanded, Rules};
use rustc_hash::FxHashMap;
use typed_arena::Arena;

/// The arena that expansions live in, and what has been expanded so far.
pub struct Expansions<'a> {
    arena: &'a Arena<Lowered>,
    known: Expanded,
    digests: FxHashMap<usize, Fingerprint>,
    rules: FxHashMap<usize, Option<Rules>>,
    /// All that were asked for, by what decides on them.
    made: FxHashMap<Fingerprint, Option<&'a Lowered>>,
    /// Was one of them not known?
    news: bool,
    calls: FxHashMap<(usize, usize, Symbol), Option<&'a Lowered>>,
    opaque: FxHashMap<usize, &'a Lowered>,
}

impl<'a> Expansions<'a> {
    /// None yet but those that are `known`.
    pub fn new(arena: &'a Arena<Lowered>, known: Expanded) -> Self {
        Self {
            arena,
            known,
            digests: FxHashMap::default(),
            made: FxHashMap::default(),
            news: false,
            rules: FxHashMap::default(),
            calls: FxHashMap::default(),
            opaque: FxHashMap::default(),
        }
    }

    /// `call` expanded by `definition`; `None` if that cannot be done.
    pub fn expand(
        &mut self,
        program: &Program<'a>,
        definition: NodeId,
        call: &'a MacroCall,
    ) -> Option<&'a Lowered> {
        let node = &program.nodes[definition as usize];
        let ItemKind::MacroRules { rules, .. } = &node.item.kind else {
            return None;
        };
        let dollar_crate = dollar_crate(program, node.krate);
        let key = (address(rules), address(call), dollar_crate);
        if let Some(known) = self.calls.get(&key) {
            return *known;
        }
        let digest = *self
            .digests
            .entry(address(rules))
            .or_insert_with(|| Fingerprint::of(rules.as_bytes()));
        let content = Expanded::key(digest, call, dollar_crate);
        let made = if let Some(made) = self.made.get(&content) {
            *made
        } else {
            let known = self.known.take(content);
            let made = known.unwrap_or_else(|| self.make(rules, call, dollar_crate));
            made.map(|lowered| &*self.arena.alloc(lowered))
        };
        self.made.insert(content, made);
        self.calls.insert(key, made);
        made
    }

    fn make(&mut self, rules: &str, call: &MacroCall, dollar_crate: Symbol) -> Option<Lowered> {
        self.news = true;
        let parsed = self
            .rules
            .entry(address(rules))
            .or_insert_with(|| syntax::parse_rules(rules));
        syntax::expand(parsed.as_ref()?, call, dollar_crate)
    }

    /// Keeps what was made for later runs.
    pub fn keep(&self) {
        if self.news {
            self.known.keep(&self.made);
        }
    }

    /// `tokens` read as nothing but identifiers.
    pub fn opaque(&mut self, tokens: &'a str) -> &'a Lowered {
        let arena = self.arena;
        self.opaque
            .entry(tokens.as_ptr().addr())
            .or_insert_with(|| arena.alloc(syntax::opaque(tokens)))
    }
}

fn dollar_crate(program: &Program<'_>, krate: CrateId) -> Symbol {
    Symbol::from(&format!("{DOLLAR_CRATE}{}", program.crates[krate].name))
}

fn address<T: ?Sized>(value: &T) -> usize {
    std::ptr::from_ref(value).addr()
}
