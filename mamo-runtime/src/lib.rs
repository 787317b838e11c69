//! Persistent memoization and fixtures that notice code changes.
