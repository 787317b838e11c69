//! Which variables around a block it uses, as far as names tell.
//!
//! A name that is bound nowhere in the block, stands for a value and is not called is taken for a variable, unless it is
//! written as constants are. The compiler checks the guess; where it is wrong, the user names the variables.

use proc_macro2::{TokenStream, TokenTree};
use std::collections::BTreeSet;
use syn::parse::Parser as _;
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{Error, Expr, ExprClosure, Ident, LitStr, Pat, Result, Token};

/// The variables, in the order of their first use.
pub(super) fn of(block: &ExprClosure) -> Result<Vec<Ident>> {
    let mut finder = Finder {
        scopes: vec![BTreeSet::new()],
        found: Vec::new(),
        receiver: None,
    };
    finder.visit_expr(&block.body);
    match finder.receiver {
        Some(receiver) => Err(Error::new_spanned(
            receiver,
            "bind what the block needs of `self` to a name before the cell: `let this = &*self;`",
        )),
        None => Ok(finder.found),
    }
}

struct Finder {
    /// Names bound inside the block, the innermost scope last.
    scopes: Vec<BTreeSet<String>>,
    found: Vec<Ident>,
    receiver: Option<Ident>,
}

impl Finder {
    fn within(&mut self, visit: impl FnOnce(&mut Self)) {
        self.scopes.push(BTreeSet::new());
        visit(self);
        self.scopes.pop();
    }

    fn used(&mut self, ident: &Ident) {
        let name = ident.to_string();
        let is_bound = self.scopes.iter().any(|scope| scope.contains(&name));
        let is_constant = name
            .trim_start_matches("r#")
            .starts_with(char::is_uppercase);
        if name == "self" {
            self.receiver.get_or_insert_with(|| ident.clone());
        } else if !is_bound && !is_constant && !self.found.contains(ident) {
            self.found.push(ident.clone());
        }
    }

    /// The arguments of a macro: as expressions if they read so, else by their tokens.
    fn macro_arguments(&mut self, tokens: &TokenStream) {
        let parser = Punctuated::<Expr, Token![,]>::parse_terminated;
        if let Ok(arguments) = parser.parse2(tokens.clone()) {
            for argument in &arguments {
                match argument {
                    // `name = value` in the arguments of a format names nothing but its value.
                    Expr::Assign(assign) => self.visit_expr(&assign.right),
                    other => self.visit_expr(other),
                }
            }
            self.inline(tokens);
            return;
        }
        let repeated = |input: syn::parse::ParseStream<'_>| {
            let value = input.parse::<Expr>()?;
            input.parse::<Token![;]>()?;
            Ok((value, input.parse::<Expr>()?))
        };
        if let Ok((value, count)) = repeated.parse2(tokens.clone()) {
            self.visit_expr(&value);
            self.visit_expr(&count);
        } else {
            self.tokens(tokens.clone());
        }
    }

    /// Captures inside the texts of formats: `{name}`, `{name:?}`.
    fn inline(&mut self, tokens: &TokenStream) {
        for token in tokens.clone() {
            let Ok(text) = syn::parse2::<LitStr>(token.into()) else {
                continue;
            };
            for part in text.value().replace("{{", "").split('{').skip(1) {
                let name = part.split(['}', ':']).next().unwrap_or_default().trim();
                if let Ok(ident) = syn::parse_str::<Ident>(name) {
                    self.used(&Ident::new(&ident.to_string(), text.span()));
                }
            }
        }
    }

    fn tokens(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        for (at, token) in tokens.iter().enumerate() {
            let punct = |at: usize, wanted: &[char]| matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if wanted.contains(&punct.as_char()));
            match token {
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Ident(ident) => {
                    let member = at > 0 && punct(at - 1, &['.', ':']);
                    let called = punct(at + 1, &['!', ':'])
                        || matches!(tokens.get(at + 1), Some(TokenTree::Group(_)));
                    let is_name = syn::parse_str::<Ident>(&ident.to_string()).is_ok();
                    if !member && !called && is_name {
                        self.used(ident);
                    }
                }
                _ => {}
            }
        }
    }

    fn bind(&mut self, pattern: &Pat) {
        struct Names<'a>(&'a mut BTreeSet<String>);
        impl Visit<'_> for Names<'_> {
            fn visit_pat_ident(&mut self, pattern: &syn::PatIdent) {
                self.0.insert(pattern.ident.to_string());
                visit::visit_pat_ident(self, pattern);
            }
        }
        if let Some(scope) = self.scopes.last_mut() {
            Names(scope).visit_pat(pattern);
        }
    }
}

impl<'ast> Visit<'ast> for Finder {
    fn visit_expr_path(&mut self, expression: &'ast syn::ExprPath) {
        if let (None, Some(ident)) = (&expression.qself, expression.path.get_ident()) {
            self.used(ident);
        }
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        // A function, or a variable that is called: then the compiler refuses, and the user names it.
        if !matches!(&*call.func, Expr::Path(_)) {
            self.visit_expr(&call.func);
        }
        call.args
            .iter()
            .for_each(|argument| self.visit_expr(argument));
    }

    fn visit_expr_struct(&mut self, expression: &'ast syn::ExprStruct) {
        visit::visit_expr_struct(self, expression);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        self.macro_arguments(&call.tokens);
    }

    fn visit_item(&mut self, _: &'ast syn::Item) {
        // An item captures nothing.
    }

    fn visit_block(&mut self, block: &'ast syn::Block) {
        self.within(|finder| visit::visit_block(finder, block));
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        if let Some(init) = &local.init {
            self.visit_expr(&init.expr);
            if let Some((_, diverge)) = &init.diverge {
                self.visit_expr(diverge);
            }
        }
        self.bind(&local.pat);
    }

    fn visit_expr_let(&mut self, condition: &'ast syn::ExprLet) {
        self.visit_expr(&condition.expr);
        self.bind(&condition.pat);
    }

    fn visit_expr_if(&mut self, branch: &'ast syn::ExprIf) {
        self.within(|finder| {
            finder.visit_expr(&branch.cond);
            finder.visit_block(&branch.then_branch);
        });
        if let Some((_, otherwise)) = &branch.else_branch {
            self.visit_expr(otherwise);
        }
    }

    fn visit_expr_while(&mut self, ring: &'ast syn::ExprWhile) {
        self.within(|finder| visit::visit_expr_while(finder, ring));
    }

    fn visit_expr_for_loop(&mut self, ring: &'ast syn::ExprForLoop) {
        self.visit_expr(&ring.expr);
        self.within(|finder| {
            finder.bind(&ring.pat);
            finder.visit_block(&ring.body);
        });
    }

    fn visit_arm(&mut self, arm: &'ast syn::Arm) {
        self.within(|finder| {
            finder.bind(&arm.pat);
            visit::visit_arm(finder, arm);
        });
    }

    fn visit_expr_closure(&mut self, closure: &'ast ExprClosure) {
        self.within(|finder| {
            closure.inputs.iter().for_each(|input| finder.bind(input));
            finder.visit_expr(&closure.body);
        });
    }

    fn visit_pat(&mut self, _: &'ast Pat) {
        // What a pattern names is bound, or a constant.
    }

    fn visit_type(&mut self, _: &'ast syn::Type) {
        // Types name no variables.
    }
}
