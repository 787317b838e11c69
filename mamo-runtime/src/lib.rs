//! Persistent memoization and fixtures that notice code changes.

#[doc(hidden)]
pub mod __private;
#[doc(hidden)]
pub mod format;

mod arguments;
mod call;
mod codec;
mod keep;
mod key;
mod lock;
mod log;
mod memory;
mod notice;
mod site;
mod stats;
mod store;
mod trust;

pub use log::Counts;
pub use mamo_macros::{fixture, memo};
pub use stats::{FunctionStats, flush, stats};
