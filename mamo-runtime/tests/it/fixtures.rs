//! Fixtures that are values: lent, copied, made for each process; and what happens to all who ask for one that fails.
//!
//! This executable starts itself as a test program of fixtures, whose calls stand in a variable.

use crate::program::{CALLS, Program, Run, computed, finish};
use crate::shapes::now;
use mamo::Resource;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::Command;
use std::time::Duration;

/// What the keys of these functions end with.
pub(crate) const FUNCTIONS: [&str; 14] = [
    "corpus",
    "sized",
    "later",
    "own",
    "own_even",
    "own_later",
    "even",
    "upset",
    "slow",
    "base",
    "derived",
    "shouting",
    "looped",
    "later_sized",
];

/// The program, about to make these calls.
fn command(program: &Program, calls: &str) -> Command {
    let mut command = program.start("fixtures::child");
    command.env(CALLS, calls);
    command
}

fn run(program: &Program, calls: &str) -> Run {
    finish(command(program, calls).spawn().unwrap())
}

fn results(program: &Program, calls: &str) -> Vec<String> {
    let run = run(program, calls);
    assert_eq!(run.warnings, [""; 0], "{calls}");
    run.results
}

#[test]
fn each_argument_has_one_value_a_process_and_one_in_the_store() {
    let program = Program::new();
    assert_eq!(
        results(&program, "sized 2; sized 3; sized 2; same"),
        ["2", "3", "2", "true"]
    );
    assert_eq!(program.computed(), ["sized", "sized"]);
    assert_eq!(
        results(&program, "sized 3; cases"),
        ["3", "small 2, large 3"]
    );
    assert_eq!(program.computed(), [""; 0]);
}

#[test]
fn copies_are_each_callers_own_and_made_of_what_is_stored() {
    let program = Program::new();
    assert_eq!(
        results(&program, "own; own; own_later"),
        ["[1, 2, 9]", "[1, 2, 9]", "[3]"]
    );
    assert_eq!(
        results(&program, "own; own_later; own_later"),
        ["[1, 2, 9]", "[3]", "[3]"]
    );
    assert_eq!(program.computed(), ["own", "own_later"]);
}

#[test]
fn without_a_snapshot_a_process_makes_each_value_once() {
    let program = Program::untrusted();
    let run = run(&program, "own; own; sized 2; sized 2; later; later");
    assert_eq!(run.results, ["[1, 2, 9]", "[1, 2, 9]", "2", "2", "5", "5"]);
    assert_eq!(run.warnings.len(), 1, "{run:?}");
    assert_eq!(program.computed(), ["own", "sized", "later"]);
}

#[test]
fn async_fixtures_are_made_once_by_whoever_is_first() {
    let program = Program::new();
    assert_eq!(results(&program, "together; later"), ["5 5 true", "5"]);
    assert_eq!(results(&program, "later; later_cases"), ["5", "two 2"]);
    assert_eq!(program.computed(), ["later", "later_sized"]);
}

#[test]
fn a_fixture_of_another_is_stored_by_itself() {
    let program = Program::new();
    assert_eq!(results(&program, "derived"), ["6"]);
    assert_eq!(program.computed(), ["derived", "base"]);
    assert_eq!(results(&program, "base"), ["3"]);
    assert_eq!(program.computed(), [""; 0]);
}

#[test]
fn resources_are_torn_down_in_reverse_order_also_after_panics() {
    let program = Program::new();
    let calls = "server; client; fragile; server; panic";
    assert_eq!(
        results(&program, calls),
        [
            "server",
            "client of server",
            "fragile",
            "server",
            "panicked: as asked to"
        ]
    );
    let order = [
        "server",
        "client",
        "fragile",
        "drop fragile",
        "drop client",
        "drop server",
    ];
    assert_eq!(program.computed(), order);
    let failing = command(&program, "server; client; fail").output().unwrap();
    assert_eq!(failing.status.code(), Some(101));
    assert_eq!(
        program.computed(),
        ["server", "client", "drop client", "drop server"]
    );
    assert_eq!(
        results(&program, "server; tear down; tear down"),
        ["server", "torn down", "torn down"]
    );
    assert_eq!(program.computed(), ["server", "drop server"]);
}

#[test]
fn a_resource_in_use_is_told_and_not_dropped() {
    let program = Program::new();
    let run = run(&program, "hold");
    assert_eq!(program.computed(), ["server"]);
    assert!(run.warnings[0].contains("still in use"), "{run:?}");
}

