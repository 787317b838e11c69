//! Modules: inline ones, and files of their own.

use super::{Place, Walker, may_define_names};

use crate::resolve::program::{Def, MacroScope, ScopeId};
use crate::syntax::ir::Item;

impl<'a> Walker<'_, 'a> {
    /// `mod name { .. }` or `mod name;`.
    pub(super) fn walk_mod(
        &mut self,
        item: &'a Item,
        inline: Option<&'a [Item]>,
        place: &Place,
        macros: &mut MacroScope,
    ) {
        let path = format!(
            "{}::{}",
            self.program.scopes[place.scope as usize].path, item.name
        );
        let scope = self
            .program
            .add_scope(self.krate, Some(place.scope), false, path);
        self.program
            .define(place.scope, item.name, Def::Module(scope));
        if item.attributes.macros.iter().any(may_define_names) {
            let node = self.node(item, place, *macros);
            self.program.scopes[place.scope as usize]
                .definers
                .push(node);
            self.program.scopes[scope as usize].definers.push(node);
        }
        let mut inner = *macros;
        if let Some(items) = inline {
            let directory = place.directory.inline(item.name, self.path_attribute(item));
            let place = Place {
                scope,
                directory,
                parent: None,
                ..place.clone()
            };
            self.walk_items(items, &place, &mut inner);
        } else {
            self.walk_mod_file(item, scope, place, &mut inner);
        }
        if item.attributes.macro_use {
            *macros = inner;
        }
    }

    /// The `#[path]` in force, if one is.
    fn path_attribute(&self, item: &'a Item) -> Option<&'a str> {
        let holds = |cfg: &Option<_>| {
            cfg.as_ref()
                .is_none_or(|cfg| self.cfgs.keeps(std::slice::from_ref(cfg)))
        };
        item.attributes
            .path
            .iter()
            .find(|(cfg, _)| holds(cfg))
            .map(|(_, path)| path.as_str())
    }

    fn walk_mod_file(
        &mut self,
        item: &'a Item,
        scope: ScopeId,
        place: &Place,
        macros: &mut MacroScope,
    ) {
        let found = place
            .directory
            .candidates(item.name, self.path_attribute(item));
        let found = found
            .into_iter()
            .find_map(|(path, directory)| (self.load)(&path).map(|file| (file, directory)));
        let Some((loaded, directory)) = found else {
            let certain = item.cfg.iter().all(|cfg| cfg.eval(self.cfgs) == Some(true));
            if certain {
                self.unseen(format!(
                    "no file for module `{}`",
                    self.program.scopes[scope as usize].path
                ));
            }
            return;
        };
        // Read by rustc even where its inner `#![cfg(..)]` is false.
        let file = self.file(loaded);
        if !self.cfgs.keeps(&loaded.file.cfg) {
            return;
        }
        let place = Place {
            scope,
            file,
            directory,
            ..place.clone()
        };
        self.walk_items(&loaded.file.items, &place, macros);
    }
}
