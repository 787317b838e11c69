//! `why` under `test.trust = "code"`: besides the changed items, the functions and constants whose code differs.

use crate::project::Project;
use serde_json::Value;

const LIB: &str = "pub trait Shape { fn area(&self) -> u32; }
pub struct Square(pub u32);
impl Shape for Square {
    fn area(&self) -> u32 { let side = self.0; side * side }
}
pub fn sum() -> u32 { let it: &dyn Shape = &Square(2); it.area() }
pub fn other() -> u32 { 7 }
pub static SIZES: [u32; 3] = [1, 2, 3];
#[inline(never)] pub fn size(at: usize) -> u32 { SIZES[at] }
#[cfg(test)]
mod tests {
    #[test] fn sums() { assert!(super::sum() > 3); }
    #[test] fn others() { assert!(super::other() > 6); }
    #[test] fn sizes() { assert!(super::size(super::other() as usize - 6) > 1); }
    #[test] #[should_panic(expected = \"one\")] fn panics() { panic!(\"one or two\"); }
    #[test] fn reads() { assert!(std::fs::read_to_string(\"data.txt\").is_ok()); }
}
";

const VARIABLES: [(&str, &str); 2] = [("CARGO_INCREMENTAL", "1"), ("MAMO_TRUST", "code")];

fn write_edited(project: &Project, (from, to): (&str, &str)) {
    assert!(LIB.contains(from), "{from}");
    project.write("src/lib.rs", &LIB.replace(from, to));
}

fn done(project: &Project, arguments: &[&str]) -> String {
    let outcome = project.mamo_with(arguments, &VARIABLES);
    assert!(matches!(outcome.code, Some(0 | 101)), "{}", outcome.stderr);
    outcome.stdout
}

fn why(project: &Project, test: &str) -> Value {
    let name = format!("tests::{test}");
    let told = done(
        project,
        &["why", "--lib", "--message-format", "json", &name],
    );
    serde_json::from_str(told.lines().next().unwrap()).unwrap()
}

/// The functions that differ, as `item change`.
fn differing(told: &Value) -> Vec<String> {
    let functions = told["code"]["functions"].as_array().unwrap();
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let told = functions.iter();
    told.map(|one| format!("{} {}", text(&one["item"]), text(&one["change"])))
        .collect()
}

#[test]
fn why_names_the_changed_item_and_the_functions_whose_code_differs() {
    let project = Project::new(&[("src/lib.rs", LIB), ("data.txt", "data")]);
    done(&project, &["test", "--lib"]);
    assert_eq!(why(&project, "sums")["code"]["state"], "same");

    let area = ("side * side", "side * side * side");
    write_edited(&project, area);
    let before = why(&project, "sums");
    assert_eq!(before["code"]["state"], "unknown", "not built: {before}");
    assert_eq!(before["fresh"], false);
    done(&project, &["test", "--lib", "--no-run"]);
    let told = why(&project, "sums");
    assert_eq!(
        told["changes"][0]["path"],
        "demo::<impl Shape for Square>::area"
    );
    assert_eq!(told["code"]["state"], "differs");
    assert_eq!(
        differing(&told),
        ["demo::<impl Shape for Square>::area instructions"]
    );
    let function = &told["code"]["functions"][0];
    assert_eq!(function["path"], "<demo::Square as demo::Shape>::area");
    assert_eq!(function["file"], "src/lib.rs");
    assert_eq!(function["line"], 4);
    assert_eq!(why(&project, "others")["code"]["state"], "same");
    let text = done(&project, &["why", "--lib", "tests::sums"]);
    assert!(
        text.contains("demo::<impl Shape for Square>::area (src/lib.rs:4) changed"),
        "{text}"
    );
    assert!(
        text.contains("demo::<impl Shape for Square>::area (src/lib.rs:4) has other instructions"),
        "{text}"
    );

    // What failed is told of by what it was when it passed, whatever ran since.
    write_edited(
        &project,
        ("7 }", "other_number() }\nfn other_number() -> u32 { 1 }"),
    );
    done(&project, &["test", "--lib", "--no-fail-fast"]);
    let told = why(&project, "others");
    assert_eq!(told["reason"]["reason"], "failed-last");
    let expected = ["demo::other callee", "demo::other_number added"];
    assert_eq!(differing(&told), expected);
}

#[test]
fn why_tells_code_that_is_the_same_and_what_differs_besides_functions() {
    let project = Project::new(&[("src/lib.rs", LIB), ("data.txt", "data")]);
    done(&project, &["test", "--lib"]);
    let edited = |edit: (&str, &str), test: &str| {
        write_edited(&project, edit);
        done(&project, &["test", "--lib", "--no-run"]);
        why(&project, test)
    };
    let renamed = edited(
        ("let side = self.0; side * side", "let s = self.0; s * s"),
        "sums",
    );
    assert_eq!(renamed["code"]["state"], "same");
    assert_eq!(renamed["fresh"], true, "{renamed}");
    assert_eq!(
        renamed["changes"][0]["path"],
        "demo::<impl Shape for Square>::area"
    );

    let expected = edited(("expected = \"one\"", "expected = \"two\""), "panics");
    assert_eq!(expected["code"]["functions"], serde_json::json!([]));
    assert_eq!(expected["code"]["besides"][0], "surroundings");

    let constant = edited(("[1, 2, 3]", "[1, 4, 3]"), "sizes");
    let expected = ["demo::size constant"];
    assert_eq!(
        differing(&constant),
        expected,
        "data without a name of its own"
    );

    project.write("src/lib.rs", LIB);
    project.write("data.txt", "other");
    done(&project, &["test", "--lib", "--no-run"]);
    let read = why(&project, "reads");
    assert_eq!(read["code"]["besides"], serde_json::json!(["inputs"]));
    assert_eq!(read["code"]["functions"], serde_json::json!([]));
}

#[test]
fn why_names_functions_that_names_do_not_lead_to() {
    let text = "macro_rules! through { ($($t:tt)*) => { $($t)* } }
macro_rules! made { ($n:ident) => { through! { impl Named for super::Thing { fn name(&self) -> u32 { $n() } } } } }
pub struct Thing;
pub trait Named { fn name(&self) -> u32; }
fn number() -> u32 { 5 }
mod inner { use super::*; made!(number); }
#[cfg(test)]
mod tests { use super::*; #[test] fn named() { let it: &dyn Named = &Thing; assert!(it.name() > 1); } }
";
    let project = Project::new(&[("src/lib.rs", text)]);
    done(&project, &["test", "--lib"]);
    project.write("src/lib.rs", &text.replace("{ 5 }", "{ 4 }"));
    done(&project, &["test", "--lib", "--no-run"]);
    let told = why(&project, "named");
    assert_eq!(told["fresh"], false);
    assert_eq!(differing(&told), ["demo::number instructions"]);
}

#[test]
fn where_source_decides_code_is_not_asked() {
    let project = Project::new(&[("src/lib.rs", LIB), ("data.txt", "data")]);
    project.mamo(&["test", "--lib"]);
    let told = project.mamo(&["why", "--lib", "--message-format", "json", "tests::sums"]);
    assert!(told.events()[0].get("code").is_none(), "{}", told.stdout);
}
