//! More functions of the program under test: methods, generics, async functions, options, lazy values.

use crate::program::computed;
use mamo::Value;
use serde::{Deserialize, Serialize};
use std::fmt::Debug;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

/// What the keys of these functions end with.
pub(crate) const FUNCTIONS: [&str; 22] = [
    "Disc::area",
    "Disc::scaled",
    "Disc::Named::name",
    "Boxed::first",
    "shown",
    "twice",
    "array",
    "skipping",
    "keyed",
    "lines",
    "read_file",
    "read_dir",
    "named",
    "versioned",
    "cheap",
    "coded",
    "later",
    "load",
    "positive",
    "total",
    "unequal",
    "big",
];

pub(crate) fn call(words: &[&str]) -> Vec<String> {
    let one = |result: &dyn ToString| vec![result.to_string()];
    let number = |text: &str| text.parse::<u32>().unwrap();
    match *words {
        ["area", radius] => one(&Disc(number(radius)).area()),
        ["scaled", radius, by] => one(&Disc(number(radius)).scaled((number(by), 1))),
        ["name", radius] => one(&Disc(number(radius)).name()),
        ["first", "text"] => one(&Boxed(vec!["a".to_owned()]).first()),
        ["first", "number"] => one(&Boxed(vec![1_u8]).first()),
        ["shown", "u8"] => one(&shown(7_u8)),
        ["shown", "u16"] => one(&shown::<u16>(7)),
        ["twice", "vec"] => vec![format!("{:?}", twice(&[1.5_f64, 2.5]))],
        ["array"] => vec![format!("{:?} {:?}", array::<2>(1), array::<3>(1))],
        ["skipping", x, y] => one(&skipping(number(x), number(y))),
        ["keyed", x, y] => one(&keyed((number(x), number(y)))),
        ["lines", path] => one(&lines(path)),
        ["read_file", path] => one(&read_file(&mamo::file(path)).len()),
        ["read_dir", path] => one(&read_dir(&mamo::dir(path))),
        ["named", name, held] => one(&named(&mamo::external(name, Opaque(number(held))))),
        ["versioned"] => one(&versioned()),
        ["cheap"] => one(&cheap()),
        ["coded", word] => one(&coded(word)),
        ["later", n] => one(&now(sent(later(number(n))))),
        ["together"] => {
            let (left, right) = now(both(later(50), later(50)));
            vec![left.to_string(), right.to_string()]
        }
        ["chain", n] => chain(number(n)),
        ["unequal"] => one(&unequal().0),
        ["big", n] => one(&big(number(n)).len()),
        ["held", n] => one(&held(number(n))),
        ["ask", n] => ask(number(n)),
        ["tag", n] => {
            mamo::tag("best", &vec![number(n); 30_000]).unwrap();
            vec![]
        }
        ["tagged"] => vec![format!(
            "{:?}",
            mamo::tagged::<Vec<u32>>("best").map(|best| best[29_999])
        )],
        ["tagged", "otherwise"] => one(&mamo::tagged::<Vec<u64>>("best").is_none()),
        ["untag"] => one(&mamo::untag::<Vec<u32>>("best")),
        ["limit"] => {
            mamo::limit_memory(0);
            vec![]
        }
        ["forget", n] => {
            skipping::forget(number(n), 0);
            vec![]
        }
        _ => crate::steps::call(words),
    }
}

/// Three steps, of which the middle one may be equal for different arguments.
fn chain(n: u32) -> Vec<String> {
    let numbers = load::value(n);
    let positive = positive::value(&numbers);
    let total = total(&positive);
    let loaded = [numbers.is_loaded(), positive.is_loaded()];
    vec![format!("{total} {loaded:?}")]
}

/// Reads a value whose store was emptied after its handle was made.
fn held(n: u32) -> f64 {
    let numbers = load::value(n);
    let store = std::env::var_os("MAMO_DIR").unwrap();
    let collected = mamo::__private::gc::collect(store.as_ref(), Some(0), false);
    assert_eq!(collected.unwrap().unwrap().after, 0);
    numbers.iter().sum()
}

fn ask(n: u32) -> Vec<String> {
    vec![format!(
        "{} {} {} {}",
        skipping::is_cached(n, 0),
        skipping::is_stale(n, 0),
        skipping::metadata(n, 0).map_or(0, |metadata| metadata.bytes),
        skipping::why(n, 0)
    )]
}

#[derive(Serialize)]
struct Disc(u32);

#[mamo::memo]
impl Disc {
    #[memo]
    fn area(&self) -> u32 {
        computed("area");
        3 * self.0 * self.0
    }

    #[mamo::memo(version = 2)]
    fn scaled(&self, (by, over): (u32, u32)) -> u32 {
        computed("scaled");
        if over == 0 {
            return 0;
        }
        Self(self.0 * by / over).0
    }
}

trait Named {
    fn name(&self) -> String;
}

#[mamo::memo]
impl Named for Disc {
    #[memo]
    fn name(&self) -> String {
        computed("name");
        format!("disc {}", self.0)
    }
}

#[derive(Serialize)]
struct Boxed<T>(Vec<T>);

