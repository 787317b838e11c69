//! Files that test tools leave beside what they test, for people: no test reads them.
//!
//! Known by name, and only in packages that use the tool. Code that lists directories sees them, and so does who names one.

use crate::facts::LocalPackage;

/// Is a file, by its path in a package, what a tool of the package left?
pub(super) fn is_dropping(package: &LocalPackage, file: &str) -> bool {
    let uses = |tool: &str| {
        package
            .external
            .values()
            .flatten()
            .any(|line| is_of(line, tool))
    };
    let name = file.rsplit('/').next().unwrap_or(file);
    let of_insta =
        name.ends_with(".snap.new") || (name.starts_with('.') && name.ends_with(".pending-snap"));
    let of_trybuild =
        file.starts_with("wip/") && (name.ends_with(".stderr") || name.ends_with(".stdout"));
    (of_insta && uses("insta")) || (of_trybuild && uses("trybuild"))
}

/// Is it the line of a locked package of this name?
fn is_of(line: &str, name: &str) -> bool {
    line.strip_prefix(name)
        .is_some_and(|rest| rest.starts_with(' '))
}
