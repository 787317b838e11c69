//! Results and arguments that serde does not carry whole: none is served for what it is not.
//!
//! Its functions are part of the program under test. How it is built makes no difference: what is stored has been read back.

use crate::program::{Program, computed};
use mamo::Value;
use serde::{Deserialize, Serialize};

/// What the keys of these functions end with.
pub(crate) const FUNCTIONS: [&str; 10] = [
    "reordered",
    "skipped",
    "wrapped",
    "varying",
    "long",
    "unequal",
    "addressed",
    "source",
    "derived",
    "hostile",
];

/// What a call gives, if it is one of these.
pub(crate) fn call(words: &[&str]) -> Option<Vec<String>> {
    let number = |text: &str| text.parse::<u32>().unwrap();
    let result = match *words {
        ["reordered"] => format!("{:?}", reordered().0),
        ["skipped"] => format!("{:?}", skipped()),
        ["wrapped"] => match wrapped() {
            Ok(Some(inner)) => format!("{inner:?}"),
            _ => "nothing".to_owned(),
        },
        ["varying", n] => format!("{:?}", varying(number(n))),
        ["long", n] => long(number(n)).hidden.to_string(),
        ["unequal", n] => unequal(number(n)).hidden.to_string(),
        ["addressed"] => addressed().1.to_string(),
        ["derived", n] => derived(&source::value(number(n))).to_string(),
        ["hostile"] => hostile().0.to_string(),
        _ => return None,
    };
    Some(vec![result])
}

/// Loses a field on the way, which no encoding shows. Has no equality, but can be shown.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Skipping {
    shown: u32,
    #[serde(skip)]
    hidden: u32,
}

#[mamo::memo]
fn skipped() -> Skipping {
    computed("skipped");
    Skipping {
        shown: 1,
        hidden: 2,
    }
}

#[mamo::memo]
fn wrapped() -> Result<Option<Box<[Skipping; 1]>>, String> {
    computed("wrapped");
    if std::env::var_os("MAMO_TEST_MOOD").is_some() {
        return Err("no".to_owned());
    }
    let one = Skipping {
        shown: 1,
        hidden: 2,
    };
    Ok(Some(Box::new([one])))
}

/// Leaves a field out now and then; what follows can then be read in its place.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Varying {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    first: Vec<u8>,
    second: Vec<u32>,
}

#[mamo::memo]
fn varying(n: u32) -> Varying {
    computed("varying");
    Varying {
        first: vec![1; n as usize],
        second: vec![128, 0],
    }
}

/// Loses a field only where it is not 0, and is long.
#[derive(Serialize, Deserialize, PartialEq)]
struct Long {
    bytes: Vec<u16>,
    #[serde(skip)]
    hidden: u32,
}

#[mamo::memo]
fn long(n: u32) -> Long {
    computed("long");
    Long {
        bytes: vec![7; 100_000],
        hidden: n,
    }
}

/// The same without an equality.
#[derive(Debug, Serialize, Deserialize)]
struct Unequal {
    bytes: Vec<u16>,
    #[serde(skip)]
    hidden: u32,
}

#[mamo::memo]
fn unequal(n: u32) -> Unequal {
    computed("unequal");
    Unequal {
        bytes: vec![7; 100_000],
        hidden: n,
    }
}

/// Is shown with where it lies, which tells nothing of what it is.
#[derive(Serialize, Deserialize)]
struct Addressed(Box<u8>, u32);

impl std::fmt::Debug for Addressed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:p} {}", self.0, self.1)
    }
}

#[mamo::memo]
fn addressed() -> Addressed {
    computed("addressed");
    Addressed(Box::new(1), 5)
}

#[mamo::memo]
fn source(n: u32) -> Skipping {
    computed("source");
    Skipping {
        shown: 1,
        hidden: n,
    }
}

#[mamo::memo]
fn derived(source: &Value<Skipping>) -> u32 {
    computed("derived");
    source.hidden
}

/// Reads back with its numbers in the other order. Has neither an equality nor a `Debug`.
#[derive(Serialize)]
struct Swapped((u8, u8));