#[mamo::memo]
impl<T: Serialize + ToString> Boxed<T> {
    #[memo]
    fn first(&self) -> String {
        computed("first");
        self.0[0].to_string()
    }
}

#[mamo::memo]
fn shown<T: Debug + Serialize>(value: T) -> String {
    computed("shown");
    format!("{value:?} {}", std::any::type_name::<T>())
}

#[mamo::memo]
fn twice<T: Copy + std::ops::Add<Output = T> + Serialize + for<'de> Deserialize<'de>>(
    values: &[T],
) -> Vec<T> {
    computed("twice");
    values.iter().map(|value| *value + *value).collect()
}

#[mamo::memo]
fn array<const N: usize>(value: u8) -> Vec<u8> {
    computed("array");
    [value; N].to_vec()
}

#[mamo::memo(skip(noise))]
fn skipping(x: u32, noise: u32) -> u32 {
    computed("skipping");
    x.max(noise.min(x))
}

#[mamo::memo(key = pair.0, bare)]
fn keyed(pair: (u32, u32)) -> u32 {
    computed("keyed");
    pair.0 * 2
}

#[mamo::memo(files = [path])]
fn lines(path: &str) -> usize {
    computed("lines");
    std::fs::read_to_string(path)
        .unwrap_or_default()
        .lines()
        .count()
}

#[mamo::memo]
fn read_file(file: &mamo::File) -> String {
    computed("read_file");
    std::fs::read_to_string(file).unwrap_or_else(|_| "absent".into())
}

#[mamo::memo]
fn read_dir(dir: &mamo::Dir) -> usize {
    computed("read_dir");
    std::fs::read_dir(dir).unwrap().count()
}

/// Does not serialize.
struct Opaque(u32);

#[mamo::memo]
fn named(held: &mamo::External<Opaque>) -> u32 {
    computed("named");
    held.0
}

#[mamo::memo(version = 1, env = ["MAMO_TEST_NAMED"])]
fn versioned() -> String {
    computed("versioned");
    let name = "MAMO_TEST_NAMED".to_owned();
    std::env::var(name).unwrap_or_default()
}

#[mamo::memo(min_cost = "10s")]
fn cheap() -> u8 {
    computed("cheap");
    1
}

struct Text;

impl mamo::Codec<String> for Text {
    const NAME: &'static str = "text-1";

    fn encode(value: &String) -> Result<std::borrow::Cow<'_, [u8]>, mamo::CodecError> {
        Ok(value.as_bytes().into())
    }

    fn decode(bytes: &[u8]) -> Result<String, mamo::CodecError> {
        String::from_utf8(bytes.to_vec()).map_err(mamo::CodecError::new)
    }
}

#[mamo::memo(codec = Text)]
fn coded(word: &str) -> String {
    computed("coded");
    word.to_uppercase()
}

#[mamo::memo]
async fn later(milliseconds: u32) -> u32 {
    computed("later");
    let pause = std::time::Duration::from_millis(milliseconds.into());
    std::thread::sleep(pause);
    milliseconds
}

#[mamo::memo]
fn load(n: u32) -> Vec<f64> {
    computed("load");
    let sign = if n.is_multiple_of(2) { 1.0 } else { -1.0 };
    (0..20_000).map(|at| sign * f64::from(at)).collect()
}

#[mamo::memo]
fn positive(numbers: &Value<Vec<f64>>) -> Vec<f64> {
    computed("positive");
    numbers.iter().map(|number| number.abs()).collect()
}

#[mamo::memo]
fn total(numbers: &Value<Vec<f64>>) -> f64 {
    computed("total");
    numbers.iter().sum()
}

/// Forgets its second field on the way.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
struct Forgetful(u32, #[serde(skip)] u32);

#[mamo::memo]
fn unequal() -> Forgetful {
    computed("unequal");
    Forgetful(1, 2)
}

#[mamo::memo]
fn big(n: u32) -> Vec<u8> {
    computed("big");
    vec![u8::try_from(n % 2).unwrap(); 100_000]
}

/// A future that an executor of many threads takes.
fn sent<T: Send>(future: impl Future<Output = T> + Send) -> impl Future<Output = T> + Send {
    future
}

struct Unpark(std::thread::Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// The smallest of executors.
pub(crate) fn now<T>(future: impl Future<Output = T>) -> T {
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(result) = future.as_mut().poll(&mut context) {
            return result;
        }
        std::thread::park();
    }
}

/// Two futures in turns on one thread, where blocking would be for ever.
async fn both<A, B>(left: impl Future<Output = A>, right: impl Future<Output = B>) -> (A, B) {
    let (mut left, mut right) = (pin!(left), pin!(right));
    let (mut first, mut second) = (None, None);
    std::future::poll_fn(move |context| {
        if first.is_none()
            && let Poll::Ready(result) = left.as_mut().poll(context)
        {
            first = Some(result);
        }
        if second.is_none()
            && let Poll::Ready(result) = right.as_mut().poll(context)
        {
            second = Some(result);
        }
        match (first.take(), second.take()) {
            (Some(first), Some(second)) => Poll::Ready((first, second)),
            (one, other) => {
                (first, second) = (one, other);
                Poll::Pending
            }
        }
    })
    .await
}
