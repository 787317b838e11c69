//! Ctrl-C: the child that is running gets it too and ends; we stay to record what had passed.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// What the thread that notes an interrupt is given to do so on a busy machine.
const NOTED: Duration = Duration::from_millis(200);

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// From now on an interrupt ends children only. A second one ends mamo.
pub fn outlive() {
    // Without a handler an interrupt ends mamo at once, and nothing is recorded: safe too.
    let _ = ctrlc::set_handler(|| {
        if INTERRUPTED.swap(true, Ordering::SeqCst) {
            std::process::abort();
        }
    });
}

/// Did the user interrupt?
pub fn happened() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
}

/// Did the user interrupt what has just ended? Another thread notes it: that one may be behind the child's end.
pub fn happened_before() -> bool {
    if !happened() {
        std::thread::sleep(NOTED);
    }
    happened()
}
