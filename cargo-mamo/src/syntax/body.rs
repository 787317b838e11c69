//! Walks signatures and bodies, and collects what they name.
//!
//! Every node of the tree is visited; what syn keeps as bare tokens becomes loose identifiers. A name is left out only
//! where [`Scope`] is certain that it is a local.

use super::ir::{Item, Lowered, Mention, Position, Symbol};
use super::scope::Scope;
use super::sink::Sink;
use super::source::Source;
use super::{attributes, calls, files, items, known, names, opaque};
use syn::visit::{self, Visit};
use syn::{Expr, Pat, Stmt, Type};

/// Collects mentions and nested items.
pub(super) struct Reader<'a> {
    pub(super) source: &'a Source<'a>,
    pub(super) mentions: Sink,
    pub(super) nested: Vec<Item>,
    pub(super) scope: Scope,
    /// Are the tokens given to an attribute macro or derive, which may do anything with them?
    pub(super) owned: bool,
    /// May an identifier pattern be a constant here? Not where a pattern must always match.
    refutable: bool,
}

impl<'a> Reader<'a> {
    /// A reader outside any scope.
    pub(super) fn new(source: &'a Source<'a>, owned: bool) -> Self {
        Self {
            source,
            mentions: Sink::default(),
            nested: Vec::new(),
            scope: Scope::default(),
            owned,
            refutable: false,
        }
    }

    /// Runs `read` in the same scope, and gives what it found apart from what was found before.
    pub(super) fn apart(
        &mut self,
        read: impl FnOnce(&mut Self) -> syn::Result<()>,
    ) -> syn::Result<Lowered> {
        let mentions = std::mem::take(&mut self.mentions);
        let nested = std::mem::take(&mut self.nested);
        let outcome = read(self);
        let mut found = std::mem::replace(&mut self.mentions, mentions);
        let items = std::mem::replace(&mut self.nested, nested);
        outcome.map(|()| Lowered {
            mentions: found.take(),
            items,
        })
    }

    /// Binds the names of a pattern that always matches.
    pub(super) fn irrefutable(&mut self, pattern: &Pat) {
        let before = std::mem::replace(&mut self.refutable, false);
        self.visit_pat(pattern);
        self.refutable = before;
    }

    /// Binds the names of a pattern that may be a constant.
    pub(super) fn refutable(&mut self, pattern: &Pat) {
        let before = std::mem::replace(&mut self.refutable, true);
        self.visit_pat(pattern);
        self.refutable = before;
    }

    /// Is `name` certain to be a local here?
    pub(super) fn is_local(&self, name: Symbol) -> bool {
        // an expansion mixes names of the definition and of the call, which do not see each other
        !self.source.is_expansion() && self.scope.is_local(name)
    }

    /// Mentions `name` unless it is a local.
    pub(super) fn value(&mut self, name: Symbol) {
        if !self.is_local(name) {
            self.mentions.path(names::single(name));
        }
    }

    fn generic_arguments(&mut self, path: &syn::Path) {
        for segment in &path.segments {
            self.visit_path_arguments(&segment.arguments);
        }
    }

    /// `<T as Trait>::m`, `<T>::m`.
    fn qualified(&mut self, own: &syn::QSelf, path: &syn::Path) {
        self.visit_type(&own.ty);
        self.generic_arguments(path);
        let mut target = names::path(path);
        if own.position > 0 {
            self.mentions.path(target);
            return;
        }
        match names::plain_type(&own.ty) {
            Some(mut head) => {
                head.segments.append(&mut target.segments);
                self.mentions.path(head);
            }
            None => target
                .segments
                .first()
                .into_iter()
                .for_each(|name| self.mentions.other(Mention::Associated(*name))),
        }
    }

    fn value_path(&mut self, expression: &syn::ExprPath) {
        if let Some(own) = &expression.qself {
            return self.qualified(own, &expression.path);
        }
        let path = &expression.path;
        if let Some(ident) = path.get_ident() {
            return self.value(names::symbol(ident));
        }
        // handed on as a value: any variable may be read
        if matches!(
            names::last(path).as_str(),
            "var" | "var_os" | "vars" | "vars_os"
        ) {
            self.mentions.other(Mention::RunEnv(None));
        }
        self.visit_path(path);
    }

