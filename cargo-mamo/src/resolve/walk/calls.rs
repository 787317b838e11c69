//! Macros in item position: expanded where a definition is found, plain where std's meaning is known, else opaque.

use super::{Place, Walker};
use crate::resolve::modules::{Directory, include_path};
use crate::resolve::names::Names;
use crate::resolve::program::{MacroScope, NodeId, Program, ScopeId};
use crate::syntax::ir::{FileArgument, Item, ItemKind, Lowered, MacroCall, Mention, Path};
use crate::syntax::{ASSEMBLY, links, only_marks};

/// An item macro that no textual definition answers: tried again by path when the crate's names are known.
pub(super) struct Pending<'a> {
    item: &'a Item,
    call: &'a MacroCall,
    place: Place,
    macros: MacroScope,
}

impl<'a> Walker<'_, 'a> {
    /// A macro in item or member position.
    pub(super) fn walk_call(
        &mut self,
        item: &'a Item,
        call: &'a MacroCall,
        place: &Place,
        macros: &mut MacroScope,
    ) {
        if let Some(argument) = &call.include {
            self.walk_include(item, argument, place, macros);
            return;
        }
        let textual = match call.path.segments.as_slice() {
            [name] if !call.path.global => self.program.textual_macros(*macros, *name),
            _ => Vec::new(),
        };
        if !textual.is_empty() {
            self.walk_expansions(item, call, &textual, place, macros);
        } else if let Some(plain) = &call.plain {
            let node = self.node(item, place, *macros);
            self.walk_made(plain, item, node, place, macros);
        } else {
            self.pending.push(Pending {
                item,
                call,
                place: place.clone(),
                macros: *macros,
            });
        }
    }

    /// Expands by each of `definitions`; what cannot be expanded is opaque.
    fn walk_expansions(
        &mut self,
        item: &'a Item,
        call: &'a MacroCall,
        definitions: &[NodeId],
        place: &Place,
        macros: &mut MacroScope,
    ) {
        let node = self.node(item, place, *macros);
        for definition in definitions {
            self.program.nodes[node as usize].expanded.push(*definition);
            match self.expansions.expand(self.program, *definition, call) {
                Some(lowered) => self.walk_made(lowered, item, node, place, macros),
                None => self.opaque_call(node, call, place),
            }
        }
    }

    fn walk_made(
        &mut self,
        made: &'a Lowered,
        item: &'a Item,
        node: NodeId,
        place: &Place,
        macros: &mut MacroScope,
    ) {
        self.program.nodes[node as usize]
            .mentions
            .extend(&made.mentions);
        let lines = if item.lines == (0, 0) {
            place.lines
        } else {
            item.lines
        };
        let place = Place {
            made_by: Some(node),
            lines,
            ..place.clone()
        };
        self.walk_items(&made.items, &place, macros);
    }

    /// A call that stays unexpanded may define any name in its tokens.
    fn opaque_call(&mut self, node: NodeId, call: &'a MacroCall, place: &Place) {
        let lowered = self.expansions.opaque(&call.tokens);
        self.program.nodes[node as usize]
            .mentions
            .extend(&lowered.mentions);
        let krate = &mut self.program.crates[self.krate];
        if call
            .path
            .segments
            .last()
            .is_some_and(|name| name.as_str() == ASSEMBLY)
            || links(&call.tokens)
        {
            krate.linked.push(node);
        }
        let scope = &mut self.program.scopes[place.scope as usize];
        scope.definers.push(node);
        for mention in &lowered.mentions {
            if let Mention::Loose(name) = mention
                && !(name.as_str() == "test" && only_marks(&call.tokens, name))
            {
                scope.loose.entry(*name).or_default().push(node);
            }
        }
    }

    fn walk_include(
        &mut self,
        item: &'a Item,
        argument: &FileArgument,
        place: &Place,
        macros: &mut MacroScope,
    ) {
        let node = self.node(item, place, *macros);
        let base = self.program.files[place.file as usize].path.clone();
        let loaded = include_path(&base, argument, self.env).and_then(|path| (self.load)(&path));
        let Some(loaded) = loaded else {
            self.unseen(format!(
                "an `include!` in `{}` cannot be followed",
                base.display()
            ));
            self.program.scopes[place.scope as usize]
                .definers
                .push(node);
            return;
        };
        let file = self.file(loaded);
        let directory = Directory::of_root(&loaded.path);
        let place = Place {
            file,
            directory,
            made_by: Some(node),
            lines: item.lines,
            ..place.clone()
        };
        self.walk_items(&loaded.file.items, &place, macros);
    }

    /// Item macros named by path or by `use`: resolved now that names are known, until nothing more comes of it.
    pub(in crate::resolve) fn settle_pending(&mut self) {
        while !self.pending.is_empty() {
            let pending = std::mem::take(&mut self.pending);
            let answers: Vec<_> = {
                let names = Names::new(self.program);
                pending
                    .iter()
                    .map(|call| {
                        macros_by_path(self.program, &names, call.place.scope, &call.call.path)
                    })
                    .collect()
            };
            let progress = answers.iter().any(|found| !found.is_empty());
            for (call, found) in pending.into_iter().zip(answers) {
                if !found.is_empty() {
                    let mut macros = call.macros;
                    self.walk_expansions(call.item, call.call, &found, &call.place, &mut macros);
                } else if progress {
                    self.pending.push(call);
                } else {
                    let node = self.node(call.item, &call.place, call.macros);
                    self.opaque_call(node, call.call, &call.place);
                }
            }
        }
    }
}

/// `macro_rules!` definitions that `path` can mean by name resolution.
pub fn macros_by_path(
    program: &Program<'_>,
    names: &Names<'_, '_>,
    scope: ScopeId,
    path: &Path,
) -> Vec<NodeId> {
    let found = names.resolve(scope, path);
    let mut nodes: Vec<_> = found
        .nodes
        .iter()
        .copied()
        .filter(|node| {
            matches!(
                program.nodes[*node as usize].item.kind,
                ItemKind::MacroRules { .. }
            )
        })
        .collect();
    nodes.sort_unstable();
    nodes.dedup();
    nodes
}
