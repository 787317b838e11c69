//! Macro expansions by definition and invocation, made once for all crates.

use crate::resolve::names::DOLLAR_CRATE;
use crate::resolve::program::{CrateId, NodeId, Program};
use crate::syntax::ir::{ItemKind, Lowered, MacroCall, Symbol};
use crate::syntax::{self, Rules};
use rustc_hash::FxHashMap;
use typed_arena::Arena;

/// The arena that expansions live in, and what has been expanded so far.
pub struct Expansions<'a> {
    arena: &'a Arena<Lowered>,
    rules: FxHashMap<usize, Option<Rules>>,
    calls: FxHashMap<(usize, usize, Symbol), Option<&'a Lowered>>,
    opaque: FxHashMap<usize, &'a Lowered>,
}

impl<'a> Expansions<'a> {
    /// None yet.
    pub fn new(arena: &'a Arena<Lowered>) -> Self {
        Self {
            arena,
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
        let parsed = self
            .rules
            .entry(address(rules))
            .or_insert_with(|| syntax::parse_rules(rules));
        let made = parsed
            .as_ref()
            .and_then(|rules| syntax::expand(rules, call, dollar_crate));
        let made = made.map(|lowered| &*self.arena.alloc(lowered));
        self.calls.insert(key, made);
        made
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
