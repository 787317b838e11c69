//! What is done at the end of the process, the last registered first.
//!
//! Resources of fixtures are torn down and private directories deleted. Each step is by itself: a panic in one is told and
//! does not keep the others from being done.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, Once, PoisonError};

/// A step, done once.
type Step = Box<dyn FnOnce() + Send>;

static STEPS: Mutex<Vec<Step>> = Mutex::new(Vec::new());

/// Sees that `step` is done at the end of the process, before all that were registered earlier.
pub(crate) fn register(step: impl FnOnce() + Send + 'static) {
    static HOOKED: Once = Once::new();
    HOOKED.call_once(|| {
        // Where there is no hook, a harness that calls `tear_down` does as well.
        mamo_exit::at_end(tear_down);
    });
    let mut steps = STEPS.lock().unwrap_or_else(PoisonError::into_inner);
    steps.push(Box::new(step));
}

/// Tears down what fixtures have made for this process, in reverse order of making. What is made afterwards is torn down
/// by the next call; the end of the process is one.
pub fn tear_down() {
    loop {
        // Not held while a step runs: it may use a fixture, which registers another.
        let step = STEPS.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let Some(step) = step else { return };
        // The panic's own message has been printed.
        let _ = catch_unwind(AssertUnwindSafe(step));
    }
}
