//! Inline captures of format strings.

use super::ir::Symbol;

/// The names that a format string takes from its surroundings: `{name}`, `{name:?}`, `{:width$}`, `{:.prec$}`.
pub(super) fn captures(text: &str) -> Vec<Symbol> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        rest = &rest[open + 1..];
        if let Some(after) = rest.strip_prefix('{') {
            rest = after;
            continue;
        }
        let Some(close) = rest.find('}') else { break };
        placeholder(&rest[..close], &mut found);
        rest = &rest[close + 1..];
    }
    found
}

fn placeholder(text: &str, found: &mut Vec<Symbol>) {
    let (argument, format) = text.split_once(':').unwrap_or((text, ""));
    name(argument.trim(), found);
    for part in format.split_inclusive('$') {
        let Some(part) = part.strip_suffix('$') else {
            continue;
        };
        let start = part.rfind(|c: char| !is_name(c)).map_or(0, |at| {
            at + part[at..].chars().next().map_or(1, char::len_utf8)
        });
        // a fill or flag may stand right before: `{:<width$}`, `{:0width$}`, `{:#xwidth$}` all end in the name
        name(
            part[start..].trim_start_matches(|c: char| c.is_ascii_digit()),
            found,
        );
    }
}

fn is_name(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

fn name(text: &str, found: &mut Vec<Symbol>) {
    let text = text.strip_prefix("r#").unwrap_or(text);
    let starts = text.starts_with(|c: char| c == '_' || c.is_alphabetic());
    if starts && text.chars().all(is_name) {
        found.push(Symbol::from(text));
    }
}
