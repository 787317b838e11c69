//! Which crates a compilation can name.

use super::metadata::{Resolved, is_local};
use crate::facts::{Facts, TargetKind, Unit, UnitIndex};
use cargo_metadata::{DependencyKind, PackageId};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The plain units of libraries, by package.
type Libraries<'a> = HashMap<&'a PackageId, Vec<UnitIndex>>;

/// Says of each unit of `facts` what it can name: local crates, and others. `ids` are those of its packages.
pub fn link(facts: &mut Facts, resolved: &Resolved, ids: &[PackageId]) {
    let mut libraries = Libraries::new();
    for (index, unit) in facts.units.iter().enumerate() {
        if unit.is_library() && !unit.test {
            let units = libraries.entry(&ids[unit.package]).or_default();
            units.push(index);
        }
    }
    let linked: Vec<_> = facts
        .units
        .iter()
        .map(|unit| linked(unit, &ids[unit.package], facts, resolved, &libraries))
        .collect();
    for (unit, (deps, external)) in facts.units.iter_mut().zip(linked) {
        unit.deps = deps;
        unit.external_deps = external;
    }
}

fn linked(
    unit: &Unit,
    id: &PackageId,
    facts: &Facts,
    resolved: &Resolved,
    libraries: &Libraries<'_>,
) -> (BTreeMap<String, Vec<UnitIndex>>, BTreeSet<String>) {
    let development = unit.test
        || matches!(
            unit.kind,
            TargetKind::Test | TargetKind::Example | TargetKind::Bench
        );
    let wanted = |kind| match (unit.kind, kind) {
        (TargetKind::BuildScript, kind) => kind == DependencyKind::Build,
        (_, DependencyKind::Normal) => true,
        (_, DependencyKind::Development) => development,
        _ => false,
    };
    let mut deps = BTreeMap::<String, Vec<UnitIndex>>::new();
    let mut external = BTreeSet::new();
    for (name, package) in resolved.deps(id, wanted) {
        if is_local(package) {
            deps.entry(name)
                .or_default()
                .extend(libraries.get(&package.id).into_iter().flatten());
        } else {
            external.insert(name);
        }
    }
    let sees_own = !unit.is_library() && unit.kind != TargetKind::BuildScript;
    for &own in libraries.get(id).into_iter().flatten().filter(|_| sees_own) {
        deps.entry(facts.units[own].crate_name.clone())
            .or_default()
            .push(own);
    }
    (deps, external)
}
