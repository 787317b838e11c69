//! From a file's text to its [`ir::File`]: the only part of mamo that names `syn`.

pub mod cfg;
pub mod ir;
