//! When a memo computes: the choice of its author, or of whoever starts the program.
//!
//! A value of older code that was served may be in everything that the process computes afterwards, by ways that nothing
//! shows. So from then on the process stores nothing.

use crate::{front, nesting};
use std::sync::atomic::{AtomicBool, AtomicU16, Ordering};

/// Names the policy of a whole process: `stale`, `stale:2`, `missing`, `always` or `never`.
const VARIABLE: &str = "MAMO_POLICY";

/// When a memoized function computes. That of the process goes before that of the function.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Policy {
    /// If there is no value of this code for these arguments.
    #[default]
    Stale,
    /// As `Stale`, but calls inside more than this many computations of other memos are served as by `Missing`: with 0
    /// only what the program itself calls is computed again, and rests on old results where there are any.
    StaleTo(u8),
    /// Only if there is no value for these arguments at all: a value of older code is served, newest first. To look at
    /// results while code is being changed; what is served is not what the code would return. Once a process was served
    /// an older value, it stores nothing that it computes.
    Missing,
    /// At every call; the result is stored.
    Always,
    /// Not at all: a call that cannot be served panics. Holds only for memos that this process may serve.
    Never,
}

/// 0 for none, [`UNKNOWN`] for not yet known, else a policy's [`number`].
static OF_PROCESS: AtomicU16 = AtomicU16::new(UNKNOWN);
const UNKNOWN: u16 = 255;

/// Was a value of older code served?
static SERVED_OLDER: AtomicBool = AtomicBool::new(false);

/// Sets the policy of this process, which goes before every function's own and before `MAMO_POLICY`; `None` leaves the
/// choice to the functions.
pub fn set_policy(policy: Option<Policy>) {
    OF_PROCESS.store(policy.map_or(0, number), Ordering::Relaxed);
    front::void();
}

/// What holds for a function with this policy.
#[inline]
pub(crate) fn holding(of_function: Policy) -> Policy {
    match OF_PROCESS.load(Ordering::Relaxed) {
        0 => of_function,
        UNKNOWN => read(of_function),
        number => of_number(number),
    }
}

impl Policy {
    /// What it means at the place where this thread is: `Stale`, `Missing`, `Always` or `Never`.
    pub(crate) fn here(self) -> Self {
        match self {
            Self::StaleTo(depth) if nesting::depth() > usize::from(depth) => Self::Missing,
            Self::StaleTo(_) => Self::Stale,
            other => other,
        }
    }
}

/// Notes that a value of older code is served.
pub(crate) fn note_older() {
    SERVED_OLDER.store(true, Ordering::Relaxed);
}

/// May what is computed now rest on a value of older code?
pub(crate) fn rests_on_older() -> bool {
    SERVED_OLDER.load(Ordering::Relaxed)
}

#[cold]
fn read(of_function: Policy) -> Policy {
    let written = std::env::var(VARIABLE).unwrap_or_default();
    let policy = parse(&written);
    if policy.is_none() && !written.is_empty() {
        crate::notice::once(
            VARIABLE,
            format_args!(
                "`{VARIABLE}` is `{written}`, which is none of `stale`, `stale:DEPTH`, `missing`, `always`, `never`; it is not followed"
            ),
        );
    }
    set_policy(policy);
    holding(of_function)
}

fn parse(written: &str) -> Option<Policy> {
    match written {
        "stale" => Some(Policy::Stale),
        "missing" => Some(Policy::Missing),
        "always" => Some(Policy::Always),
        "never" => Some(Policy::Never),
        _ => Some(Policy::StaleTo(
            written.strip_prefix("stale:")?.parse().ok()?,
        )),
    }
}

/// The kind in the low byte, a depth in the high one.
fn number(policy: Policy) -> u16 {
    match policy {
        Policy::Stale => 1,
        Policy::Missing => 2,
        Policy::Always => 3,
        Policy::Never => 4,
        Policy::StaleTo(depth) => u16::from(depth) << 8 | 5,
    }
}

fn of_number(number: u16) -> Policy {
    let [kind, depth] = number.to_le_bytes();
    match kind {
        2 => Policy::Missing,
        3 => Policy::Always,
        4 => Policy::Never,
        5 => Policy::StaleTo(depth),
        _ => Policy::Stale,
    }
}
