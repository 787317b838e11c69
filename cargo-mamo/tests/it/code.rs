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
    write_edited(project, LIB, edits);
    tested_by(project, "code")
}

fn write_edited(project: &Project, text: &str, edits: &[(&str, &str)]) {
    let text = edits.iter().fold(text.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replace(from, to)
    });
    project.write("src/lib.rs", &text);
}

/// Tests the library; `trust` decides.
fn tested_by(project: &Project, trust: &str) -> Tested {
    let arguments = [
        "test",
        "--lib",
        "--no-fail-fast",
        "--message-format",
        "json",
    ];
    let variables = [("CARGO_INCREMENTAL", "1"), ("MAMO_TRUST", trust)];
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

/// What names do not follow: a name that an own macro makes of parts.
const MADE: &str = "macro_rules! through { ($($t:tt)*) => { $($t)* } }
macro_rules! made { ($n:ident) => { through! { impl Named for super::Thing { fn name(&self) -> u32 { $n() } } } } }
pub struct Thing;
pub trait Named { fn name(&self) -> u32; }
fn number() -> u32 { 5 }
mod inner { use super::*; made!(number); }
#[cfg(test)]
mod tests { use super::*; #[test] fn named() { let it: &dyn Named = &Thing; assert_eq!(it.name(), 5); } #[test] fn apart() {} }
";

#[test]
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
fn a_pass_whose_code_nobody_looked_at_is_no_pass_of_code() {
    let project = Project::new(&[("src/lib.rs", LIB)]);
    assert_eq!(tested_by(&project, "source").ran.len(), 3);
    assert!(tested_by(&project, "source").ran.is_empty());
    assert_eq!(tested_by(&project, "code").ran.len(), 3, "unproven");
    assert!(tested_by(&project, "code").ran.is_empty());
    assert!(tested_by(&project, "source").ran.is_empty());
}

#[test]
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
fn a_build_between_two_runs_hides_no_code() {
    let project = Project::new(&[("src/lib.rs", MADE)]);
    let code = |text: &str, edits: &[(&str, &str)]| {
        write_edited(&project, text, edits);
        tested_by(&project, "code")
    };
    assert_eq!(code(MADE, &[]).ran.len(), 2);
    write_edited(&project, MADE, &[("{ 5 }", "{ 6 }")]);
    let built = project.mamo_with(&["test", "--lib", "--no-run"], &[("MAMO_TRUST", "code")]);
    assert_eq!(built.code, Some(0), "{}", built.stderr);
    let after = tested_by(&project, "code");
    assert_eq!(after.failed, names(&["tests::named"]));
    assert!(!after.ran.contains("tests::apart"));
    let again = tested_by(&project, "code");
    assert_eq!(again.failed, names(&["tests::named"]));
    assert!(code(MADE, &[]).ran.is_empty(), "undone");
}

#[test]
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
fn a_program_that_is_gone_keeps_the_code_that_it_had() {
    let project = Project::new(&[("src/lib.rs", LIB)]);
    assert_eq!(tested(&project, &[]).ran.len(), 3);
    std::fs::remove_dir_all(project.path("target/debug")).unwrap();
    assert!(tested_by(&project, "code").ran.is_empty());
    assert!(!project.path("target/debug").exists(), "nothing is built");
}

#[test]
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
fn a_release_build_keeps_its_objects_so_that_code_decides() {
    let project = Project::new(&[("src/lib.rs", LIB)]);
    let run = |text: &str| {
        project.write("src/lib.rs", text);
        let arguments = [
            "test",
            "--lib",
            "--release",
            "--message-format",
            "json",
            "-v",
        ];
        let variables = [("MAMO_TRUST", "code"), ("CARGO_INCREMENTAL", "")];
        let outcome = project.mamo_with(&arguments, &variables);
        assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
        assert!(
            !outcome.stderr.contains("Code not known"),
            "{}",
            outcome.stderr
        );
        let events = outcome.events();
        events.iter().filter(|event| event["by"] == "code").count()
    };
    assert_eq!(run(LIB), 0);
    let renamed = LIB.replace("let side = self.0; side * side", "let s = self.0; s * s");
    assert_eq!(run(&renamed), 1);
}
