//! Another body for a function, by the type that it is written to return.

use quote::ToTokens;
use syn::{GenericArgument, PathArguments, ReturnType, Type, TypePath};

/// Bodies that might stand for `block`, braces included.
pub(super) fn bodies(output: &ReturnType, block: &str) -> Vec<String> {
    let ReturnType::Type(_, output) = output else {
        return vec!["{}".to_string()];
    };
    values(output, block)
        .into_iter()
        .map(|value| format!("{{ {value} }}"))
        .collect()
}

fn values(output: &Type, block: &str) -> Vec<String> {
    let fixed = |all: &[&str]| all.iter().map(ToString::to_string).collect();
    match output {
        Type::Path(path) => of_path(path, block),
        Type::Reference(reference) if reference.mutability.is_none() => match &*reference.elem {
            Type::Path(path) if path.path.is_ident("str") => fixed(&["\"\"", "\"mutant\""]),
            Type::Slice(_) => fixed(&["&[]"]),
            _ => Vec::new(),
        },
        Type::Tuple(tuple) if tuple.elems.is_empty() => fixed(&["()"]),
        _ => Vec::new(),
    }
}

fn of_path(path: &TypePath, block: &str) -> Vec<String> {
    let Some(last) = path.path.segments.last() else {
        return Vec::new();
    };
    let fixed = |all: &[&str]| all.iter().map(ToString::to_string).collect();
    match last.ident.to_string().as_str() {
        "bool" => vec!["true".into(), "false".into(), format!("!({block})")],
        "u8" | "u16" | "u32" | "u64" | "u128" | "usize" | "i8" | "i16" | "i32" | "i64" | "i128"
        | "isize" => {
            vec!["0".into(), "1".into(), format!("({block}).wrapping_add(1)")]
        }
        "f32" | "f64" => fixed(&["0.0", "1.0"]),
        "char" => fixed(&["'~'"]),
        "String" => fixed(&["String::new()", "String::from(\"mutant\")"]),
        "Option" => fixed(&["None"]),
        "Vec" => fixed(&["Vec::new()"]),
        "Ordering" => vec![
            "::core::cmp::Ordering::Equal".into(),
            format!("({block}).reverse()"),
        ],
        "Result" => vec![format!("Ok({})", first_argument(&last.arguments))],
        _ => fixed(&["Default::default()"]),
    }
}

/// A value of the first type argument.
fn first_argument(arguments: &PathArguments) -> String {
    let PathArguments::AngleBracketed(arguments) = arguments else {
        return "()".to_string();
    };
    let Some(GenericArgument::Type(first)) = arguments.args.first() else {
        return "()".to_string();
    };
    if first.to_token_stream().to_string() == "()" {
        return "()".to_string();
    }
    values(first, "")
        .into_iter()
        .next()
        .unwrap_or_else(|| "Default::default()".to_string())
}
