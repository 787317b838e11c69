//! What `cargo metadata` does not tell and a manifest does: harness flags, panic strategy, member patterns.

use crate::fingerprint::Fingerprint;
use cargo_metadata::Package;
use std::path::{Path, PathBuf};
use toml::{Table, Value};

/// Reads a manifest; what cargo accepted and we cannot read is taken as empty.
pub fn read(path: &Path) -> Table {
    std::fs::read_to_string(path)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or_default()
}

/// Does the target use libtest's harness? `section` is `lib`, `bin`, `test`, `example` or `bench`.
pub fn harness(manifest: &Table, section: &str, name: &str) -> bool {
    let flag = |table: &Value| table.get("harness").and_then(Value::as_bool);
    match manifest.get(section) {
        Some(Value::Array(all)) => {
            let named = |table: &&Value| table.get("name").and_then(Value::as_str) == Some(name);
            all.iter().find(named).and_then(flag).unwrap_or(true)
        }
        Some(table) => flag(table).unwrap_or(true),
        None => true,
    }
}

/// The digest of what code can read of its manifest through `CARGO_PKG_*`, and what of it can change behaviour.
pub fn digest(package: &Package) -> Fingerprint {
    let parts = [
        package.name.to_string(),
        package.version.to_string(),
        package.authors.join(":"),
        package.description.clone().unwrap_or_default(),
        package.homepage.clone().unwrap_or_default(),
        package.repository.clone().unwrap_or_default(),
        package.license.clone().unwrap_or_default(),
        package
            .license_file
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
        package
            .readme
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
        package
            .rust_version
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
        package.links.clone().unwrap_or_default(),
        package.edition.to_string(),
    ];
    Fingerprint::of_parts(parts.iter().map(String::as_bytes))
}

/// The panic strategy of a profile by the workspace's manifest.
pub fn panic_strategy(manifest: &Table, profile: &str) -> Option<String> {
    let table = manifest.get("profile")?.get(profile);
    let own = table
        .and_then(|table| table.get("panic"))
        .and_then(Value::as_str);
    let parent = table
        .and_then(|table| table.get("inherits"))
        .and_then(Value::as_str);
    own.map(str::to_owned).or_else(|| {
        let parent = parent.or(match profile {
            "test" => Some("dev"),
            "bench" => Some("release"),
            _ => None,
        })?;
        panic_strategy(manifest, parent)
    })
}

/// What decides which targets a package has: the names in the directories that cargo looks into.
pub fn discovered(dir: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = ["src/lib.rs", "src/main.rs", "build.rs"]
        .map(|name| dir.join(name))
        .into();
    found.retain(|path| path.exists());
    for sub in ["src/bin", "tests", "examples", "benches"] {
        let Ok(read) = std::fs::read_dir(dir.join(sub)) else {
            continue;
        };
        let paths = read.flatten().map(|entry| entry.path());
        found
            .extend(paths.filter(|p| {
                p.extension().is_some_and(|e| e == "rs") || p.join("main.rs").exists()
            }));
    }
    found.sort();
    found
}

/// Where the manifest of the workspace may be that a package in `dir` belongs to.
pub fn above(dir: &Path) -> Vec<PathBuf> {
    let manifest = read(&dir.join("Cargo.toml"));
    let package = manifest.get("package");
    let named = package.and_then(|package| package.get("workspace")?.as_str());
    let named = named.map(|path| dir.join(path).join("Cargo.toml"));
    let above = dir.ancestors().skip(1).map(|dir| dir.join("Cargo.toml"));
    above.chain(named).collect()
}

/// The directories whose names decide on [`discovered`] and [`candidates`].
pub fn looked_into(dir: &Path) -> Vec<PathBuf> {
    let mut found = vec![dir.to_path_buf(), dir.join("src")];
    for sub in ["src/bin", "tests", "examples", "benches"] {
        let sub = dir.join(sub);
        found.extend(directories(&sub));
        found.push(sub);
    }
    for (base, depth) in patterns(dir) {
        found.push(base.clone());
        let mut level = vec![base];
        for _ in 0..depth {
            level = level.iter().flat_map(|dir| directories(dir)).collect();
            found.extend(level.iter().cloned());
        }
    }
    found
}

fn directories(dir: &Path) -> Vec<PathBuf> {
    let read = std::fs::read_dir(dir).into_iter().flatten().flatten();
    let paths = read.map(|entry| entry.path());
    paths.filter(|path| path.is_dir()).collect()
}

/// Manifests that the root's `members` patterns may name now: those below each directory that an open pattern lists.
pub fn candidates(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for (dir, depth) in patterns(root) {
        below(&dir, depth, &mut found);
    }
    found.sort();
    found.dedup();
    found
}

/// What stands for more than itself in a pattern of `members`.
const OPEN: [char; 3] = ['*', '?', '['];

/// The fixed part of every `members` pattern that is open, and how many levels below it the pattern goes.
fn patterns(root: &Path) -> Vec<(PathBuf, usize)> {
    let manifest = read(&root.join("Cargo.toml"));
    let members = manifest
        .get("workspace")
        .and_then(|w| w.get("members"))
        .and_then(Value::as_array);
    let texts = members.into_iter().flatten().filter_map(Value::as_str);
    let open = texts.filter(|pattern| pattern.contains(OPEN));
    open.map(|pattern| {
        let fixed = pattern.split(OPEN).next().unwrap_or_default();
        let dir = root.join(fixed.rsplit_once('/').map_or("", |(dir, _)| dir));
        (dir, pattern.matches('/').count() + 1)
    })
    .collect()
}

fn below(dir: &Path, depth: usize, found: &mut Vec<PathBuf>) {
    for path in directories(dir) {
        let manifest = path.join("Cargo.toml");
        if manifest.exists() {
            found.push(manifest);
        }
        if depth > 1 {
            below(&path, depth - 1, found);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn harness_and_panic_follow_the_manifest() {
        let manifest: Table =
            "[[test]]\nname = 'own'\nharness = false\n[profile.dev]\npanic = 'abort'"
                .parse()
                .unwrap();
        assert!(!harness(&manifest, "test", "own"));
        assert!(harness(&manifest, "test", "other"));
        assert_eq!(panic_strategy(&manifest, "test").as_deref(), Some("abort"));
        assert_eq!(panic_strategy(&manifest, "release"), None);
    }
}
