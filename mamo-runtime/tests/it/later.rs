//! Async memos and fixtures: policies, re-entry, nested time and comparison mean what they mean where nothing is async.
//!
//! Its functions are part of the program under test.

use crate::program::{Program, computed, finish};
use crate::shapes::now;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};

/// What the keys of these functions end with.
pub(crate) const FUNCTIONS: [&str; 8] = [
    "inner", "outer", "again", "lent", "copied", "filled", "looped", "around",
];

/// What a call gives, if it is one of these.
pub(crate) fn call(words: &[&str]) -> Option<Vec<String>> {
    let number = |text: &str| text.parse::<u32>().unwrap();
    let result = match *words {
        ["later", "outer", n] => now(outer(number(n))).to_string(),
        ["later", "value", n] => now(async {
            let value = inner::value(number(n)).await;
            format!("{} {} {}", *value, value.is_stale(), value.is_stale_to(0))
        }),
        ["later", "again", n] => now(again(number(n))).to_string(),
        ["later", "lent"] => now(lent()).to_string(),
        ["later", "copied"] => now(copied()).to_string(),
        ["later", "filled"] => {
            let directory = now(filled());
            std::fs::read_to_string(directory.path().join("a")).unwrap()
        }
        ["later", "looped"] => said(catch_unwind(|| *now(looped()))),
        ["later", "around"] => said(catch_unwind(AssertUnwindSafe(|| now(around())))),
        ["later", "nested"] => {
            now(outer(9));
            let stats = mamo::stats();
            let outer = stats.iter().find(|one| one.key.ends_with("later::outer"));
            (outer.unwrap().counts.nested_ns > 0).to_string()
        }
        _ => return None,
    };
    Some(vec![result])
}

fn said<T: ToString>(result: std::thread::Result<T>) -> String {
    match result {
        Ok(value) => value.to_string(),
        Err(payload) => payload.downcast_ref::<String>().unwrap().clone(),
    }
}

/// What mamo is not told of.
fn unseen() -> String {
    std::env::var("MAMO_TEST_MOOD").unwrap_or_default()
}

#[mamo::memo]
async fn inner(n: u32) -> u32 {
    std::future::ready(()).await;
    computed("inner");
    assert!(unseen() != "upset", "as asked to");
    n + 1
}

#[mamo::memo]
async fn outer(n: u32) -> u32 {
    computed("outer");
    inner(n).await * 2
}

static ENTERED: AtomicBool = AtomicBool::new(false);

/// Calls itself with the same argument.
#[mamo::memo]
async fn again(n: u32) -> u32 {
    computed("again");
    if ENTERED.swap(true, Ordering::Relaxed) {
        return n;
    }
    let inside: Pin<Box<dyn Future<Output = u32>>> = Box::pin(again(n));
    inside.await + 1
}

#[mamo::fixture]
async fn lent() -> u32 {
    computed("lent");
    inner(4).await
}

#[mamo::fixture(per_test)]
async fn copied() -> u32 {
    computed("copied");
    inner(4).await
}

#[mamo::fixture(dir)]
async fn filled(into: &std::path::Path) {
    computed("filled");
    let text = inner(4).await.to_string() + &unseen();
    std::fs::write(into.join("a"), text).unwrap();
}

/// Needs itself.
#[mamo::fixture]
async fn looped() -> u32 {
    let inside: Pin<Box<dyn Future<Output = &'static u32>>> = Box::pin(looped());
    *inside.await
}

/// Needs itself by way of a function that is not async.
#[mamo::fixture(per_test)]
async fn around() -> u32 {
    now(around())
}

/// A program whose functions have other code than before.
fn edited(program: &mut Program, functions: &[&str]) {
    for function in functions {
        program.set_key(format!("mamo-runtime/it::later::{function}"), 2);
    }
    program.write_snapshot();
    program.computed();
}

fn under(program: &Program, policy: &str, calls: &str) -> Vec<String> {
    let mut command = program.command(calls);
    finish(command.env("MAMO_POLICY", policy).spawn().unwrap()).results
}

#[test]
fn an_async_memo_is_served_an_older_value_where_the_policy_says_so_and_nothing_is_stored_then() {
    let mut program = Program::new();
    program.results("later outer 4");
    edited(&mut program, &["inner", "outer"]);
    assert_eq!(under(&program, "missing", "later outer 4"), ["10"]);
    assert!(program.computed().is_empty());
    assert_eq!(
        under(&program, "missing", "later value 4; later outer 5"),
        ["5 true true", "12"]
    );
    assert_eq!(program.computed(), ["outer", "inner"]);
    assert_eq!(program.results("later outer 5"), ["12"]);
    assert_eq!(program.computed(), ["outer", "inner"], "nothing was stored");
}

#[test]
fn stale_to_a_depth_counts_async_computations() {
    let mut program = Program::new();
    program.results("later outer 4");
    edited(&mut program, &["inner", "outer"]);
    assert_eq!(under(&program, "stale:0", "later outer 4"), ["10"]);
    assert_eq!(program.computed(), ["outer"]);
    assert_eq!(under(&program, "stale:1", "later outer 4"), ["10"]);
    assert_eq!(program.computed(), ["outer", "inner"]);
}

#[test]
fn async_fixtures_follow_policies() {
    let mut program = Program::new();
    let calls = "later lent; later copied; later filled";
    let results = ["5", "5", "5"];
    assert_eq!(program.results(calls), results);
    edited(&mut program, &["inner", "lent", "copied", "filled"]);
    assert_eq!(under(&program, "missing", calls), results);
    assert!(program.computed().is_empty());
    assert_eq!(under(&program, "stale:0", calls), results);
    assert_eq!(program.computed(), ["lent", "copied", "filled"]);
}

#[test]
fn an_async_memo_that_calls_itself_does_not_wait_for_itself() {
    let program = Program::new();
    let output = program.command("later again 3").output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!said.contains("waiting for"), "{said}");
    assert!(String::from_utf8(output.stdout).unwrap().contains("> 4"));
    assert_eq!(program.computed(), ["again", "again"]);
}

#[test]
fn an_async_fixture_that_needs_itself_says_so() {
    let program = Program::new();
    for call in ["later looped", "later around"] {
        let said = program.results(call);
        assert!(said[0].contains("needs itself to be made"), "{said:?}");
    }
}

#[test]
fn calls_inside_of_an_async_computation_count_as_nested() {
    assert_eq!(Program::new().results("later nested"), ["true"]);
}

#[test]
fn an_async_computation_that_panics_only_when_it_is_compared_is_reported() {
    let program = Program::new();
    let calls = "later outer 4; later filled";
    let results = program.results(calls);
    let report = tempfile::NamedTempFile::new().unwrap();
    let mut command = program.command(calls);
    command.env(
        mamo::__private::VERIFY,
        format!("100,0,{}", report.path().display()),
    );
    command.env("MAMO_TEST_MOOD", "upset");
    assert_eq!(finish(command.spawn().unwrap()).results, results);
    let said = std::fs::read_to_string(report.path()).unwrap();
    for function in ["inner", "filled"] {
        let line = said
            .lines()
            .find(|line| line.contains(&format!("later::{function}\t")));
        assert!(line.is_some_and(|line| line.contains("differs")), "{said}");
    }
}

#[test]
fn an_async_memo_of_numbers_gives_a_lazy_value() {
    assert_eq!(Program::new().results("later value 4"), ["5 false false"]);
}
