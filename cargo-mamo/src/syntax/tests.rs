//! What lowering and expansion claim.

mod attributes;
mod expansion;
mod items;
mod layout;
mod locals;
mod mentions;
mod robust;

use super::ir::{File, Item, ItemKind, Lowered, MacroCall, Mention, Position, Symbol};
use super::{expand, parse_file, parse_rules};

/// The lowered form of text that must parse.
fn parsed(text: &str) -> File {
    let file = parse_file(text);
    assert_eq!(file.error, None, "{text}");
    file
}

/// The only item of a text.
fn item(text: &str) -> Item {
    let mut items = parsed(text).items;
    assert_eq!(items.len(), 1, "{text}");
    items.remove(0)
}

/// Signature, body, and those of all members, for comparison.
fn own(text: &str) -> Vec<String> {
    parsed(text).items.iter().flat_map(own_of).collect()
}

fn own_of(item: &Item) -> Vec<String> {
    let mut found = vec![format!(
        "{} {:?} {:?}",
        item.name, item.signature, item.body
    )];
    for inner in members(item) {
        found.extend(own_of(inner));
    }
    found
}

/// Members of a trait or impl, items of an inline module.
fn members(item: &Item) -> &[Item] {
    match &item.kind {
        ItemKind::Trait { members, .. } => members,
        ItemKind::Impl(shape) => &shape.members,
        ItemKind::Mod {
            inline: Some(items),
        } => items,
        _ => &[],
    }
}

fn words(mentions: &[Mention]) -> Vec<String> {
    let mut found = Vec::new();
    for mention in mentions {
        match mention {
            Mention::Path(path) => {
                let global = if path.global { "::" } else { "" };
                let names: Vec<&str> = path.segments.iter().map(Symbol::as_str).collect();
                found.push(format!("{global}{}", names.join("::")));
            }
            Mention::Method { name, arity } => found.push(format!(".{name}/{arity}")),
            Mention::Associated(name) => found.push(format!("<>::{name}")),
            Mention::Loose(name) => found.push(format!("~{name}")),
            Mention::Macro(call) => {
                found.push(format!(
                    "{}!",
                    call.path
                        .segments
                        .last()
                        .map(Symbol::as_str)
                        .unwrap_or_default()
                ));
                found.extend(call.plain.iter().flat_map(|plain| words(&plain.mentions)));
            }
            other => found.push(format!("{other:?}")),
        }
    }
    found
}

/// What the body of `fn f(..)` names.
fn body(text: &str) -> Vec<String> {
    words(&item(text).body_mentions)
}

/// What the signature of an item names.
fn signature(text: &str) -> Vec<String> {
    words(&item(text).signature_mentions)
}

fn has(found: &[String], wanted: &str) -> bool {
    found.iter().any(|found| found == wanted)
}

/// Asserts that each of `wanted`, separated by spaces, was found.
#[track_caller]
fn assert_names(found: &[String], wanted: &str) {
    for wanted in wanted.split(' ') {
        assert!(has(found, wanted), "`{wanted}` is not in {found:?}");
    }
}

/// Asserts that none of `unwanted` was found.
#[track_caller]
fn assert_silent(found: &[String], unwanted: &str) {
    for unwanted in unwanted.split(' ') {
        assert!(!has(found, unwanted), "`{unwanted}` is in {found:?}");
    }
}

/// Expands the call that is the only item, or the only mention of the only function, of `call` by `rules`.
fn expanded(rules: &str, position: Position, tokens: &str) -> Option<Lowered> {
    let rules = parse_rules(rules).expect("the rules read");
    let call = MacroCall {
        path: super::ir::Path {
            global: false,
            segments: vec!["m".into()],
        },
        tokens: tokens.to_owned(),
        line: 10,
        position,
        digest: crate::fingerprint::Fingerprint::NONE,
        include: None,
        plain: None,
    };
    expand(&rules, &call, "__mamo_crate_k".into())
}
