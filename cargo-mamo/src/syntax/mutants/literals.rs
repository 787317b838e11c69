//! Another literal in the place of one.

use syn::Lit;

/// A literal of the same type with another value, given the literal and its text.
pub(super) fn other(literal: &Lit, text: &str) -> Option<String> {
    match literal {
        Lit::Bool(literal) => Some((!literal.value).to_string()),
        Lit::Int(literal) => integer(literal),
        Lit::Float(literal) => {
            let value: f64 = literal.base10_parse().ok()?;
            Some(format!("{:?}{}", value + 1.0, literal.suffix()))
        }
        Lit::Str(_) | Lit::ByteStr(_) if text.ends_with('"') && !text.contains("r\"") => {
            Some(format!("{}~\"", &text[..text.len() - 1]))
        }
        Lit::Char(literal) => Some(if literal.value() == '~' {
            "'^'".into()
        } else {
            "'~'".into()
        }),
        Lit::Byte(literal) => Some(if literal.value() == b'~' {
            "b'^'".into()
        } else {
            "b'~'".into()
        }),
        _ => None,
    }
}

/// One more; one less where one more may not fit its type.
fn integer(literal: &syn::LitInt) -> Option<String> {
    let value: u128 = literal.base10_parse().ok()?;
    let full = value > 1 && (value + 1).is_power_of_two() && value >= 127;
    let other = if full { value - 1 } else { value + 1 };
    Some(format!("{other}{}", literal.suffix()))
}
