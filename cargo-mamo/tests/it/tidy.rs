//! The house's rules (see `docs/architecture.md`), as far as a test can hold them.

use std::path::{Path, PathBuf};

/// Modules that are values in, values out.
const PURE: [&str; 6] = [
    "plan.rs",
    "reason.rs",
    "filters.rs",
    "resolve",
    "graph",
    "resolve.rs",
];
const IMPURE: [&str; 4] = ["std::fs", "std::env::", "std::process::", "SystemTime::"];
/// Files still to be parted along a noun: none may grow, and no file joins them.
const STILL_LONG: [(&str, usize); 2] = [("syntax/body.rs", 410), ("syntax/items.rs", 480)];
const FORBIDDEN: [&str; 8] = [
    "util", "utils", "helper", "helpers", "common", "misc", "manager", "handler",
];

fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut open = vec![root.clone()];
    while let Some(dir) = open.pop() {
        for path in std::fs::read_dir(dir)
            .unwrap()
            .map(|entry| entry.unwrap().path())
        {
            let name = path.strip_prefix(&root).unwrap();
            let name = name.to_string_lossy().replace('\\', "/");
            let is_test = name.contains("/tests/") || name.ends_with("/tests.rs");
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") && !is_test {
                found.push((name, std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found
}

/// The text without its unit tests and comments.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    text.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n")
}

/// Offences of all files, by a rule on name and text.
fn offences(rule: impl Fn(&str, &str) -> Option<String>) -> Vec<String> {
    sources()
        .iter()
        .filter_map(|(name, text)| rule(name, text).map(|said| format!("{name}: {said}")))
        .collect()
}

fn assert_none(offences: &[String]) {
    assert!(offences.is_empty(), "\n{}", offences.join("\n"));
}

#[test]
fn every_file_opens_with_its_purpose_and_is_short_enough_to_read() {
    assert_none(&offences(|name, text| {
        let body = text.split("#[cfg(test)]\nmod").next().unwrap_or_default();
        let lines = body.lines().count();
        let limit = STILL_LONG.iter().find(|(long, _)| *long == name);
        let limit = limit.map_or(400, |(_, limit)| *limit);
        if text.starts_with("//! ") {
            (lines > limit).then(|| format!("{lines} lines, {limit} allowed"))
        } else {
            Some("does not open with //!".to_string())
        }
    }));
}

#[test]
fn only_syntax_names_syn() {
    assert_none(&offences(|name, text| {
        let inside = name.starts_with("syntax");
        (!inside && code(text).contains("syn::")).then(|| "names syn".to_string())
    }));
}

#[test]
fn only_cargo_starts_processes_but_for_git() {
    assert_none(&offences(|name, text| {
        let code = code(text).replace("Command::new(\"git\")", "");
        let starts = code.contains("Command::new(") && !name.starts_with("cargo");
        starts.then(|| "starts a process".to_string())
    }));
}

#[test]
fn only_the_shell_prints() {
    assert_none(&offences(|name, text| {
        let code = code(text);
        let prints = ["println!(", "print!(", "eprintln!(", "eprint!("]
            .iter()
            .any(|call| code.contains(call));
        let may = ["shell.rs", "build_script.rs"].contains(&name);
        (prints && !may).then(|| "prints".to_string())
    }));
}

#[test]
fn pure_modules_touch_no_file_clock_or_environment() {
    assert_none(&offences(|name, text| {
        let pure = PURE
            .iter()
            .any(|module| name == *module || name.starts_with(&format!("{module}/")));
        let touched = IMPURE.iter().find(|word| code(text).contains(**word));
        touched.filter(|_| pure).map(|word| format!("names {word}"))
    }));
}

#[test]
fn no_module_is_named_for_nothing() {
    assert_none(&offences(|name, _| {
        let path = PathBuf::from(name);
        let stem = path.file_stem()?.to_string_lossy().into_owned();
        (FORBIDDEN.contains(&stem.as_str()) || stem == "mod")
            .then(|| "is a name that says nothing".to_string())
    }));
}
