//! Labels of parts by which others decide.

/// How the label of a part begins that is the layout of a file, for code that asks for its position.
pub const LAYOUT_OF: &str = "layout of ";
/// How the label of a part begins that is a source file's bytes, for code that may read it.
pub const TEXT_OF: &str = "text of ";

/// The label of the part that is every variable, for code that reads some by a computed name.
pub const ANY_VARIABLE: &str = "variables read by computed names";

/// The label of the part of a root that may compile packages again: what it then sees need not be in its own code.
pub const COMPILES: &str = "packages compiled again";

/// The label of the part that is where the program is, which only the program's own snapshot can tell.
pub const PROGRAM_PLACE: &str = "place of the program";

/// What a part is to a program that was compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartKind {
    /// It decided on the code, which holds what came of it.
    Compiled,
    /// Who opens files may read it.
    File,
    /// Who reads variables may read it.
    Variable,
    /// Code cannot tell.
    Other,
}

/// Beginnings of labels of what is in the code. Where code stands in its files is as well: as constants.
const COMPILED: [&str; 9] = [
    "features of ",
    "edition, profile and attributes of ",
    "names of local crates for ",
    "dependency `",
    "build variable `",
    "spelling of `",
    "read by macros of ",
    LAYOUT_OF,
    "place of `",
];
const FILES: [&str; 3] = ["file `", "generated file `", TEXT_OF];
/// Cargo tells programs what their manifest says by variables.
const VARIABLES: [&str; 2] = ["variable `", "manifest of `"];
/// Read by std for every program, whatever a test does: a test passes or fails by the room on its stack.
pub(super) const STACK_SIZE: &str = "RUST_MIN_STACK";

impl PartKind {
    /// Of the part with this label.
    pub fn of(label: &str) -> Self {
        let begins = |starts: &[&str]| starts.iter().any(|start| label.starts_with(start));
        if begins(&COMPILED) {
            Self::Compiled
        } else if begins(&FILES) {
            Self::File
        } else if label == ANY_VARIABLE || begins(&VARIABLES) && !label.contains(STACK_SIZE) {
            Self::Variable
        } else {
            Self::Other
        }
    }
}
