//! Which tests run and which are reused.
//!
//! Pure: what is known of each test goes in, a decision for each comes out. A test is reused only if a pass is
//! remembered under exactly the fingerprint that it has now; everything else runs.

use crate::fingerprint::Fingerprint;
use crate::reason::Reason;
use serde::{Deserialize, Serialize};

/// Which test: the same on every machine and in every checkout.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TestId {
    /// Package name.
    pub package: String,
    /// What kind of target it lies in.
    pub kind: Kind,
    /// Cargo's target name.
    pub target: String,
    /// libtest's name; `main` for a target without a harness.
    pub name: String,
}

impl TestId {
    /// `package/kind/target::name`
    pub fn path(&self) -> String {
        format!(
            "{}/{}/{}::{}",
            self.package,
            self.kind.as_str(),
            self.target,
            self.name
        )
    }
}

/// The kind of target that a test lies in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Unit tests of a library.
    Lib,
    /// Unit tests of a binary.
    Bin,
    /// An integration test.
    Test,
    /// Tests of an example.
    Example,
    /// Tests of a benchmark.
    Bench,
    /// A documentation test.
    Doc,
}

impl Kind {
    /// The word used in JSON and in file names.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lib => "lib",
            Self::Bin => "bin",
            Self::Test => "test",
            Self::Example => "example",
            Self::Bench => "bench",
            Self::Doc => "doc",
        }
    }
}

/// What is known of a test before it is decided on.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Which.
    pub id: TestId,
    /// Its deep fingerprint; `None` if it cannot be traced to source.
    pub fingerprint: Option<Fingerprint>,
    /// Is it marked `#[ignore]` and not asked for?
    pub ignored: bool,
}

/// What is remembered of a test.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// Did it pass under the fingerprint it has now?
    pub passed_so: bool,
    /// Did it ever pass?
    pub passed_ever: bool,
    /// Did it fail when it last ran, with the fingerprint it has now?
    pub failed_last: bool,
}

/// What to do with a test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Run it.
    Run(Reason),
    /// Its remembered pass still holds.
    Reuse,
    /// It is marked `#[ignore]`.
    Ignored,
}

/// Decides on one test. `explain` is asked only for one that passed before under another fingerprint.
pub fn decide(
    test: &Candidate,
    memory: Memory,
    all: bool,
    explain: impl FnOnce() -> Reason,
) -> Decision {
    if test.ignored {
        return Decision::Ignored;
    }
    Decision::Run(match (test.fingerprint, memory) {
        _ if all => Reason::Forced,
        (None, _) => Reason::Untraced,
        (
            _,
            Memory {
                failed_last: true, ..
            },
        ) => Reason::FailedLast,
        (
            _,
            Memory {
                passed_so: true, ..
            },
        ) => return Decision::Reuse,
        (
            _,
            Memory {
                passed_ever: true, ..
            },
        ) => explain(),
        _ => Reason::New,
    })
}

/// What the program's code says of a test that source has decided on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeMemory {
    /// Its code is not known, now or when it passed.
    Unknown,
    /// It passed with exactly the code and the inputs that it has now, and has not failed with them since.
    Passed,
    /// It passed under the fingerprint that it has now, with other code.
    Differs,
    /// It passed under the fingerprint that it has now, and with which code is not known.
    Unproven,
}

/// Lets code decide after the build. What was asked for by name or by the settings stays as it is.
pub fn decide_by_code(decision: &Decision, memory: CodeMemory) -> Option<Decision> {
    match (decision, memory) {
        (
            Decision::Run(
                Reason::Changed { .. }
                | Reason::Stale
                | Reason::Different
                | Reason::FailedLast
                | Reason::UnnamedInputs,
            ),
            CodeMemory::Passed,
        ) => Some(Decision::Reuse),
        (Decision::Reuse, CodeMemory::Differs) => Some(Decision::Run(Reason::CodeDiffers)),
        (Decision::Reuse, CodeMemory::Unproven) => Some(Decision::Run(Reason::CodeUnproven)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(traced: bool) -> Candidate {
        let id = TestId {
            package: "p".into(),
            kind: Kind::Lib,
            target: "p".into(),
            name: "t".into(),
        };
        Candidate {
            id,
            fingerprint: traced.then_some(Fingerprint::NONE),
            ignored: false,
        }
    }

    fn decision(traced: bool, memory: Memory, all: bool) -> Decision {
        decide(&candidate(traced), memory, all, || Reason::Stale)
    }

    #[test]
    fn only_a_pass_under_the_same_fingerprint_is_reused() {
        let passed = Memory {
            passed_so: true,
            passed_ever: true,
            failed_last: false,
        };
        assert_eq!(decision(true, passed, false), Decision::Reuse);
        assert_eq!(decision(true, passed, true), Decision::Run(Reason::Forced));
        assert_eq!(
            decision(false, passed, false),
            Decision::Run(Reason::Untraced)
        );
        assert_eq!(
            decision(
                true,
                Memory {
                    failed_last: true,
                    ..passed
                },
                false
            ),
            Decision::Run(Reason::FailedLast)
        );
        assert_eq!(
            decision(
                true,
                Memory {
                    passed_so: false,
                    ..passed
                },
                false
            ),
            Decision::Run(Reason::Stale)
        );
        assert_eq!(
            decision(true, Memory::default(), false),
            Decision::Run(Reason::New)
        );
    }

    #[test]
    fn code_takes_back_what_names_planned_and_adds_what_they_missed() {
        let by_code = |decision, memory| decide_by_code(&decision, memory);
        let changed = || Decision::Run(Reason::Stale);
        assert_eq!(
            by_code(changed(), CodeMemory::Passed),
            Some(Decision::Reuse)
        );
        assert_eq!(by_code(changed(), CodeMemory::Unknown), None);
        let missed = Decision::Run(Reason::CodeDiffers);
        assert_eq!(by_code(Decision::Reuse, CodeMemory::Differs), Some(missed));
        assert_eq!(by_code(Decision::Reuse, CodeMemory::Unknown), None);
        let unproven = Decision::Run(Reason::CodeUnproven);
        assert_eq!(
            by_code(Decision::Reuse, CodeMemory::Unproven),
            Some(unproven)
        );
        for kept in [Reason::Forced, Reason::Audit, Reason::Always] {
            assert_eq!(by_code(Decision::Run(kept), CodeMemory::Passed), None);
        }
        assert_eq!(by_code(Decision::Ignored, CodeMemory::Differs), None);
    }
}
