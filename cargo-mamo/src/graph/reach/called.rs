//! Rule R3: which members something reached may call.

use super::Reacher;
use crate::graph::edges::ANY_ARITY;
use crate::graph::members::{MemberId, Owner};
use crate::resolve::program::NodeId;
use crate::syntax::ir::Symbol;

impl Reacher<'_, '_> {
    /// Rule R3: may something reached so far call this member?
    pub(super) fn is_called(&self, id: MemberId) -> bool {
        let member = &self.graph.members.members[id as usize];
        let name = member.name;
        match member.owner {
            Owner::Impl(owner) => {
                let of = &self.graph.members.impls[owner as usize];
                self.active[owner as usize] == self.stamp
                    && (self.state.any.contains(&name)
                        || of
                            .self_types
                            .iter()
                            .any(|own| self.state.associated.contains(&(*own, name)))
                        || (of.open_self && self.through_open_self(name))
                        || of
                            .traits
                            .iter()
                            .any(|of_trait| self.state.of_trait.contains(&(*of_trait, name)))
                        || (member.receiver && self.is_method_called(id, &of.traits)))
            }
            Owner::Trait(owner) => {
                self.is_implemented(owner)
                    && (self.state.any.contains(&name)
                        || self.state.of_trait.contains(&(owner, name))
                        || self.through_open_self(name)
                        || (member.receiver && self.is_method_called(id, &[owner])))
            }
        }
    }

    /// `X::name` where X is another crate's type, or a local type that may have it through a blanket impl or a default.
    fn through_open_self(&self, name: Symbol) -> bool {
        self.state.of_external.contains(&name) || self.state.associated_names.contains(&name)
    }

    /// `.name(..)` with this arity, its trait in scope of something reached (no trait: an inherent member).
    fn is_method_called(&self, id: MemberId, traits: &[NodeId]) -> bool {
        let member = &self.graph.members.members[id as usize];
        let Some((arities, open)) = self.state.methods.get(&member.name) else {
            return false;
        };
        let fits = member
            .arity
            .is_none_or(|arity| arities.contains(&arity) || arities.contains(&ANY_ARITY));
        let in_scope = |of_trait: &NodeId| {
            self.is_reached(*of_trait) || self.state.traits_seen.contains(&(*of_trait, member.name))
        };
        fits && (traits.is_empty() || *open || traits.iter().any(in_scope))
    }
}