    fn bind(&mut self, pattern: &syn::PatIdent) {
        let name = names::symbol(&pattern.ident);
        let plain =
            pattern.by_ref.is_none() && pattern.mutability.is_none() && pattern.subpat.is_none();
        let lower = name
            .as_str()
            .starts_with(|first: char| first == '_' || first.is_lowercase());
        if plain && (self.refutable || !lower) {
            self.mentions.path(names::single(name));
        }
        if lower || !plain {
            self.scope.bind(name);
        }
        if let Some((_, subpattern)) = &pattern.subpat {
            self.visit_pat(subpattern);
        }
    }

    /// What a call reads from the process's environment; says whether it may read any.
    fn environment(&mut self, call: &syn::ExprCall) -> bool {
        let Expr::Path(function) = &*call.func else {
            return false;
        };
        let name = match names::last(&function.path).as_str() {
            "var" | "var_os" => call
                .args
                .first()
                .and_then(files::text)
                .map(|text| Symbol::from(text.as_str())),
            "vars" | "vars_os" => None,
            _ => return false,
        };
        if function
            .path
            .get_ident()
            .is_some_and(|ident| self.is_local(names::symbol(ident)))
        {
            return false;
        }
        self.mentions.other(Mention::RunEnv(name));
        true
    }

    fn call(&mut self, call: &syn::ExprCall) {
        match &*call.func {
            Expr::Path(function) if self.environment(call) => {
                self.visit_path(&function.path);
                call.attrs
                    .iter()
                    .for_each(|attribute| self.visit_attribute(attribute));
                call.args
                    .iter()
                    .for_each(|argument| self.visit_expr(argument));
            }
            _ => visit::visit_expr_call(self, call),
        }
    }

    fn branch(&mut self, condition: &Expr, then: &syn::Block) {
        self.scope.enter(false);
        self.visit_expr(condition);
        self.visit_block(then);
        self.scope.leave();
    }

    pub(super) fn closure(&mut self, closure: &syn::ExprClosure) {
        self.scope.enter(false);
        if let Some(lifetimes) = &closure.lifetimes {
            self.visit_bound_lifetimes(lifetimes);
        }
        for input in &closure.inputs {
            self.irrefutable(input);
        }
        self.visit_return_type(&closure.output);
        self.visit_expr(&closure.body);
        self.scope.leave();
    }

    fn for_loop(&mut self, ring: &syn::ExprForLoop) {
        self.visit_expr(&ring.expr);
        self.scope.enter(false);
        self.irrefutable(&ring.pat);
        self.visit_block(&ring.body);
        self.scope.leave();
    }

    fn call_of(&mut self, call: &syn::Macro, position: Position) {
        let call = calls::lower(self, call, position);
        self.mentions.call(call);
    }
}

