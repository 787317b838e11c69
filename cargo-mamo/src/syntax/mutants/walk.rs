//! The walk over a parsed file that finds what can be changed.
//!
//! What a change counts as depends on where it lies: an operator in a body is an operator, in an impl of a trait it is
//! that impl. Attributes, types and whatever is compiled for tests alone are passed by.

use super::{Edit, Kind, derives, literals, returns, tokens};
use quote::ToTokens;
use std::ops::Range;
use syn::visit::{self, Visit};
use syn::{Attribute, BinOp, Block, Expr, Generics, Item, Signature, UnOp};

/// Gathers edits.
pub(super) struct Walk<'t> {
    text: &'t str,
    /// What every change here counts as; `None` where it counts as what it is.
    place: Option<Kind>,
    found: Vec<Edit>,
}

impl<'t> Walk<'t> {
    /// Every change to `file`, parsed from `text`.
    pub(super) fn over(text: &'t str, file: &syn::File) -> Vec<Edit> {
        let mut walk = Self {
            text,
            place: None,
            found: Vec::new(),
        };
        walk.visit_file(file);
        walk.found
    }

    fn add(&mut self, kind: Kind, range: Range<usize>, new: &str) {
        let Some(old) = self.text.get(range.clone()) else {
            return;
        };
        if old == new || range.is_empty() && new.is_empty() {
            return;
        }
        let missing = old
            .matches('\n')
            .count()
            .saturating_sub(new.matches('\n').count());
        let text = format!("{new}{}", "\n".repeat(missing));
        self.found.push(Edit {
            kind: self.place.unwrap_or(kind),
            range,
            text,
        });
    }

    fn within(&mut self, place: Option<Kind>, walk: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.place, place);
        walk(self);
        self.place = before;
    }

    fn body(&mut self, signature: &Signature, block: &Block) {
        if let Some(range) = range_of(block) {
            let old = self.text.get(range.clone()).unwrap_or_default();
            for body in returns::bodies(&signature.output, old) {
                if !(block.stmts.is_empty() && body == "{}") {
                    self.add(Kind::Return, range.clone(), &body);
                }
            }
        }
        visit::visit_block(self, block);
    }

    fn derived(
        &mut self,
        item: &impl ToTokens,
        attributes: &[Attribute],
        name: &syn::Ident,
        generics: &Generics,
    ) {
        let Some(end) = range_of(item).map(|range| range.end) else {
            return;
        };
        for attribute in attributes
            .iter()
            .filter(|attribute| attribute.path().is_ident("derive"))
        {
            let Some(at) = range_of(attribute) else {
                continue;
            };
            for (kind, left, behind) in derives::without_each(attribute, name, generics) {
                let rest = self.text.get(at.end..end).unwrap_or_default().to_string();
                self.within(None, |walk| {
                    walk.add(kind, at.start..end, &format!("{left}{rest}{behind}"));
                });
            }
        }
    }

    fn tokens(&mut self, kind: Kind, tokens: proc_macro2::TokenStream) {
        let mut places = Vec::new();
        tokens::places(tokens, self.text, &mut places);
        for (range, new) in places {
            self.add(kind, range, &new);
        }
    }
}

