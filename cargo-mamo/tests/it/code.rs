//! `test.trust = "code"`: after a build, the code of the programs decides on their tests.

use crate::project::{Project, names};
use std::collections::BTreeSet;

const LIB: &str = "pub trait Shape { fn area(&self) -> u32; }
pub struct Square(pub u32);
impl Shape for Square { fn area(&self) -> u32 { let side = self.0; side * side } }
pub fn shapes() -> Vec<Box<dyn Shape>> { vec![Box::new(Square(2))] }
pub fn sum() -> u32 { shapes().iter().map(|shape| shape.area()).sum() }
pub fn other() -> u32 { 7 }
pub const LIMIT: u32 = 5;
#[cfg(test)]
mod tests {
    #[test] fn sums() { assert_eq!(super::sum(), 4); }
    #[test] fn others() { assert_eq!(super::other(), 7); }
    #[test] fn limits() { assert!(super::other() > super::LIMIT); }
}
";

struct Tested {
    ran: BTreeSet<String>,
    reused_by_code: BTreeSet<String>,
    failed: BTreeSet<String>,
}

/// Writes the library with each `edit` made, and tests it.
fn tested(project: &Project, edits: &[(&str, &str)]) -> Tested {
    let text = edits.iter().fold(LIB.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replace(from, to)
    });
    project.write("src/lib.rs", &text);
    let arguments = [
        "test",
        "--lib",
        "--no-fail-fast",
        "--message-format",
        "json",
    ];
    let variables = [("CARGO_INCREMENTAL", "1"), ("MAMO_TRUST", "code")];
    let outcome = project.mamo_with(&arguments, &variables);
    assert!(matches!(outcome.code, Some(0 | 101)), "{}", outcome.stderr);
    let events = outcome.events();
    let of = |key: &str, value: &str| {
        let chosen = events.iter().filter(|event| event[key] == value);
        let names = chosen.filter_map(|event| event["name"].as_str());
        names.map(str::to_owned).collect()
    };
    Tested {
        ran: of("plan", "run"),
        reused_by_code: of("by", "code"),
        failed: of("outcome", "failed"),
    }
}

#[test]
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
fn what_changes_no_code_runs_nothing_and_what_does_runs_what_it_changes() {
    let project = Project::new(&[("src/lib.rs", LIB)]);
    assert_eq!(tested(&project, &[]).ran.len(), 3);
    let renamed = ("let side = self.0; side * side", "let s = self.0; s * s");
    let after = tested(&project, &[renamed]);
    assert_eq!(
        after.ran,
        names(&[]),
        "a local variable has no name in code"
    );
    assert_eq!(after.reused_by_code, names(&["tests::sums"]));
    let again = tested(&project, &[renamed]);
    assert!(again.ran.is_empty() && again.reused_by_code.is_empty());
    let wrong = ("side * side", "side + side + 1");
    let broken = tested(&project, &[wrong]);
    assert_eq!(broken.ran, names(&["tests::sums"]));
    assert_eq!(broken.failed, broken.ran);
    let still = (
        "let side = self.0; side * side",
        "let s = self.0; s + s + 1",
    );
    let still = tested(&project, &[still]);
    assert_eq!(
        still.failed,
        names(&["tests::sums"]),
        "no pass has this code"
    );
    assert!(tested(&project, &[]).ran.is_empty(), "undone");
    let limit = tested(&project, &[("LIMIT: u32 = 5", "LIMIT: u32 = 9")]);
    assert_eq!(limit.failed, names(&["tests::limits"]));
}
