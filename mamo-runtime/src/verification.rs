//! Computing again what would be served, and comparing: what `cargo mamo verify --values` asks a program to do.
//!
//! The program is served as always, and nothing that is stored changes; what was computed beside it is compared and
//! dropped. Each call that the program makes is, also where its value was compared before: other arguments of the same
//! identity, or what an earlier call left behind, make another value. Only calls within a computation that is done for this alone are
//! compared once a value, or a recursion would take for ever. A report goes to a file, one line for each verdict on a value, each written at once.

pub mod report;

mod difference;
mod leaves;

pub(crate) use difference::{of_elements, of_values};

use crate::key::ValueKey;
use crate::notice;
use crate::recipe::Recipe;
use crate::search::Search;
use crate::store::Payload;
use report::{Line, Verdict};
use std::cell::Cell;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

/// Asks for it: `PERCENT,SEED,FILE`.
pub const VARIABLE: &str = "MAMO_VERIFY";

/// What the variable asks for.
struct Order {
    /// Of a hundred values, how many.
    percent: f64,
    /// Chooses others.
    seed: u64,
    /// Where the report goes.
    file: PathBuf,
    compared: Mutex<Compared>,
}

/// What was compared in this process.
#[derive(Default)]
struct Compared {
    values: BTreeSet<ValueKey>,
    reported: BTreeSet<(ValueKey, u8)>,
}

thread_local! {
    /// How many computations for comparison this thread is in.
    static COMPARING: Cell<u32> = const { Cell::new(0) };
}

/// That this thread computes something to compare it.
pub(crate) struct Comparing;

impl Comparing {
    pub(crate) fn enter() -> Self {
        let _ = COMPARING.try_with(|depth| depth.set(depth.get() + 1));
        Self
    }
}

impl Drop for Comparing {
    fn drop(&mut self) {
        let _ = COMPARING.try_with(|depth| depth.set(depth.get().saturating_sub(1)));
    }
}

/// Is anything to be computed again? Then no call is answered before it was asked whether it is.
#[inline]
pub(crate) fn is_asked_for() -> bool {
    order().is_some()
}

/// What computing comes to that is done for comparison; `None` if it panics.
pub(crate) fn computed<T>(compute: impl FnOnce() -> T) -> Option<T> {
    let _comparing = Comparing::enter();
    catch_unwind(AssertUnwindSafe(compute)).ok()
}

/// A stored value, about to be computed again.
pub(crate) struct Case<R: Recipe> {
    bytes: Vec<u8>,
    pub(crate) stored: R::Stored,
}

/// The stored value of a search, if it is to be computed again.
pub(crate) fn case<R: Recipe>(search: &Search) -> Option<Case<R>> {
    if !order()?.wants(&search.key) {
        return None;
    }
    let payload = Payload::open(search.mamo_dir(), search.entry().ok()?)?;
    let bytes = payload.into_bytes().ok()?;
    let stored = R::decode(&bytes).ok()?;
    Some(Case { bytes, stored })
}

impl<R: Recipe> Case<R> {
    /// Reports what computing came to; `None` if it panicked.
    pub(crate) fn compare(&self, search: &Search, returned: Option<&R::Returned>) {
        let (verdict, detail) = match returned {
            _ if !search.is_unchanged::<R>() => (Verdict::Changed, String::new()),
            None => (Verdict::Differs, "computing it panics".into()),
            Some(returned) => match R::stored(returned) {
                None => (Verdict::Differs, "computing it gives an error".into()),
                Some(computed) => self.judged(computed),
            },
        };
        let line = Line {
            function: search.site.key().to_owned(),
            key: search.key,
            verdict,
            detail,
        };
        if let Some(order) = order()
            && order.is_news(&line)
        {
            order.report(&line);
        }
    }

    fn judged(&self, computed: &R::Stored) -> (Verdict, String) {
        let bytes = match R::encode(computed) {
            Ok(bytes) => bytes,
            Err(error) => return (Verdict::Differs, format!("it cannot be encoded: {error}")),
        };
        if *bytes == *self.bytes {
            return (Verdict::Same, String::new());
        }
        if R::equal(&self.stored, computed) {
            return (Verdict::Order, String::new());
        }
        let mut pairs = bytes.iter().zip(&self.bytes);
        let at = pairs.position(|(one, other)| one != other);
        let at = at.unwrap_or_else(|| bytes.len().min(self.bytes.len()));
        let place = R::difference(&self.stored, computed);
        let place = place.map_or_else(String::new, |place| format!("{place}; "));
        let detail = format!(
            "{place}byte {at} of {} stored and {} computed",
            self.bytes.len(),
            bytes.len()
        );
        (Verdict::Differs, detail)
    }
}

fn order() -> Option<&'static Order> {
    static ORDER: OnceLock<Option<Order>> = OnceLock::new();
    ORDER.get_or_init(read).as_ref()
}

fn read() -> Option<Order> {
    let written = std::env::var(VARIABLE).ok()?;
    let mut parts = written.splitn(3, ',');
    let mut next = || parts.next();
    let order = next()
        .zip(next())
        .zip(next())
        .and_then(|((percent, seed), file)| {
            Some(Order {
                percent: percent.parse().ok()?,
                seed: seed.parse().ok()?,
                file: file.into(),
                compared: Mutex::default(),
            })
        });
    if order.is_none() {
        let said = format_args!(
            "`{VARIABLE}` is `{written}` and not PERCENT,SEED,FILE; nothing is verified"
        );
        notice::once(VARIABLE, said);
    }
    order
}

impl Order {
    /// Is this value in the sample, and this call to be compared?
    fn wants(&self, key: &ValueKey) -> bool {
        let seed = self.seed.to_le_bytes();
        let digest = crate::key::framed([b"mamo sample 1".as_slice(), &seed, key]);
        let place = u16::from_le_bytes([digest[0], digest[1]]);
        let chosen = f64::from(place) < self.percent / 100.0 * 65_536.0;
        if !chosen {
            return false;
        }
        let is_first = self.compared().values.insert(*key);
        is_first || COMPARING.try_with(Cell::get).unwrap_or(0) == 0
    }

    /// Did nothing come to this verdict on this value before?
    fn is_news(&self, line: &Line) -> bool {
        let verdict = (line.key, line.verdict as u8);
        self.compared().reported.insert(verdict)
    }

    fn compared(&self) -> MutexGuard<'_, Compared> {
        self.compared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn report(&self, line: &Line) {
        let mut open = File::options();
        let file = open.append(true).create(true).open(&self.file);
        // One write of a line: other threads' and processes' lines come before or after it.
        if let Err(error) = file.and_then(|mut file| file.write_all(line.to_string().as_bytes())) {
            let shown = self.file.display();
            notice::once("verify", format_args!("cannot write `{shown}`: {error}"));
        }
    }
}