/// May this statement define an item?
fn may_define(statement: &Stmt) -> bool {
    match statement {
        Stmt::Item(_) => true,
        Stmt::Macro(call) => !known::FORMAT.contains(&names::last(&call.mac.path).as_str()),
        Stmt::Local(_) | Stmt::Expr(..) => false,
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
        attributes::mention(attribute, &mut self.mentions);
    }

    fn visit_lit_str(&mut self, literal: &'ast syn::LitStr) {
        self.mentions.text(literal.value());
    }

    fn visit_visibility(&mut self, _: &'ast syn::Visibility) {}

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.mentions.path(names::path(path));
        self.generic_arguments(path);
    }

    fn visit_type(&mut self, ty: &'ast Type) {
        match ty {
            Type::Path(syn::TypePath {
                qself: Some(own),
                path,
            }) => self.qualified(own, path),
            Type::Macro(call) => self.call_of(&call.mac, Position::Type),
            _ => visit::visit_type(self, ty),
        }
    }

    fn visit_token_stream(&mut self, tokens: &'ast proc_macro2::TokenStream) {
        opaque::scan(tokens, &mut self.mentions, true);
    }

    fn visit_pat(&mut self, pattern: &'ast Pat) {
        match pattern {
            Pat::Ident(pattern) => {
                pattern
                    .attrs
                    .iter()
                    .for_each(|attribute| self.visit_attribute(attribute));
                self.bind(pattern);
            }
            Pat::Path(path) => match &path.qself {
                Some(own) => self.qualified(own, &path.path),
                None => self.visit_path(&path.path),
            },
            Pat::TupleStruct(syn::PatTupleStruct {
                qself: Some(own),
                path,
                elems,
                ..
            }) => {
                self.qualified(own, path);
                elems.iter().for_each(|element| self.visit_pat(element));
            }
            Pat::Struct(syn::PatStruct {
                qself: Some(own),
                path,
                fields,
                ..
            }) => {
                self.qualified(own, path);
                fields.iter().for_each(|field| self.visit_field_pat(field));
            }
            Pat::Macro(call) => self.call_of(&call.mac, Position::Pattern),
            Pat::Verbatim(tokens) => self.visit_token_stream(tokens),
            _ => visit::visit_pat(self, pattern),
        }
    }

    fn visit_field_pat(&mut self, field: &'ast syn::FieldPat) {
        match (&field.colon_token, &*field.pat) {
            // a shorthand field always binds
            (None, Pat::Ident(pattern)) => self.scope.bind(names::symbol(&pattern.ident)),
            _ => visit::visit_field_pat(self, field),
        }
    }

    fn visit_block(&mut self, block: &'ast syn::Block) {
        self.scope.enter(block.stmts.iter().any(may_define));
        block
            .stmts
            .iter()
            .for_each(|statement| self.visit_stmt(statement));
        self.scope.leave();
    }

    fn visit_stmt(&mut self, statement: &'ast Stmt) {
        match statement {
            Stmt::Item(item) => {
                let lowered = items::lower(self.source, item, self.owned);
                self.nested.extend(lowered);
            }
            Stmt::Macro(statement) => {
                statement
                    .attrs
                    .iter()
                    .for_each(|attribute| self.visit_attribute(attribute));
                self.call_of(&statement.mac, Position::Expression);
            }
            _ => visit::visit_stmt(self, statement),
        }
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        local
            .attrs
            .iter()
            .for_each(|attribute| self.visit_attribute(attribute));
        let mut diverges = false;
        if let Some(init) = &local.init {
            self.visit_expr(&init.expr);
            if let Some((_, diverge)) = &init.diverge {
                self.visit_expr(diverge);
                diverges = true;
            }
        }
        if diverges {
            self.refutable(&local.pat);
        } else {
            self.irrefutable(&local.pat);
        }
    }

    fn visit_expr(&mut self, expression: &'ast Expr) {
        match expression {
            Expr::Path(path) => self.value_path(path),
            Expr::Macro(call) => self.call_of(&call.mac, Position::Expression),
            Expr::Verbatim(tokens) => self.visit_token_stream(tokens),
            Expr::MethodCall(call) => {
                self.mentions
                    .method(names::symbol(&call.method), call.args.len());
                visit::visit_expr_method_call(self, call);
            }
            Expr::Call(call) => self.call(call),
            Expr::If(branch) => {
                self.branch(&branch.cond, &branch.then_branch);
                if let Some((_, otherwise)) = &branch.else_branch {
                    self.visit_expr(otherwise);
                }
            }
            Expr::While(ring) => self.branch(&ring.cond, &ring.body),
            Expr::ForLoop(ring) => self.for_loop(ring),
            Expr::Closure(closure) => self.closure(closure),
            Expr::Let(binding) => {
                self.visit_expr(&binding.expr);
                self.refutable(&binding.pat);
            }
            Expr::Struct(syn::ExprStruct {
                qself: Some(own),
                path,
                fields,
                rest,
                ..
            }) => {
                self.qualified(own, path);
                fields
                    .iter()
                    .for_each(|field| self.visit_field_value(field));
                if let Some(rest) = rest {
                    self.visit_expr(rest);
                }
            }
            _ => visit::visit_expr(self, expression),
        }
    }

    fn visit_arm(&mut self, arm: &'ast syn::Arm) {
        self.scope.enter(false);
        arm.attrs
            .iter()
            .for_each(|attribute| self.visit_attribute(attribute));
        self.refutable(&arm.pat);
        if let Some((_, guard)) = &arm.guard {
            self.visit_expr(guard);
        }
        self.visit_expr(&arm.body);
        self.scope.leave();
    }
}
