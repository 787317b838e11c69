//! Labels of parts by which others decide.

/// How the label of a part begins that is the layout of a file, for code that asks for its position.
pub const LAYOUT_OF: &str = "layout of ";
/// How the label of a part begins that is a source file's bytes, for code that may read it.
pub const TEXT_OF: &str = "text of ";

/// The label of the part that is every variable, for code that reads some by a computed name.
pub const ANY_VARIABLE: &str = "variables read by computed names";

/// The label of the part that is where the program is, which only the program's own snapshot can tell.
pub const PROGRAM_PLACE: &str = "place of the program";
