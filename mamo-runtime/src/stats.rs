//! What the memos and fixtures of this process did, for programs that want to tell.

use crate::log::Counts;
use crate::site::{self, Site};

/// What one memo or fixture did since the process started.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FunctionStats {
    /// `package/crate::module::name`.
    pub key: &'static str,
    /// Its figures.
    pub counts: Counts,
}

/// What every memo and fixture did that was called so far, in the order of their first calls.
///
/// # Example
/// ```
/// for function in mamo::stats() {
///     println!("{}: {} served, {} computed", function.key, function.counts.hits(), function.counts.computed);
/// }
/// ```
pub fn stats() -> Vec<FunctionStats> {
    let stats_of = |site: &Site| FunctionStats {
        key: site.key(),
        counts: site.counts(),
    };
    site::called().into_iter().map(stats_of).collect()
}

/// Writes what this process' memos and fixtures did to their logs, which `cargo mamo status` reads.
///
/// It happens by itself when a thread ends; a program that ends by `abort` or runs for days may call it.
pub fn flush() {
    site::called().into_iter().for_each(Site::write_log);
}
