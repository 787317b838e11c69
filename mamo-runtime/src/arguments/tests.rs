//! Look-alikes differ, equals agree.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use super::{AddBy, Argument, Arguments, BySerde};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Debug;

fn digest<T: Serialize + ?Sized>(value: &T) -> [u8; 32] {
    digest_of(|arguments| arguments.add(BySerde, value).unwrap())
}

fn digest_of(add: impl FnOnce(&mut Arguments)) -> [u8; 32] {
    let gathered = Arguments::gather(|arguments| {
        add(arguments);
        Ok(())
    });
    let mut arguments = gathered.unwrap();
    arguments.settle();
    arguments.digest()
}

fn digest_all(values: &[&dyn Fn(&mut Arguments)]) -> [u8; 32] {
    digest_of(|arguments| values.iter().for_each(|add| add(arguments)))
}

fn add(arguments: &mut Arguments, text: &str) {
    arguments.add(BySerde, text).unwrap();
}

#[derive(Serialize)]
struct Point {
    x: i32,
    y: i32,
}

#[derive(Serialize)]
struct Pair(i32, i32);

#[derive(Serialize)]
struct Metres(i32);

#[derive(Serialize)]
struct Nothing;

#[derive(Serialize)]
enum Shape {
    Empty,
    Dot(i32),
    Span(i32, i32),
    Box { x: i32, y: i32 },
}

#[derive(Serialize)]
enum Other {
    Empty,
}

#[derive(Serialize)]
struct Sparse {
    #[serde(skip_serializing_if = "Option::is_none")]
    first: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    second: Option<u8>,
}

#[test]
fn look_alikes_are_different_arguments() {
    let digests = [
        digest(&1_u8),
        digest(&1_u16),
        digest(&1_u32),
        digest(&1_u64),
        digest(&1_u128),
        digest(&1_i8),
        digest(&1_i16),
        digest(&1_i32),
        digest(&1_i64),
        digest(&1_i128),
        digest(&true),
        digest(&'\u{1}'),
        digest("\u{1}"),
        digest(&1_f32),
        digest(&1_f64),
        digest(&0_f64),
        digest(&-0_f64),
        digest(&f64::NAN),
        digest(&Some(1_u8)),
        digest(&Some(Some(1_u8))),
        digest(&None::<u8>),
        digest(&()),
        digest(&Nothing),
        digest(&(1_i32, 2_i32)),
        digest(&[1_i32, 2][..]),
        digest(&[2_i32, 1][..]),
        digest(&[[1_i32], [2]][..]),
        digest(&vec![vec![1_i32, 2]]),
        digest(&Pair(1, 2)),
        digest(&Point { x: 1, y: 2 }),
        digest(&Point { x: 2, y: 1 }),
        digest(&Metres(1)),
        digest(&Shape::Empty),
        digest(&Other::Empty),
        digest(&Shape::Dot(1)),
        digest(&Shape::Span(1, 2)),
        digest(&Shape::Box { x: 1, y: 2 }),
        digest(&Sparse {
            first: Some(1),
            second: None,
        }),
        digest(&Sparse {
            first: None,
            second: Some(1),
        }),
        digest(&("ab", "c")),
        digest(&("a", "bc")),
        digest(&("abc", "")),
        digest(&["ab", "c"][..]),
        digest(&Vec::<u8>::new()),
        digest(""),
        digest(&HashMap::<u8, u8>::new()),
        digest(&BTreeMap::<u8, u8>::new()),
        digest(&HashMap::from([(1_u8, 2_u8)])),
        digest(&HashMap::from([(2_u8, 1_u8)])),
        digest(&HashMap::from([(1_u8, 1_u8), (2, 2)])),
        digest(&HashMap::from([(1_u8, 2_u8), (2, 1)])),
        digest(&HashSet::from([1_u8, 2])),
        digest(&HashSet::from([1_u8])),
    ];
    let distinct: HashSet<_> = digests.iter().collect();
    for (at, digest) in digests.iter().enumerate() {
        let twin = digests.iter().rposition(|other| other == digest);
        assert_eq!(twin, Some(at), "two of the values have one digest");
    }
    assert_eq!(distinct.len(), digests.len());
}

#[test]
fn the_bounds_between_arguments_count() {
    let split = |left: &'static str, right: &'static str| {
        digest_all(&[&|a| add(a, left), &|a| add(a, right)])
    };
    assert_ne!(split("ab", "c"), split("a", "bc"));
    assert_ne!(split("", "x"), split("x", ""));
    assert_ne!(digest_all(&[]), digest(&()));
}

#[test]
fn references_and_owned_values_agree() {
    assert_eq!(digest("text"), digest(&String::from("text")));
    assert_eq!(digest(&[1_u8, 2][..]), digest(&vec![1_u8, 2]));
    assert_eq!(digest(&&&7_u64), digest(&7_u64));
    assert_eq!(digest(&Box::new(7_u64)), digest(&7_u64));
}

#[test]
fn hash_maps_and_sets_have_no_order_at_any_depth() {
    for size in [0_u32, 1, 2, 10, 500] {
        let up: HashMap<u32, HashSet<String>> = (0..size).map(|n| (n, names(n, false))).collect();
        let down: HashMap<u32, HashSet<String>> =
            (0..size).rev().map(|n| (n, names(n, true))).collect();
        assert_same(&up, &down);
        assert_same(&Some(&up), &Some(&down));
        assert_same(&vec![Box::new(up)], &vec![Box::new(down)]);
    }
}

