//! Inside bodies: nested items get a block scope, macros are expanded, and what remains is what a node names.

use super::modules::{Directory, include_path};
use super::names::Names;
use super::program::{MacroScope, NodeId, ScopeId};
use super::walk::{Place, Walker, macros_by_path};
use crate::syntax::ir::{FileArgument, ItemKind, Lowered, MacroCall, Mention};

/// Macro calls inside macro calls deeper than this stay opaque.
const MAX_EXPANSION_DEPTH: u32 = 64;

/// Expands the body of every node of the walker's crate, nested items included.
pub fn expand_bodies(walker: &mut Walker<'_, '_>) {
    let mut at = 0;
    while at < walker.program.crates[walker.krate].nodes.len() {
        let node = walker.program.crates[walker.krate].nodes[at];
        expand_body(walker, node);
        at += 1;
    }
}

fn expand_body(walker: &mut Walker<'_, '_>, node: NodeId) {
    let item = walker.program.nodes[node as usize].item;
    let mut macros = walker.program.nodes[node as usize].macros;
    if !item.nested.is_empty() {
        walk_block(walker, node, &item.nested, &mut macros);
    }
    let made = std::mem::take(&mut walker.program.nodes[node as usize].mentions);
    let mut mentions =
        Vec::with_capacity(made.len() + item.signature_mentions.len() + item.body_mentions.len());
    let own = item.signature_mentions.iter().chain(&item.body_mentions);
    for mention in own.chain(made) {
        flatten(walker, node, mention, &mut macros, 0, &mut mentions);
    }
    let code = mentions.iter().filter_map(|mention| match mention {
        Mention::Code(argument) => Some(argument),
        _ => None,
    });
    for argument in code.collect::<Vec<_>>() {
        follow_include(walker, node, argument, &mut macros, &mut mentions);
    }
    walker.program.nodes[node as usize].mentions = mentions;
}

/// Adds what an `include!` in the body of `node` names: an expression, or items of the block.
fn follow_include<'a>(
    walker: &mut Walker<'_, 'a>,
    node: NodeId,
    argument: &FileArgument,
    macros: &mut MacroScope,
    into: &mut Vec<&'a Mention>,
) {
    let file = walker.program.nodes[node as usize].file;
    let base = walker.program.files[file as usize].path.clone();
    let path = include_path(&base, argument, walker.env);
    let Some(loaded) = path.and_then(|path| (walker.load)(&path)) else {
        let base = base.display();
        walker.unseen(format!("an `include!` in `{base}` cannot be followed"));
        return;
    };
    let included = &loaded.file;
    if included.error.is_none() {
        walk_block(walker, node, &included.items, macros);
        return;
    }
    if included.items.is_empty() {
        let path = loaded.path.display();
        walker.unseen(format!(
            "`{path}`, which is included, cannot be read as code"
        ));
    }
    // An expression is no file of items: all that it names counts.
    for item in &included.items {
        for mention in item.signature_mentions.iter().chain(&item.body_mentions) {
            flatten(walker, node, mention, macros, 1, into);
        }
    }
}

/// Walks items nested in the body of `node` in a block scope of its own.
fn walk_block<'a>(
    walker: &mut Walker<'_, 'a>,
    node: NodeId,
    items: &'a [crate::syntax::ir::Item],
    macros: &mut MacroScope,
) {
    let scope = block_of(walker, node);
    let owner = &walker.program.nodes[node as usize];
    let (file, lines) = (owner.file, owner.lines);
    let directory = Directory::of_root(&walker.program.files[file as usize].path);
    let place = Place {
        scope,
        file,
        directory,
        made_by: None,
        lines,
        parent: None,
    };
    walker.walk_items(items, &place, macros);
}

/// The block scope of a node, made on first use.
fn block_of(walker: &mut Walker<'_, '_>, node: NodeId) -> ScopeId {
    let owner = &walker.program.nodes[node as usize];
    if owner.scope != owner.home {
        return owner.scope;
    }
    let path = format!(
        "{}::{}",
        walker.program.scopes[owner.home as usize].path, owner.item.name
    );
    let (krate, home) = (owner.krate, owner.home);
    let scope = walker.program.add_scope(krate, Some(home), true, path);
    walker.program.nodes[node as usize].scope = scope;
    scope
}

/// Adds `mention` to `into`, macros replaced by what they make.
fn flatten<'a>(
    walker: &mut Walker<'_, 'a>,
    node: NodeId,
    mention: &'a Mention,
    macros: &mut MacroScope,
    depth: u32,
    into: &mut Vec<&'a Mention>,
) {
    let Mention::Macro(call) = mention else {
        into.push(mention);
        return;
    };
    // The call itself stays: its path is a name too.
    into.push(mention);
    let definitions = definitions_of(walker, node, call, *macros);
    if definitions.is_empty() {
        let lowered = call
            .plain
            .as_ref()
            .unwrap_or_else(|| walker.expansions.opaque(&call.tokens));
        flatten_all(walker, node, lowered, macros, depth + 1, into);
        return;
    }
    for definition in definitions {
        walker.program.nodes[node as usize]
            .expanded
            .push(definition);
        let expanded = match depth {
            0..MAX_EXPANSION_DEPTH => walker.expansions.expand(walker.program, definition, call),
            _ => None,
        };
        if let Some(lowered) = expanded {
            flatten_all(walker, node, lowered, macros, depth + 1, into);
        } else {
            flatten_opaque(walker, call, definition, into);
        }
    }
}

fn flatten_all<'a>(
    walker: &mut Walker<'_, 'a>,
    node: NodeId,
    lowered: &'a Lowered,
    macros: &mut MacroScope,
    depth: u32,
    into: &mut Vec<&'a Mention>,
) {
    if !lowered.items.is_empty() {
        walk_block(walker, node, &lowered.items, macros);
    }
    for mention in &lowered.mentions {
        flatten(walker, node, mention, macros, depth, into);
    }
}

/// Neither expanded nor plain: every identifier of the call and of the rules counts.
fn flatten_opaque<'a>(
    walker: &mut Walker<'_, 'a>,
    call: &'a MacroCall,
    definition: NodeId,
    into: &mut Vec<&'a Mention>,
) {
    into.extend(&walker.expansions.opaque(&call.tokens).mentions);
    if let ItemKind::MacroRules { rules, .. } = &walker.program.nodes[definition as usize].item.kind
    {
        into.extend(&walker.expansions.opaque(rules).mentions);
    }
}

/// Local definitions that a call in a body can mean.
fn definitions_of(
    walker: &mut Walker<'_, '_>,
    node: NodeId,
    call: &MacroCall,
    macros: MacroScope,
) -> Vec<NodeId> {
    if let [name] = call.path.segments.as_slice()
        && !call.path.global
    {
        let textual = walker.program.textual_macros(macros, *name);
        if !textual.is_empty() {
            return textual;
        }
    }
    let mut scope = walker.program.nodes[node as usize].scope;
    let block = &walker.program.scopes[scope as usize];
    if block.block && block.imports.is_empty() && block.globs.is_empty() {
        scope = walker.program.module_of(scope);
    }
    let program = &*walker.program;
    let key = (scope, call.path.clone());
    let found = walker.by_path.entry(key);
    found
        .or_insert_with_key(|(scope, path)| {
            macros_by_path(program, &Names::new(program), *scope, path)
        })
        .clone()
}
