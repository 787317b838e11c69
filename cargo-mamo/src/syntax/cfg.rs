//! cfg predicates as written, and their three-valued evaluation.
//!
//! A predicate is true, false or unknown under a [`CfgSet`]; unknown keeps the item (rule R0).

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use ustr::Ustr;

/// A cfg predicate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Cfg {
    /// `all(..)`.
    All(Vec<Cfg>),
    /// `any(..)`.
    Any(Vec<Cfg>),
    /// `not(..)`.
    Not(Box<Cfg>),
    /// `name`.
    Flag(Ustr),
    /// `name = "value"`.
    Value(Ustr, Ustr),
    /// `true` or `false`.
    Literal(bool),
    /// What could not be read.
    Unknown,
}

/// Names that say what a compilation is for; whoever compiles knows them.
const OF_THE_COMPILATION: [&str; 4] = ["test", "doc", "doctest", "proc_macro"];

/// The cfgs that a unit was compiled with.
#[derive(Clone, Debug, Default)]
pub struct CfgSet {
    /// Plain names.
    pub flags: BTreeSet<Ustr>,
    /// Name and value pairs.
    pub values: BTreeSet<(Ustr, Ustr)>,
    /// Names that may or may not be set.
    pub unknown: BTreeSet<Ustr>,
    /// May every name be set, but for those that say what is compiled (`test`, `doc`)?
    pub open: bool,
}

impl Cfg {
    /// `Some(truth)` where it is decided, `None` where it is unknown.
    pub fn eval(&self, set: &CfgSet) -> Option<bool> {
        match self {
            Self::All(parts) => Self::fold(parts, set, false),
            Self::Any(parts) => Self::fold(parts, set, true),
            Self::Not(part) => part.eval(set).map(|truth| !truth),
            Self::Flag(name) => Self::known(*name, set, || set.flags.contains(name)),
            Self::Value(name, value) => {
                Self::known(*name, set, || set.values.contains(&(*name, *value)))
            }
            Self::Literal(truth) => Some(*truth),
            Self::Unknown => None,
        }
    }

    /// `any` if `decisive`, else `all`: one part equal to `decisive` decides, one unknown part else leaves it open.
    fn fold(parts: &[Self], set: &CfgSet, decisive: bool) -> Option<bool> {
        let mut open = false;
        for part in parts {
            match part.eval(set) {
                Some(truth) if truth == decisive => return Some(decisive),
                Some(_) => {}
                None => open = true,
            }
        }
        (!open).then_some(!decisive)
    }

    fn known(name: Ustr, set: &CfgSet, truth: impl FnOnce() -> bool) -> Option<bool> {
        match truth() {
            true => Some(true),
            false if set.unknown.contains(&name) => None,
            false if set.open => OF_THE_COMPILATION.contains(&name.as_str()).then_some(false),
            false => Some(false),
        }
    }
}

impl CfgSet {
    /// Do all of `cfgs` hold, as far as is known?
    pub fn keeps(&self, cfgs: &[Cfg]) -> bool {
        cfgs.iter().all(|cfg| cfg.eval(self) != Some(false))
    }
}
