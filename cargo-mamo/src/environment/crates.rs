//! What holds for a crate as built: features, edition, profile, manifest, locked packages, its build script's words.

use crate::facts::{Facts, LocalPackage, TargetKind, Unit, is_unit_hash};
use crate::fingerprint::Fingerprint;
use crate::graph::Graph;
use crate::resolve::program::CrateId;
use std::collections::{BTreeMap, BTreeSet};

/// Build directories carry a hash of cargo's in their names.
pub(super) fn without_hashes(path: &str) -> String {
    let strip = |segment: &str| match segment.rsplit_once('-') {
        Some((name, hash)) if is_unit_hash(hash) => name.to_owned(),
        None if is_unit_hash(segment) => String::new(),
        _ => segment.to_owned(),
    };
    path.split('/').map(strip).collect::<Vec<_>>().join("/")
}

/// Does cargo set the variable to a place on this machine?
pub(super) fn tells_places(name: &str) -> bool {
    let of_the_package = ["CARGO_PKG_", "CARGO_CRATE_", "CARGO_FEATURE_", "CARGO_CFG_"];
    let is_of_it = of_the_package.iter().any(|family| name.starts_with(family));
    name == "OUT_DIR" || (name.starts_with("CARGO") && !is_of_it)
}

pub(super) fn digest_lines(lines: &BTreeSet<String>) -> Fingerprint {
    Fingerprint::of_parts(lines.iter().map(String::as_bytes))
}

/// A package as labels name it: with its version where another has its name.
pub(super) fn named(facts: &Facts, package: usize) -> String {
    let package = &facts.packages[package];
    let namesakes = facts.packages.iter().filter(|it| it.name == package.name);
    if namesakes.count() > 1 {
        format!("{} {}", package.name, package.version)
    } else {
        package.name.clone()
    }
}

/// The local crates that a unit can name, and by which names. Of a crate that was built several times, which it is.
fn names(facts: &Facts, unit: &Unit) -> BTreeSet<String> {
    let is_built_twice = |dep: &Unit| {
        let same = |other: &&Unit| {
            (other.package, other.kind, &other.target, other.test)
                == (dep.package, dep.kind, &dep.target, dep.test)
        };
        facts.units.iter().filter(same).count() > 1
    };
    let deps = unit.deps.iter();
    let deps = deps.flat_map(|(name, units)| units.iter().map(move |dep| (name, *dep)));
    let lines = deps.map(|(name, dep)| {
        let dep = &facts.units[dep];
        let features = is_built_twice(dep).then_some(&dep.features);
        let package = named(facts, dep.package);
        format!(
            "{name} = {package} {:?} {} {features:?}",
            dep.kind, dep.target
        )
    });
    lines.collect()
}

/// How one crate was built.
pub(super) fn crate_parts(
    graph: &Graph<'_>,
    facts: &Facts,
    id: CrateId,
    unit: &Unit,
) -> BTreeMap<String, Fingerprint> {
    let package = facts.package_of(unit);
    let name = &named(facts, unit.package);
    let kind = format!("{:?}", unit.kind).to_lowercase();
    let mut parts = BTreeMap::new();
    let as_test = if unit.test { " as a test" } else { "" };
    let what = format!("{kind} `{}`{as_test}", unit.target);
    let features = Fingerprint::of_parts(unit.features.iter().map(String::as_bytes));
    parts.insert(format!("features of {what} in `{name}`"), features);
    let profile = [
        unit.edition.as_bytes(),
        unit.profile.as_bytes(),
        &graph.program.crates[id].attributes.0,
    ];
    parts.insert(
        format!("edition, profile and attributes of {what} in `{name}`"),
        Fingerprint::of_parts(profile),
    );
    parts.insert(format!("manifest of `{name}`"), package.manifest);
    parts.insert(
        format!("names of local crates for {what} in `{name}`"),
        digest_lines(&names(facts, unit)),
    );
    for dependency in &unit.external_deps {
        if let Some(locked) = package.external.get(dependency) {
            parts.insert(
                format!("dependency `{dependency}` of `{name}`"),
                digest_lines(locked),
            );
        }
    }
    if let Some(script) = package
        .build_script
        .as_ref()
        .filter(|_| unit.kind != TargetKind::BuildScript)
    {
        let said = script
            .cfgs
            .iter()
            .chain(&script.links)
            .map(String::as_bytes);
        parts.insert(
            format!("what the build script of `{name}` says"),
            Fingerprint::of_parts(said),
        );
        for (file, digest) in &script.out_files {
            parts.insert(format!("generated file `{file}` of `{name}`"), *digest);
        }
        for (variable, value) in &script.env {
            parts.insert(
                format!("build variable `{variable}` of `{name}`"),
                placeless(facts, package, value),
            );
        }
    }
    parts
}

/// The digest of a value with the places of this checkout taken out.
pub(super) fn placeless(facts: &Facts, package: &LocalPackage, value: &str) -> Fingerprint {
    let out_dir = package
        .build_script
        .as_ref()
        .and_then(|script| script.out_dir.as_ref());
    let out_dir = out_dir.map(|dir| (dir.as_path(), "<out>"));
    let own = [
        (package.dir.as_path(), "<package>"),
        (facts.workspace_root.as_path(), "<workspace>"),
    ];
    let built = facts.places_of_cargo();
    let mut text = value.to_owned();
    for (dir, name) in out_dir.into_iter().chain(built).chain(own) {
        text = text.replace(&*dir.to_string_lossy(), name);
    }
    Fingerprint::of_parts([b"set".as_slice(), text.as_bytes()])
}
