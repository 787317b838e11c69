//! Uses libraries.
