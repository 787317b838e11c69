//! Taking times, and telling them to the process that started this one.

use std::time::Instant;

/// Seconds that `work` takes.
pub(crate) fn seconds<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let start = Instant::now();
    let result = work();
    (start.elapsed().as_secs_f64(), result)
}

/// The lowest of some times, in seconds, of the same work: what else runs can only add to it.
pub(crate) fn lowest(times: usize, mut work: impl FnMut()) -> f64 {
    let all = (0..times).map(|_| seconds(&mut work).0);
    all.fold(f64::INFINITY, f64::min)
}

/// Tells a measurement: its row, whose it is, seconds.
pub(crate) fn tell(row: &str, side: &str, seconds: f64) {
    println!("{row}\t{side}\t{seconds:e}");
}
