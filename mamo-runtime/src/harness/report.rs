//! What the harness says of fixtures: which takes long while it does, and at the end what was served and what computed.
//!
//! On standard error, so that lists and results stay libtest's. The figures are the runtime's own; what was saved is what
//! the fixtures took to compute in earlier processes, less what serving them took.

use crate::site::{self, Site};
use crate::{notice, stats, under_way};
use std::cmp::Ordering;
use std::time::Duration;

/// What takes longer to compute is said.
const LONG: Duration = Duration::from_secs(1);
/// Of fixtures that are over in fewer seconds, only the number is said.
const WORTH_TELLING: f64 = 0.05;
const TICK: Duration = Duration::from_millis(100);

/// Says what takes long while it does, until the process ends.
pub(super) fn watch() {
    let say = || {
        loop {
            std::thread::sleep(TICK);
            for (fixture, usual) in under_way::long(LONG) {
                let usual = usual.map_or(String::new(), |usual| {
                    format!(", which took {} before", seconds(usual.as_secs_f64()))
                });
                notice::going_on(format_args!("computing the fixture `{fixture}`{usual}"));
            }
        }
    };
    // Without a thread to spare, nothing is said.
    let _ = std::thread::Builder::new().spawn(say);
}

/// Says what fixtures did, tears down what lives as long as the process, and writes the logs.
pub(super) fn finish() {
    stats::flush();
    let fixtures: Vec<_> = site::called()
        .into_iter()
        .filter(|site| site.is_fixture())
        .collect();
    let served = fixtures.iter().filter(|site| site.counts().hits() > 0);
    let served: Vec<_> = served.map(|site| (site.key(), saved(site))).collect();
    let computed = fixtures.iter().filter(|site| site.counts().computed > 0);
    let computed: Vec<_> = computed
        .map(|site| (site.key(), Some(took(site))))
        .collect();
    tell(&served, "reused", "saved");
    tell(&computed, "computed", "taken");
    crate::__private::tear_down();
    stats::flush();
}

/// Seconds that serving a fixture saved; `None` if nobody knows what computing it takes.
fn saved(site: &Site) -> Option<f64> {
    let counts = site.counts();
    let mean = site.past().mean_compute()?.as_secs_f64();
    let hits = u32::try_from(counts.hits()).unwrap_or(u32::MAX);
    let loading = Duration::from_nanos(counts.load_ns).as_secs_f64();
    Some((mean * f64::from(hits) - loading).max(0.0))
}

/// Seconds that computing a fixture took, but for other fixtures and memos in it.
fn took(site: &Site) -> f64 {
    let counts = site.counts();
    let own = counts.compute_ns.saturating_sub(counts.nested_ns);
    Duration::from_nanos(own).as_secs_f64()
}

/// Says one line about some fixtures, each with its seconds.
fn tell(fixtures: &[(&str, Option<f64>)], what: &str, seconds_are: &str) {
    if fixtures.is_empty() {
        return;
    }
    let all: f64 = fixtures.iter().filter_map(|(_, seconds)| *seconds).sum();
    let mut told = fixtures.to_vec();
    told.retain(|(_, seconds)| seconds.is_some_and(|seconds| seconds >= WORTH_TELLING));
    told.sort_by(|(_, one), (_, other)| other.partial_cmp(one).unwrap_or(Ordering::Equal));
    let each = told
        .iter()
        .map(|(key, time)| format!("`{key}` {}", seconds(time.unwrap_or_default())));
    let each: Vec<_> = each.collect();
    let colon = if each.is_empty() { "" } else { ": " };
    let plural = if fixtures.len() == 1 { "" } else { "s" };
    notice::going_on(format_args!(
        "{} fixture{plural} {what}, {} {seconds_are}{colon}{}",
        fixtures.len(),
        seconds(all),
        each.join(", ")
    ));
}

fn seconds(seconds: f64) -> String {
    format!("{seconds:.1} s")
}

/// Says a line on standard error, as the test's own output.
pub(super) fn say(text: &str) {
    use std::io::Write as _;
    // Nobody is left to tell if it is closed.
    let _ = writeln!(std::io::stderr(), "{text}");
}
