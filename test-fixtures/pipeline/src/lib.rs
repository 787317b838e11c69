//! A small text pipeline: `corpus` → `words` → `count` → `chart`.

pub mod chart;
pub mod corpus;
pub mod count;
pub mod letters;
pub mod words;
