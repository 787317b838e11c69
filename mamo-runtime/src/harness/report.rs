//! The last words of a run: which fixtures were served or computed, and what is torn down.

use crate::stats::{self, FunctionStats};
use std::io::Write as _;

/// Says what takes long while it does.
pub(super) fn watch() {}

/// Says what fixtures did, tears down what lives as long as the process, and writes the logs.
pub(super) fn finish() {
    for function in stats::stats() {
        tell(&function);
    }
    crate::__private::tear_down();
    stats::flush();
}

/// Says a line on standard error.
pub(super) fn say(text: &str) {
    // Nobody is left to tell if it is closed.
    let _ = writeln!(std::io::stderr(), "{text}");
}

fn tell(function: &FunctionStats) {
    let counts = &function.counts;
    say(&format!(
        "mamo: `{}`: {} served, {} computed",
        function.key,
        counts.hits(),
        counts.computed
    ));
}
