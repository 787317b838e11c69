//! Persistent memoization and fixtures that notice code changes.

#[doc(hidden)]
pub mod __private;
#[doc(hidden)]
pub mod format;
