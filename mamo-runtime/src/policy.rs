//! When a memo computes: the choice of its author, or of whoever starts the program.

use std::sync::atomic::{AtomicU8, Ordering};

/// Names the policy of a whole process: `stale`, `missing`, `always` or `never`.
const VARIABLE: &str = "MAMO_POLICY";

/// When a memoized function computes. That of the process goes before that of the function.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Policy {
    /// If there is no value of this code for these arguments.
    #[default]
    Stale,
    /// Only if there is no value for these arguments at all: a value of older code is served, newest first. To look at
    /// results while code is being changed; what is served is not what the code would return.
    Missing,
    /// At every call; the result is stored.
    Always,
    /// Not at all: a call that cannot be served panics. Holds only for memos that this process may serve.
    Never,
}

/// 0 for none, 255 for not yet known, else a policy's number and 1.
static OF_PROCESS: AtomicU8 = AtomicU8::new(UNKNOWN);
const UNKNOWN: u8 = 255;

const ALL: [Policy; 4] = [
    Policy::Stale,
    Policy::Missing,
    Policy::Always,
    Policy::Never,
];

/// Sets the policy of this process, which goes before every function's own and before `MAMO_POLICY`; `None` leaves the
/// choice to the functions.
pub fn set_policy(policy: Option<Policy>) {
    let place = policy.and_then(|policy| ALL.iter().position(|other| *other == policy));
    OF_PROCESS.store(number(place), Ordering::Relaxed);
}

/// What holds for a function with this policy.
#[inline]
pub(crate) fn holding(of_function: Policy) -> Policy {
    match OF_PROCESS.load(Ordering::Relaxed) {
        0 => of_function,
        UNKNOWN => read(of_function),
        number => ALL[usize::from(number - 1) % ALL.len()],
    }
}

#[cold]
fn read(of_function: Policy) -> Policy {
    let named = std::env::var(VARIABLE).unwrap_or_default();
    let place = ["stale", "missing", "always", "never"]
        .iter()
        .position(|name| *name == named);
    if place.is_none() && !named.is_empty() {
        crate::notice::once(
            VARIABLE,
            format_args!(
                "`{VARIABLE}` is `{named}`, which is none of `stale`, `missing`, `always`, `never`; it is not followed"
            ),
        );
    }
    OF_PROCESS.store(number(place), Ordering::Relaxed);
    holding(of_function)
}

fn number(place: Option<usize>) -> u8 {
    place
        .and_then(|place| u8::try_from(place + 1).ok())
        .unwrap_or(0)
}
