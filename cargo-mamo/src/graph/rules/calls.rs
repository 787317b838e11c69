//! Rule R3: what is called by name, and which members that may mean.

use super::Writer;
use crate::graph::edges::{ANY_ARITY, Edges};
use crate::graph::fixpoint::Fact;
use crate::graph::members::{Impl, Member};
use crate::resolve::program::NodeId;
use crate::syntax::ir::Symbol;
use rustc_hash::FxHashMap;

/// That members of some names are called, for as much as is called somewhere.
#[derive(Default)]
pub(super) struct Calls {
    named: FxHashMap<Symbol, Named>,
    /// `owner::name` of a local type.
    associated: Pairs,
    /// `Trait::name` of a local trait.
    of_trait: Pairs,
    /// A local trait is in scope where a method of this name is called.
    seen: Pairs,
    /// A method of this name may be one of this trait.
    in_scope: Pairs,
}

type Pairs = FxHashMap<(NodeId, Symbol), Fact>;

/// How members of one name are called.
#[derive(Default)]
struct Named {
    any: Option<Fact>,
    of_external: Option<Fact>,
    /// `owner::name`, whatever the owner.
    associated: Option<Fact>,
    /// `.name(..)` where traits may be in scope that cannot be seen.
    open: Option<Fact>,
    /// `.name(..)` by arity.
    arities: FxHashMap<u8, Fact>,
    /// `.name(..)` that fits a member with this arity; `None` fits all.
    fits: FxHashMap<Option<u8>, Option<Fact>>,
}

impl Calls {
    /// Notes the calls of a node.
    pub(super) fn note(&mut self, writer: &mut Writer<'_, '_>, node: NodeId, edges: &Edges) {
        let is_member = |name: &Symbol| writer.graph.members.by_name.contains_key(name);
        let rules = &mut writer.rules;
        for (name, arity) in edges.methods.iter().filter(|(name, _)| is_member(name)) {
            let named = self.named.entry(*name).or_default();
            let called = named.arities.entry(*arity).or_insert_with(|| rules.fact());
            rules.implies(node, *called);
            if edges.traits_open {
                let open = *named.open.get_or_insert_with(|| rules.fact());
                rules.implies(node, open);
            }
        }
        for name in edges.any.iter().filter(|name| is_member(name)) {
            let any = &mut self.named.entry(*name).or_default().any;
            let any = *any.get_or_insert_with(|| rules.fact());
            rules.implies(node, any);
        }
        for name in edges.of_external.iter().filter(|name| is_member(name)) {
            let called = &mut self.named.entry(*name).or_default().of_external;
            let called = *called.get_or_insert_with(|| rules.fact());
            rules.implies(node, called);
        }
        for pair in edges.associated.iter().filter(|(_, name)| is_member(name)) {
            let called = self.associated.entry(*pair).or_insert_with(|| {
                let (called, named) = (rules.fact(), self.named.entry(pair.1).or_default());
                let whatever = *named.associated.get_or_insert_with(|| rules.fact());
                rules.implies(called, whatever);
                called
            });
            rules.implies(node, *called);
        }
        let pairs = [
            (&edges.of_trait, &mut self.of_trait),
            (&edges.traits_seen, &mut self.seen),
        ];
        for (called, known) in pairs {
            for pair in called.iter().filter(|(_, name)| is_member(name)) {
                let called = known.entry(*pair).or_insert_with(|| rules.fact());
                rules.implies(node, *called);
            }
        }
    }

    /// That a member of an impl is called; `None` if it never is.
    pub(super) fn of_impl(
        &mut self,
        writer: &mut Writer<'_, '_>,
        of: &Impl,
        member: &Member,
    ) -> Option<Fact> {
        let name = member.name;
        let named = self.named.get(&name);
        let mut ways: Vec<Fact> = named.and_then(|named| named.any).into_iter().collect();
        if of.open_self {
            ways.extend(named.into_iter().flat_map(Named::through_open_self));
        }
        let own = of.self_types.iter();
        ways.extend(own.filter_map(|own| self.associated.get(&(*own, name))));
        let traits = of.traits.iter();
        ways.extend(traits.filter_map(|of_trait| self.of_trait.get(&(*of_trait, name))));
        ways.extend(self.as_method(writer, member, &of.traits));
        writer.rules.any(&ways)
    }

    /// That a trait's own member is called; `None` if it never is.
    pub(super) fn of_trait(
        &mut self,
        writer: &mut Writer<'_, '_>,
        of_trait: NodeId,
        member: &Member,
    ) -> Option<Fact> {
        let name = member.name;
        let named = self.named.get(&name);
        let mut ways: Vec<Fact> = named.and_then(|named| named.any).into_iter().collect();
        ways.extend(named.into_iter().flat_map(Named::through_open_self));
        ways.extend(self.of_trait.get(&(of_trait, name)));
        ways.extend(self.as_method(writer, member, &[of_trait]));
        writer.rules.any(&ways)
    }

    /// `.name(..)` with this arity, its trait in scope of something reached (no trait: an inherent member).
    fn as_method(
        &mut self,
        writer: &mut Writer<'_, '_>,
        member: &Member,
        traits: &[NodeId],
    ) -> Option<Fact> {
        let named = self
            .named
            .get_mut(&member.name)
            .filter(|_| member.receiver)?;
        let rules = &mut writer.rules;
        let fits = named.fits.entry(member.arity);
        let (arities, arity) = (&named.arities, member.arity);
        let fits = (*fits.or_insert_with(|| {
            let fitting = arities
                .iter()
                .filter(|(called, _)| arity.is_none_or(|own| [own, ANY_ARITY].contains(called)));
            let mut fitting: Vec<_> = fitting.map(|(_, fact)| *fact).collect();
            fitting.sort_unstable();
            rules.any(&fitting)
        }))?;
        if traits.is_empty() {
            return Some(fits);
        }
        let (open, seen) = (named.open, &self.seen);
        let scopes = traits.iter().map(|of_trait| {
            let pair = (*of_trait, member.name);
            *self.in_scope.entry(pair).or_insert_with(|| {
                let seen = seen.get(&pair).copied();
                let ways: Vec<_> = [*of_trait].into_iter().chain(seen).chain(open).collect();
                rules.any(&ways).expect("a trait can be reached")
            })
        });
        let scopes: Vec<_> = scopes.collect();
        let in_scope = rules.any(&scopes)?;
        Some(rules.both(fits, in_scope))
    }
}

impl Named {
    /// `X::name` where X is another crate's type, or a local type that may have it through a blanket impl or a default.
    fn through_open_self(&self) -> impl Iterator<Item = Fact> + use<> {
        self.of_external.into_iter().chain(self.associated)
    }
}
