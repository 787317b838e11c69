//! Fixtures that are being computed, so that a harness can say what takes long while it does.

use crate::site::Site;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

static NOW: Mutex<Vec<UnderWay>> = Mutex::new(Vec::new());

/// One computation.
struct UnderWay {
    key: &'static str,
    started: Instant,
    /// What it took in earlier processes.
    usual: Option<Duration>,
    told: bool,
}

/// Ends the note of a computation when it is dropped.
pub(crate) struct Ended(Option<(&'static str, Instant)>);

/// Notes that a computation begins, if it is a fixture's.
pub(crate) fn note(site: &Site) -> Ended {
    if !site.is_fixture() {
        return Ended(None);
    }
    let (key, started) = (site.key(), Instant::now());
    let usual = site.past().mean_compute();
    now().push(UnderWay {
        key,
        started,
        usual,
        told: false,
    });
    Ended(Some((key, started)))
}

/// Those that take longer than `patience` and were not given before: what, and what it took in earlier processes.
pub(crate) fn long(patience: Duration) -> Vec<(&'static str, Option<Duration>)> {
    let mut now = now();
    let long = now
        .iter_mut()
        .filter(|one| !one.told && one.started.elapsed() >= patience);
    long.map(|one| {
        one.told = true;
        (one.key, one.usual)
    })
    .collect()
}

fn now() -> std::sync::MutexGuard<'static, Vec<UnderWay>> {
    NOW.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for Ended {
    fn drop(&mut self) {
        let Some((key, started)) = self.0 else { return };
        now().retain(|one| (one.key, one.started) != (key, started));
    }
}
