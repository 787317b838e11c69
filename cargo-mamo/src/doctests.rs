//! The doctests of a library as rustdoc names them now.
//!
//! Names come from rustdoc, when it last ran or listed them. They hold lines: where source was moved about, but has
//! the same doctests, a name follows its code block. Where that cannot be told, rustdoc is asked again.

use crate::analysis::{self, Block};
use crate::cargo::Request;
use crate::cargo::doctests::{Doc, Doctest, Doctests};
use crate::cargo::rustdoc::orders::{Library, Order, Others};
use crate::facts::{TargetKind, UnitIndex};
use crate::fingerprint::Fingerprint;
use crate::plan::Kind;
use crate::session::{Build, Session};
use crate::survey::{GROUP, documented};
use crate::verdicts;
use anyhow::Result;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// A library's doctests.
#[derive(Clone, Debug, Default)]
pub struct Named {
    /// Those that are known.
    pub all: Vec<Doctest>,
    /// Are they all there are?
    pub complete: bool,
    /// Are the lines in the names right even where no code block was found?
    pub exact: bool,
}

impl Named {
    /// Can it be said of each whether it runs, and by which name? `grouped`: do those run whose block was not found?
    pub fn is_certain(&self, grouped: bool) -> bool {
        self.complete && (self.exact || !grouped)
    }
}

/// Is it known which doctests there are, so that a plan from a record leaves none out?
pub fn are_complete(build: &Build) -> bool {
    let libraries = documented(build, false).into_iter();
    libraries
        .filter_map(|unit| named(build, unit))
        .all(|named| named.complete)
}

/// The doctests of a library; `None` if nothing is known of them.
pub fn named(build: &Build, unit: UnitIndex) -> Option<Named> {
    let known = build.record.doctests_of(unit)?;
    let layout = build.analysis.doctests.layouts.get(&unit)?;
    if known.layout.text == layout.text {
        return Some(Named {
            all: known.all.clone(),
            complete: true,
            exact: true,
        });
    }
    let follow = |one: &Doctest| {
        let Some(block) = &one.block else {
            return Some(one.clone());
        };
        let block = build.analysis.doctest(unit, block)?;
        let name = analysis::moved(&one.name, block.line)?;
        Some(Doctest {
            name,
            ..one.clone()
        })
    };
    let all: Vec<Doctest> = known.all.iter().filter_map(follow).collect();
    let traced = || all.iter().filter(|one| one.block.is_some());
    let names: Vec<String> = traced().map(|one| one.name.clone()).collect();
    let blocks = build.analysis.doctests_named(unit, &names);
    let same = |(one, block): (&Doctest, Option<&Block>)| {
        block.map(|block| build.analysis.roots[block.root].name.as_str()) == one.block.as_deref()
    };
    let followed = all.len() == known.all.len() && traced().zip(blocks).all(same);
    let exact = all.len() == names.len();
    Some(Named {
        complete: known.layout.shape == layout.shape && followed,
        exact,
        all,
    })
}

/// Does neither source nor rustdoc, when it was last asked, know a doctest of this library?
pub fn none_is_known(build: &Build, unit: UnitIndex) -> bool {
    let mut blocks = build.analysis.doctests.blocks.iter();
    let known = build.record.doctests_of(unit);
    known.is_none_or(|known| known.all.is_empty()) && !blocks.any(|block| block.library == unit)
}

/// The doctests of a library that rustdoc calls `names`, each with whether it was seen to be ignored.
pub fn traced(build: &Build, unit: UnitIndex, names: &[(String, bool)]) -> Option<Doctests> {
    let layout = *build.analysis.doctests.layouts.get(&unit)?;
    let plain: Vec<String> = names.iter().map(|(name, _)| name.clone()).collect();
    let blocks = build.analysis.doctests_named(unit, &plain);
    let all = names
        .iter()
        .zip(blocks)
        .map(|((name, ignored), block)| Doctest {
            name: name.clone(),
            block: block.map(|block| build.analysis.roots[block.root].name.clone()),
            ignored: *ignored || block.is_some_and(|block: &Block| block.ignored),
        });
    Some(Doctests {
        layout,
        all: all.collect(),
    })
}

/// What the passes of doctests are kept under, if all of a library's passed.
pub fn proven(build: &Build, unit: UnitIndex, known: &Doctests) -> Vec<(String, Fingerprint)> {
    let root = |one: &Doctest| match &one.block {
        Some(block) => build
            .analysis
            .doctest(unit, block)
            .and_then(|block| build.analysis.doctest_root(block)),
        None => build.analysis.doc(unit),
    };
    let named = known.all.iter().map(|one| {
        (
            one.block.clone().unwrap_or_else(|| GROUP.to_owned()),
            root(one),
        )
    });
    named
        .filter_map(|(name, root)| Some((name, build.analysis.roots[root?].fingerprint)))
        .collect()
}

/// Orders for every library that cargo may call rustdoc for; it does nothing for those that `orders` does not name.
pub fn ordered(build: &Build, orders: &BTreeMap<UnitIndex, Order>) -> BTreeMap<PathBuf, Library> {
    let facts = build.facts();
    let units = facts.units.iter().enumerate();
    let libraries =
        units.filter(|(_, unit)| matches!(unit.kind, TargetKind::Lib | TargetKind::ProcMacro));
    let mut found = BTreeMap::new();
    for (index, unit) in libraries {
        let order = orders.get(&index).cloned();
        let library = Library {
            unit: index,
            crate_name: unit.crate_name.clone(),
            order: order.clone().unwrap_or(Order::Skip { reused: 0 }),
        };
        // It may have been built several times: then one of its units has the order.
        let dir = facts.package_of(unit).dir.clone();
        if order.is_some() {
            found.insert(dir, library);
        } else {
            found.entry(dir).or_insert(library);
        }
    }
    found
}

/// Is a pass remembered of a doctest of this library, by this build or by another that shares mamo's directory?
fn has_passed(session: &Session, build: &Build, unit: UnitIndex) -> bool {
    let target = &build.facts().units[unit].target;
    let package = &build.facts().package_of(&build.facts().units[unit]).name;
    build.record.doctests_of(unit).is_some()
        || !verdicts::load(&session.home, package, Kind::Doc, target).is_empty()
}

/// Asks rustdoc for doctests whose names are not known, or no longer. Where none has passed yet all run, and are seen then.
pub fn list(session: &Session, build: &mut Build, request: &Request) -> Result<()> {
    let unknown = |unit: &UnitIndex| {
        let known = named(build, *unit);
        !known.is_some_and(|named| named.complete && named.exact)
            && has_passed(session, build, *unit)
    };
    let units = documented(build, false).into_iter().filter(unknown);
    let orders: BTreeMap<_, _> = units.map(|unit| (unit, Order::List)).collect();
    if orders.is_empty() {
        return Ok(());
    }
    let cargo = Doc {
        workspace: &session.workspace,
        request,
        home: &session.home,
        others: Others::Skip,
    };
    let listings = cargo.list(ordered(build, &orders))?;
    for (unit, listing) in listings.of {
        if !listing.success || !listing.libraries.is_subset(&build.record.libraries) {
            continue;
        }
        if let Some(known) = traced(build, unit, &listing.listed) {
            build.record.note_doctests(unit, known);
        }
    }
    session.keep(build);
    Ok(())
}