impl<'ast> Visit<'ast> for Walk<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        if !attributes(item).iter().any(is_for_tests) {
            visit::visit_item(self, item);
        }
    }

    fn visit_attribute(&mut self, _: &'ast Attribute) {}

    fn visit_type(&mut self, _: &'ast syn::Type) {}

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.within(None, |walk| walk.body(&item.sig, &item.block));
    }

    fn visit_item_const(&mut self, item: &'ast syn::ItemConst) {
        self.within(Some(Kind::Const), |walk| walk.visit_expr(&item.expr));
    }

    fn visit_item_static(&mut self, item: &'ast syn::ItemStatic) {
        self.within(Some(Kind::Static), |walk| walk.visit_expr(&item.expr));
    }

    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        self.derived(item, &item.attrs, &item.ident, &item.generics);
    }

    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        self.derived(item, &item.attrs, &item.ident, &item.generics);
        let plain = item
            .variants
            .iter()
            .all(|variant| variant.fields.is_empty() && variant.discriminant.is_none());
        if let Some(last) = item.variants.last().filter(|_| plain)
            && let Some(range) = range_of(&last.ident)
        {
            self.within(None, |walk| {
                walk.add(Kind::Discriminant, range, &format!("{} = 77", last.ident));
            });
        }
        for (_, value) in item
            .variants
            .iter()
            .filter_map(|variant| variant.discriminant.as_ref())
        {
            self.within(Some(Kind::Discriminant), |walk| walk.visit_expr(value));
        }
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        let of_trait = item.trait_.is_some();
        let place = of_trait.then_some(Kind::TraitImpl);
        for member in &item.items {
            let attributes: &[Attribute] = match member {
                syn::ImplItem::Fn(method) => &method.attrs,
                syn::ImplItem::Const(member) => &member.attrs,
                _ => &[],
            };
            if attributes.iter().any(is_for_tests) {
                continue;
            }
            match member {
                syn::ImplItem::Fn(method) => {
                    self.within(place, |walk| walk.body(&method.sig, &method.block));
                    if let Some(range) = range_of(method).filter(|_| of_trait) {
                        self.within(None, |walk| walk.add(Kind::OverrideRemoved, range, ""));
                    }
                }
                syn::ImplItem::Const(member) => {
                    self.within(Some(Kind::Const), |walk| walk.visit_expr(&member.expr));
                }
                _ => {}
            }
        }
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        if let Some(block) = &item.default {
            self.within(Some(Kind::TraitDefault), |walk| walk.body(&item.sig, block));
        }
    }

    fn visit_trait_item_const(&mut self, item: &'ast syn::TraitItemConst) {
        if let Some((_, value)) = &item.default {
            self.within(Some(Kind::TraitDefault), |walk| walk.visit_expr(value));
        }
    }

    fn visit_item_macro(&mut self, item: &'ast syn::ItemMacro) {
        let sides = if item.mac.path.is_ident("macro_rules") {
            tokens::right_sides(item.mac.tokens.clone())
        } else {
            vec![item.mac.tokens.clone()]
        };
        for side in sides {
            self.within(None, |walk| walk.tokens(Kind::Macro, side));
        }
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        self.tokens(Kind::Literal, call.tokens.clone());
    }

    fn visit_expr_lit(&mut self, literal: &'ast syn::ExprLit) {
        let Some(range) = range_of(literal) else {
            return;
        };
        let old = self.text.get(range.clone()).unwrap_or_default();
        if let Some(new) = literals::other(&literal.lit, old) {
            self.add(Kind::Literal, range, &new);
        }
    }

    fn visit_expr_binary(&mut self, binary: &'ast syn::ExprBinary) {
        if let (Some(new), Some(range)) = (operator(&binary.op), range_of(binary.op)) {
            self.add(Kind::Operator, range, new);
        }
        visit::visit_expr_binary(self, binary);
    }

    fn visit_expr_unary(&mut self, unary: &'ast syn::ExprUnary) {
        if let (UnOp::Not(_) | UnOp::Neg(_), Some(range)) = (&unary.op, range_of(unary.op)) {
            self.add(Kind::Unary, range, "");
        }
        visit::visit_expr_unary(self, unary);
    }

    fn visit_expr_if(&mut self, choice: &'ast syn::ExprIf) {
        if let Some(range) = range_of(&choice.cond).filter(|_| !has_let(&choice.cond)) {
            let old = self.text.get(range.clone()).unwrap_or_default().to_string();
            self.add(Kind::Condition, range, &format!("!({old})"));
        }
        visit::visit_expr_if(self, choice);
    }

    fn visit_arm(&mut self, arm: &'ast syn::Arm) {
        if let Some(range) = arm.guard.as_ref().and_then(|(_, guard)| range_of(guard)) {
            self.add(Kind::Guard, range.clone(), "true");
            self.add(Kind::Guard, range, "false");
        }
        visit::visit_arm(self, arm);
    }
}

fn has_let(condition: &Expr) -> bool {
    match condition {
        Expr::Let(_) => true,
        Expr::Binary(binary) => has_let(&binary.left) || has_let(&binary.right),
        _ => false,
    }
}

fn operator(operator: &BinOp) -> Option<&'static str> {
    Some(match operator {
        BinOp::Add(_) => "-",
        BinOp::Sub(_) | BinOp::Mul(_) => "+",
        BinOp::Div(_) | BinOp::Rem(_) => "*",
        BinOp::And(_) => "||",
        BinOp::Or(_) => "&&",
        BinOp::BitXor(_) | BinOp::BitAnd(_) => "|",
        BinOp::BitOr(_) => "&",
        BinOp::Shl(_) => ">>",
        BinOp::Shr(_) => "<<",
        BinOp::Eq(_) => "!=",
        BinOp::Ne(_) => "==",
        BinOp::Lt(_) => "<=",
        BinOp::Le(_) => "<",
        BinOp::Gt(_) => ">=",
        BinOp::Ge(_) => ">",
        BinOp::AddAssign(_) => "-=",
        BinOp::SubAssign(_) | BinOp::MulAssign(_) => "+=",
        BinOp::BitOrAssign(_) => "&=",
        BinOp::BitAndAssign(_) => "|=",
        _ => return None,
    })
}

/// The bytes from the first to the last token.
fn range_of(tokens: impl ToTokens) -> Option<Range<usize>> {
    let mut tokens = tokens.into_token_stream().into_iter();
    let first = tokens.next()?;
    let start = first.span().byte_range().start;
    let end = tokens.last().unwrap_or(first).span().byte_range().end;
    (start < end).then_some(start..end)
}

/// `#[test]`, `#[bench]` and their like, and every cfg that names `test`.
fn is_for_tests(attribute: &Attribute) -> bool {
    let words = ["test", "bench", "rstest", "test_case", "quickcheck"];
    let named = words.contains(&crate::syntax::names::last(attribute.path()).as_str());
    named
        || attribute.path().is_ident("cfg")
            && attribute
                .meta
                .to_token_stream()
                .to_string()
                .contains("test")
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        _ => &[],
    }
}