#[test]
fn a_failure_is_told_to_all_who_ask_and_tried_once_a_run() {
    let program = Program::new();
    let failed = |name: &str, why: &str| {
        format!("panicked: the fixture `mamo-runtime/it::fixtures::{name}` failed: {why}")
    };
    let start = |id: &str, calls: &str| {
        let mut command = command(&program, calls);
        command.env("NEXTEST_RUN_ID", id);
        finish(command.spawn().unwrap()).results
    };
    let elsewhere = " (in another process of this run, which is why it is not tried here)";
    assert_eq!(start("a", "even; even"), ["Err(odd)", "Err(odd)"]);
    assert_eq!(
        start("a", "even; even"),
        ["even", "even"].map(|name| failed(name, &format!("odd{elsewhere}")))
    );
    assert_eq!(start("b", "even"), ["Err(odd)"]);
    assert_eq!(program.computed(), ["even", "even"]);
    assert_eq!(
        start("a", "upset; upset"),
        ["panicked: no way", &failed("upset", "it panicked: no way")]
    );
    assert_eq!(
        start("a", "upset"),
        [failed("upset", &format!("it panicked: no way{elsewhere}"))]
    );
    assert_eq!(program.computed(), ["upset"]);
    assert_eq!(
        start("c", "own_even; own_even"),
        ["Err(odd)", &failed("own_even", "odd")]
    );
    assert_eq!(
        start("c", "own_even"),
        [failed("own_even", &format!("odd{elsewhere}"))]
    );
    assert_eq!(start("c", "shouting"), ["panicked: loud"]);
    assert_eq!(
        start("c", "shouting"),
        [failed("shouting", &format!("it panicked: loud{elsewhere}"))]
    );
}

#[test]
fn a_fixture_that_needs_itself_says_so() {
    let program = Program::new();
    let said = results(&program, "looped");
    assert!(said[0].contains("needs itself to be made"), "{said:?}");
}

#[test]
fn one_process_makes_it_and_the_others_say_what_they_wait_for() {
    let program = Program::new();
    let children: Vec<_> = (0..4)
        .map(|_| command(&program, "slow").spawn().unwrap())
        .collect();
    let outputs = children
        .into_iter()
        .map(|child| child.wait_with_output().unwrap());
    let told = outputs
        .filter(|output| {
            assert!(output.status.success());
            let text = String::from_utf8_lossy(&output.stderr);
            text.contains("mamo: waiting for `mamo-runtime/it::fixtures::slow`, which another process computes")
        })
        .count();
    assert_eq!((program.computed(), told), (vec!["slow".to_owned()], 3));
}

#[test]
fn a_process_that_dies_is_taken_over_and_no_failure_of_the_run() {
    let program = Program::new();
    let start = |variable: &str| {
        let mut command = command(&program, "slow");
        command.env("NEXTEST_RUN_ID", "a").env(variable, "1");
        command.spawn().unwrap()
    };
    let mut first = start("MAMO_TEST_ENDLESS");
    program.wait_for("slow");
    let second = start("MAMO_TEST_CALM");
    std::thread::sleep(Duration::from_millis(100));
    first.kill().unwrap();
    first.wait().unwrap();
    assert_eq!(finish(second).results, ["7"]);
    assert_eq!(program.computed(), ["slow", "slow"]);
}

/// Makes the calls named in the variable, and shows panics as results.
#[test]
#[ignore = "the program that the other tests start"]
fn child() {
    for call in std::env::var(CALLS).unwrap_or_default().split("; ") {
        assert!(call != "fail", "as asked to");
        let words: Vec<_> = call.split_whitespace().collect();
        let result =
            catch_unwind(AssertUnwindSafe(|| make_call(&words))).unwrap_or_else(|payload| {
                let text = payload.downcast_ref::<&str>().map(ToString::to_string);
                let text = text.or_else(|| payload.downcast_ref::<String>().cloned());
                format!("panicked: {}", text.unwrap_or_default())
            });
        #[expect(clippy::print_stdout, reason = "the parent reads it")]
        {
            println!("\n> {result}");
        }
    }
}

