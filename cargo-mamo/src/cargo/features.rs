//! Whether fewer packages would be built with the same features.

use super::{Request, Workspace, command, output_of};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;

/// Does choosing `packages` leave every package that they need with the features that it has in the whole of `request`?
/// Where cargo cannot tell, they do not.
pub fn stay(workspace: &Workspace, request: &Request, packages: &[OsString]) -> bool {
    let part = features(workspace, request, packages);
    let whole = features(workspace, request, &request.packages);
    match (part, whole) {
        (Some(part), Some(whole)) => part
            .iter()
            .all(|(name, sets)| whole.get(name) == Some(sets)),
        _ => false,
    }
}

/// The sets of features that each package is built with.
fn features(
    workspace: &Workspace,
    request: &Request,
    packages: &[OsString],
) -> Option<BTreeMap<String, BTreeSet<String>>> {
    let mut cargo = command(&workspace.cwd, "tree");
    cargo.args(["--quiet", "--prefix", "none", "--format", "{p}|{f}"]);
    cargo.args(["--edges", "normal,build,dev"]);
    cargo.args(
        request
            .triple
            .iter()
            .flat_map(|triple| ["--target", triple]),
    );
    cargo
        .args(packages)
        .args(&request.features)
        .args(&request.general);
    Some(read(&output_of(&mut cargo).ok()?))
}

fn read(text: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut found = BTreeMap::<String, BTreeSet<String>>::new();
    for line in text.lines() {
        let line = line.strip_suffix(" (*)").unwrap_or(line);
        if let Some((package, features)) = line.rsplit_once('|') {
            let sets = found.entry(package.to_owned()).or_default();
            sets.insert(features.to_owned());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_may_be_built_with_several_sets() {
        let text = "a v1.0.0 (/w/a)|default\nb v1.0.0|std,x\nb v1.0.0|std\nb v1.0.0|std (*)\n\na v1.0.0 (/w/a)|default (*)\n";
        let found = read(text);
        assert_eq!(found.len(), 2);
        let sets: Vec<_> = found["b v1.0.0"].iter().map(String::as_str).collect();
        assert_eq!(sets, ["std", "std,x"]);
    }
}
