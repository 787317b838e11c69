//! Uses a library that is loaded.