fn make_call(words: &[&str]) -> String {
    match *words {
        ["corpus"] => corpus().len().to_string(),
        ["sized", n] => sized(n.parse().unwrap()).len().to_string(),
        ["same"] => std::ptr::eq(sized(2), sized(2)).to_string(),
        ["cases"] => {
            let cases = sized::CASES
                .iter()
                .map(|(name, lend)| format!("{name} {}", lend().len()));
            cases.collect::<Vec<_>>().join(", ")
        }
        ["later_cases"] => {
            let [(name, lend)] = later_sized::CASES else {
                panic!("there is one case")
            };
            format!("{name} {}", now(lend()).len())
        }
        ["later"] => now(later()).len().to_string(),
        ["together"] => together(),
        ["own"] => {
            let mut copy = own();
            copy.push(9);
            format!("{copy:?}")
        }
        ["own_later"] => format!("{:?}", now(own_later())),
        ["own_even"] => format!("{:?}", own_even()),
        ["even"] => format!("{:?}", even()),
        ["upset"] => upset().to_string(),
        ["shouting"] => now(shouting()).to_string(),
        ["slow"] => slow().to_string(),
        ["base"] => base().len().to_string(),
        ["derived"] => derived().len().to_string(),
        ["looped"] => looped().to_string(),
        ["server"] => server().0.to_owned(),
        ["client"] => format!("client of {}", client().1.0),
        ["fragile"] => {
            fragile();
            "fragile".into()
        }
        ["hold"] => {
            static HELD: std::sync::OnceLock<Resource<Torn>> = std::sync::OnceLock::new();
            HELD.get_or_init(server).0.to_owned()
        }
        ["tear", "down"] => {
            mamo::__private::tear_down();
            "torn down".into()
        }
        _ => panic!("as asked to"),
    }
}

/// Two threads want one value.
fn together() -> String {
    let (one, other) = std::thread::scope(|scope| {
        let (one, other) = (scope.spawn(|| now(later())), scope.spawn(|| now(later())));
        (one.join().unwrap(), other.join().unwrap())
    });
    format!("{} {} {}", one.len(), other.len(), std::ptr::eq(one, other))
}

#[mamo::fixture]
fn corpus() -> Vec<u8> {
    computed("corpus");
    vec![1, 2, 3]
}

#[mamo::fixture(cases(small = (2), large = (SMALL + 1)))]
fn sized(n: usize) -> Vec<String> {
    computed("sized");
    vec!["x".into(); n]
}

const SMALL: usize = 2;

#[mamo::fixture]
async fn later() -> Vec<u8> {
    std::future::ready(()).await;
    computed("later");
    std::thread::sleep(Duration::from_millis(50));
    vec![5; 5]
}

#[mamo::fixture(cases(two = (SMALL)))]
async fn later_sized(n: usize) -> Vec<u8> {
    std::future::ready(()).await;
    computed("later_sized");
    vec![0; n]
}

#[mamo::fixture(per_test)]
fn own() -> Vec<u32> {
    computed("own");
    vec![1, 2]
}

#[mamo::fixture(per_test)]
async fn own_later() -> Vec<u32> {
    std::future::ready(()).await;
    computed("own_later");
    vec![3]
}

/// Cannot be copied, and shows itself.
struct Odd;

impl std::fmt::Debug for Odd {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("odd")
    }
}

#[mamo::fixture(per_test)]
fn own_even() -> Result<u32, Odd> {
    computed("own_even");
    Err(Odd)
}

#[mamo::fixture]
fn even() -> Result<u32, Odd> {
    computed("even");
    Err(Odd)
}

#[mamo::fixture]
fn upset() -> u32 {
    computed("upset");
    panic!("no way")
}

#[mamo::fixture]
async fn shouting() -> u32 {
    std::future::ready(()).await;
    computed("shouting");
    panic!("loud")
}

#[mamo::fixture]
fn slow() -> u32 {
    computed("slow");
    while std::env::var_os("MAMO_TEST_ENDLESS").is_some() {
        std::thread::sleep(Duration::from_secs(1));
    }
    if std::env::var_os("MAMO_TEST_CALM").is_none() {
        std::thread::sleep(Duration::from_millis(1500));
    }
    7
}

#[mamo::fixture]
fn base() -> Vec<u8> {
    computed("base");
    vec![1; 3]
}

#[mamo::fixture]
fn derived() -> Vec<u8> {
    computed("derived");
    [base().as_slice(), base()].concat()
}

#[mamo::fixture]
fn looped() -> u32 {
    *looped()
}

/// Says when it is dropped.
struct Torn(&'static str, bool);

impl Drop for Torn {
    fn drop(&mut self) {
        computed(&format!("drop {}", self.0));
        assert!(self.1 || std::thread::panicking(), "a Drop that panics");
    }
}

#[mamo::fixture(per_process)]
fn server() -> Torn {
    computed("server");
    Torn("server", true)
}

/// Has a resource that was made before it, and is dropped first.
#[mamo::fixture(per_process)]
fn client() -> (Torn, Resource<Torn>) {
    let server = server();
    computed("client");
    (Torn("client", true), server)
}

#[mamo::fixture(per_process)]
fn fragile() -> Torn {
    computed("fragile");
    Torn("fragile", false)
}
