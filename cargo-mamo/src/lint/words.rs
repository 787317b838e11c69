//! What is said of each lint: its name, what it means, what can be done, and how grave it is for which roots.

use crate::analysis::RootKind;
use crate::graph::lint::Lint;
use serde::Serialize;

/// Every lint, in the order in which findings are told.
pub const ALL: [Lint; 15] = [
    Lint::Clock,
    Lint::Randomness,
    Lint::Network,
    Lint::Programs,
    Lint::Environment,
    Lint::Files,
    Lint::OutsideFiles,
    Lint::Surroundings,
    Lint::Scheduling,
    Lint::State,
    Lint::HashOrder,
    Lint::DynArgument,
    Lint::Serde,
    Lint::ForeignCrate,
    Lint::Untraced,
];

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Good to know; does not change the exit code.
    Note,
    /// An answer may be reused that would come out otherwise.
    Warning,
}

/// Is the root a value that is stored, and not a test?
pub fn is_value(kind: RootKind) -> bool {
    matches!(kind, RootKind::Memo | RootKind::Fixture)
}

/// Its name in output and in `mamo.toml`.
pub fn name(lint: Lint) -> &'static str {
    match lint {
        Lint::Clock => "clock",
        Lint::Randomness => "randomness",
        Lint::Network => "network",
        Lint::Programs => "programs",
        Lint::Environment => "environment",
        Lint::Files => "files",
        Lint::OutsideFiles => "outside-files",
        Lint::Surroundings => "surroundings",
        Lint::Scheduling => "scheduling",
        Lint::State => "state",
        Lint::HashOrder => "hash-order",
        Lint::DynArgument => "dyn-argument",
        Lint::Serde => "serde",
        Lint::ForeignCrate => "foreign-crate",
        Lint::Untraced => "untraced",
    }
}

/// How grave it is in the reach of such a root; `None` where it does no harm.
pub fn level(lint: Lint, kind: RootKind) -> Option<Level> {
    match lint {
        Lint::Untraced => Some(Level::Note),
        _ if is_value(kind) => Some(Level::Warning),
        Lint::Clock | Lint::Randomness | Lint::Network | Lint::Programs => Some(Level::Warning),
        Lint::Files | Lint::HashOrder | Lint::DynArgument | Lint::Serde => None,
        _ => Some(Level::Note),
    }
}

/// What it means.
pub fn meaning(lint: Lint) -> &'static str {
    match lint {
        Lint::Clock => "the answer may depend on the time, which no fingerprint holds",
        Lint::Randomness => "the answer may depend on chance; what came out once is kept",
        Lint::Network => "another machine can answer otherwise, and mamo does not notice",
        Lint::Programs => {
            "the program is not of the package or the toolchain; a new version of it is not noticed"
        }
        Lint::Environment => {
            "which variables are read is known only at run time: every one counts, as it is when `cargo mamo` starts the program"
        }
        Lint::Files => {
            "files of the package count as they are when `cargo mamo` starts the program; others, and later changes, do not"
        }
        Lint::OutsideFiles => {
            "files outside of the package are not counted; a change is not noticed"
        }
        Lint::Surroundings => {
            "another machine, directory, command line or input gives another answer, and mamo does not notice"
        }
        Lint::Scheduling => "which thread comes first may decide the answer",
        Lint::State => {
            "what an earlier call or test left there may decide the answer; a reused one leaves nothing"
        }
        Lint::HashOrder => {
            "the order is another in each process; a stored value keeps the order it was made in"
        }
        Lint::DynArgument => {
            "which type stands behind the `dyn` is not part of the argument's identity"
        }
        Lint::Serde => {
            "what serde leaves out, or writes like something else, is no part of an argument's identity: two arguments are one; in a result it is lost, which only a `PartialEq` or `Debug` of the type can show"
        }
        Lint::ForeignCrate => {
            "it is not known to leave files, variables and processes alone; what it reads on its own is not noticed"
        }
        Lint::Untraced => "it cannot be traced to source (made by a macro?), so it always runs",
    }
}

/// What can be done where a test reaches it.
pub fn fix_of_tests(lint: Lint) -> &'static str {
    match lint {
        Lint::Clock | Lint::Randomness => {
            "pass the time or the generator as an argument and give the test a fixed one; or run `cargo mamo test --all` now and then"
        }
        Lint::Network => {
            "answer from a file of the package; or run `cargo mamo test --all` now and then"
        }
        Lint::Programs => "run `cargo mamo test --all` after an upgrade of the program",
        Lint::Environment => "read the variable by a literal name, so that only that one counts",
        Lint::OutsideFiles => {
            "move what is read into the package; what the test writes and reads back itself is no harm"
        }
        Lint::Surroundings => "pass it as an argument and give the test a fixed one",
        Lint::Scheduling => {
            "assert only what holds in every order; run `cargo mamo test --all` now and then"
        }
        Lint::State => {
            "share nothing that a test changes: any filter lets a test run without the others"
        }
        Lint::ForeignCrate => "run `cargo mamo test --all` when what the crate reads has changed",
        Lint::Untraced => {
            "write the test as a function that the source shows, and not one made by a macro"
        }
        Lint::Files | Lint::HashOrder | Lint::DynArgument | Lint::Serde => "",
    }
}

/// What can be done where a memo or a fixture reaches it.
pub fn fix_of_values(lint: Lint) -> &'static str {
    match lint {
        Lint::Clock | Lint::Randomness | Lint::Surroundings | Lint::State => {
            "pass it as an argument; or, if the result does not depend on it, leave that argument out with `skip(..)`"
        }
        Lint::Network => {
            "give what identifies the answer as an argument, `mamo::external(\"name\", version)`; or compute each time with `policy = always`"
        }
        Lint::Programs => {
            "give the program's version as an argument: `mamo::external(\"name\", version)`"
        }
        Lint::Environment => "read it by a literal name, or name it in `env = [\"NAME\"]`",
        Lint::Files | Lint::OutsideFiles => {
            "pass the file as an argument, `mamo::file(path)` or `mamo::dir(path)`; or name it in `files = [path]`"
        }
        Lint::Scheduling => "put results in an order of their own before they are returned",
        Lint::HashOrder => "sort, or use a `BTreeMap` or `BTreeSet`",
        Lint::DynArgument => "give the memo a `key = ..`, or pass the concrete value",
        Lint::Serde => {
            "encode all that the function looks at; or give the memo a `key = ..` that names it, and the result's type a `PartialEq`"
        }
        Lint::ForeignCrate => {
            "pass the files that it reads as `mamo::file(path)`, name variables in `env = [..]`; `policy = always` computes each time"
        }
        Lint::Untraced => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_lint_has_its_name_in_json_and_something_to_say_where_it_warns() {
        for lint in ALL {
            assert_eq!(serde_json::to_value(lint).unwrap(), name(lint));
            assert!(!meaning(lint).is_empty());
            for kind in [RootKind::Test, RootKind::Memo] {
                let fix = if is_value(kind) {
                    fix_of_values(lint)
                } else {
                    fix_of_tests(lint)
                };
                let untraced = lint == Lint::Untraced && is_value(kind);
                assert_eq!(
                    level(lint, kind).is_some() && !untraced,
                    !fix.is_empty(),
                    "{lint:?}"
                );
            }
        }
    }
}