fn names(n: u32, reversed: bool) -> HashSet<String> {
    let names = (0..n % 7).map(|n| n.to_string());
    if reversed {
        names.rev().collect()
    } else {
        names.collect()
    }
}

fn assert_same(left: &(impl Serialize + Debug), right: &(impl Serialize + Debug)) {
    assert_eq!(digest(left), digest(right), "{left:?} {right:?}");
}

/// A map that keeps the order in which it was filled: functions can see that order, so it counts.
struct Filled(Vec<(u8, u8)>);

impl Serialize for Filled {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().copied())
    }
}

#[test]
fn maps_with_an_order_keep_it() {
    assert_ne!(
        digest(&Filled(vec![(1, 1), (2, 2)])),
        digest(&Filled(vec![(2, 2), (1, 1)]))
    );
}

#[test]
fn only_hash_maps_are_told_from_maps_with_an_order() {
    assert_eq!(
        digest(&Filled(vec![(1, 1), (2, 2)])),
        digest(&BTreeMap::from([(1_u8, 1_u8), (2, 2)]))
    );
}

#[test]
fn every_length_around_the_block_and_every_place_in_it_counts() {
    let block = super::BLOCK;
    let mut seen = HashSet::new();
    for length in [
        0,
        1,
        block - 20,
        block - 9,
        block - 8,
        block - 1,
        block,
        block + 1,
        3 * block,
    ] {
        let mut text = "x".repeat(length);
        assert!(seen.insert(digest(&text)), "{length}");
        assert!(seen.insert(digest(&(&text, 1_u8))), "{length}");
        if text.pop().is_some() {
            text.push('y');
            assert!(seen.insert(digest(&text)), "{length}");
        }
    }
    let numbers: Vec<u64> = (0..20_000).collect();
    for at in (0..numbers.len()).step_by(997) {
        let mut other = numbers.clone();
        other[at] ^= 1 << (at % 64);
        assert!(seen.insert(digest(&other)), "{at}");
    }
    assert_eq!(digest(&numbers), digest(&numbers[..]));
}

#[test]
fn random_values_have_the_digest_of_their_equals_alone() {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = move |below: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) % below
    };
    let mut by_digest = HashMap::new();
    for _ in 0..20_000 {
        let rows: Vec<(Option<u8>, String, Vec<bool>)> = (0..next(3))
            .map(|_| {
                let number = (next(2) == 0).then(|| u8::try_from(next(3)).unwrap());
                let text = "ab".repeat(usize::try_from(next(3)).unwrap());
                (number, text, (0..next(3)).map(|_| next(2) == 0).collect())
            })
            .collect();
        let known = by_digest
            .entry(digest(&rows))
            .or_insert_with(|| rows.clone());
        assert_eq!(*known, rows);
    }
    let distinct: HashSet<_> = by_digest.values().collect();
    assert_eq!(distinct.len(), by_digest.len());
}

/// The digest of some scalars, as the macro adds them; all of them words.
macro_rules! by_words {
    ($($value:expr),*) => {
        digest_of(|arguments| {
            $(arguments.add(Argument(&$value).way(), &$value).unwrap();)*
            assert!(arguments.words.all().is_some());
        })
    };
}

/// The same, as serde adds them.
macro_rules! by_serde {
    ($($value:expr),*) => {
        digest_of(|arguments| { $(arguments.add(BySerde, &$value).unwrap();)* })
    };
}

#[test]
fn words_put_the_bytes_that_serde_puts() {
    macro_rules! same {
        ($($value:expr),*) => { $(assert_eq!(by_words!($value), by_serde!($value), "{:?}", $value);)* };
    }
    same!(
        true,
        false,
        '\u{10ffff}',
        'a',
        u8::MAX,
        u16::MAX,
        u32::MAX,
        u64::MAX,
        usize::MAX
    );
    same!(
        i8::MIN,
        i16::MIN,
        i32::MIN,
        i64::MIN,
        isize::MIN,
        -1_i8,
        -1_i64,
        f32::MIN,
        -0.0_f64,
        f64::NAN
    );
    let behind = &7_u16;
    assert_eq!(by_words!(behind), by_serde!(7_u16));
    assert_eq!(
        by_words!(1_u8, -2_i32, 3.5_f32),
        by_serde!(1_u8, -2_i32, 3.5_f32)
    );
    assert_eq!(digest_of(|_| {}), *blake3::hash(&[0; 8]).as_bytes());
}

#[test]
fn words_among_others_put_the_bytes_that_serde_puts() {
    let mixed = digest_of(|arguments| {
        arguments.add(Argument(&1_u8).way(), &1_u8).unwrap();
        arguments.add(BySerde, "two").unwrap();
        arguments.add(Argument(&3_u8).way(), &3_u8).unwrap();
        assert!(arguments.words.all().is_none());
    });
    assert_eq!(mixed, by_serde!(1_u8, "two", 3_u8));
    let many = digest_of(|arguments| {
        for value in 0..5_u64 {
            arguments.add(Argument(&value).way(), &value).unwrap();
        }
        assert!(arguments.words.all().is_none());
    });
    assert_eq!(many, by_serde!(0_u64, 1_u64, 2_u64, 3_u64, 4_u64));
    assert_ne!(
        digest_of(Arguments::add_type::<u8>),
        digest_of(Arguments::add_type::<u16>)
    );
    assert!(super::Scalar::word(&7_u64).is_some());
}