impl<'de> Deserialize<'de> for Swapped {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <(u8, u8)>::deserialize(deserializer).map(|(one, other)| Self((other, one)))
    }
}

#[mamo::memo]
fn reordered() -> Swapped {
    computed("reordered");
    Swapped((1, 2))
}

/// Cannot even be tried.
#[derive(Serialize)]
struct Hostile(u32);

impl<'de> Deserialize<'de> for Hostile {
    fn deserialize<D: serde::Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        panic!("nobody reads this")
    }
}

#[mamo::memo]
fn hostile() -> Hostile {
    computed("hostile");
    Hostile(3)
}

/// Twice the same results, each time computed, nothing stored, and one warning that tells what to do.
fn is_refused(calls: &str, result: &str, advice: &[&str]) {
    let program = Program::new();
    let before = program.run(calls);
    let after = program.run(calls);
    assert_eq!((&*before.results[0], &*after.results[0]), (result, result));
    assert_eq!(program.computed().len(), 2, "{calls}");
    assert!(program.value_files().is_empty(), "{calls}");
    let [warning] = &after.warnings[..] else {
        panic!("{:?}", after.warnings);
    };
    for advice in advice {
        assert!(warning.contains(advice), "{advice}: {warning}");
    }
}

#[test]
fn a_field_that_serde_skips_is_noticed_without_an_equality_however_deep_it_lies() {
    let skipping = "Skipping { shown: 1, hidden: 2 }";
    let advice = ["what is read back is shown as another value", "`PartialEq`"];
    is_refused("skipped", skipping, &advice);
    is_refused("wrapped", &format!("[{skipping}]"), &advice);
}

#[test]
fn a_field_that_serde_skips_is_noticed_by_an_equality_in_long_values_too() {
    let program = Program::new();
    assert_eq!(
        program.results("long 0"),
        ["0"],
        "which is what it reads back as"
    );
    assert_eq!(program.run("long 0; long 1").results, ["0", "1"]);
    let again = program.run("long 1");
    assert_eq!(again.results, ["1"]);
    assert!(again.warnings[0].contains("is not equal"), "{again:?}");
    assert_eq!(program.computed(), ["long", "long", "long"]);
}

#[test]
fn a_field_that_serde_skips_is_noticed_in_long_values_without_an_equality_too() {
    let program = Program::new();
    assert_eq!(program.run("unequal 0; unequal 1").results, ["0", "1"]);
    let again = program.run("unequal 1");
    assert_eq!(again.results, ["1"]);
    assert!(
        again.warnings[0].contains("is shown as another value"),
        "{again:?}"
    );
}

#[test]
fn each_value_is_read_back_and_not_only_the_first_of_a_function() {
    let program = Program::new();
    let empty = "Varying { first: [], second: [128, 0] }";
    let run = program.run("varying 1; varying 0");
    assert_eq!(run.results[1], empty);
    assert_eq!(program.run("varying 0").results, [empty]);
    assert_eq!(program.value_files().len(), 1);
    assert!(
        run.warnings[0].contains("`codec = mamo::MessagePack`"),
        "{run:?}"
    );
}

#[test]
fn what_is_shown_with_an_address_is_stored() {
    let program = Program::new();
    assert_eq!(program.results("addressed"), ["5"]);
    assert_eq!(program.results("addressed"), ["5"]);
    assert_eq!(program.computed(), ["addressed"]);
}

#[test]
fn a_lazy_value_that_does_not_read_back_names_no_other() {
    let program = Program::new();
    for _ in 0..2 {
        let run = program.run("derived 2; derived 3");
        assert_eq!(run.results, ["2", "3"], "{run:?}");
    }
    assert!(program.value_files().is_empty());
}

#[test]
fn another_order_is_another_value_but_for_that_of_hash_maps() {
    is_refused("reordered", "(1, 2)", &["encodes to other bytes"]);
}

#[test]
fn a_value_that_panics_when_it_is_read_back_is_returned_all_the_same() {
    is_refused("hostile", "3", &["reading it back panics"]);
}
