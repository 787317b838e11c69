//! One call of a memoized function, from its arguments to its result.
//!
//! Memory, then store, then the turn to compute, then the store again, then the function itself. Whatever goes wrong on
//! the way, the caller gets what the function returns.

pub(crate) mod later;

use crate::arguments::{ArgumentError, Arguments, Three, Words};
use crate::codec::CodecError;
use crate::front;
use crate::lock::Turn;
use crate::memory::{Held, Name};
use crate::nesting;
use crate::notice;
use crate::policy::{self, Policy};
use crate::recipe::Recipe;
use crate::search::Search;
use crate::site::{Figure, Identity, Site};
use crate::verification;
use std::time::{Duration, Instant};

/// After a computation this long the log is written at once, so that a killed process leaves a trace of it.
pub(crate) const LONG: Duration = Duration::from_millis(10);

/// A call whose arguments are known, before it is answered.
pub struct Call {
    pub(crate) site: &'static Site,
    /// What identifies the value; `None` if it can only be computed.
    pub(crate) question: Option<Question>,
}

/// What is asked of a function that may be served.
pub(crate) struct Question {
    pub(crate) identity: &'static Identity,
    pub(crate) arguments: Arguments,
}

impl Site {
    /// Begins a call: gathers the arguments that `add_all` adds. `body` is the path of the function that computes.
    #[inline]
    pub fn ask(
        &'static self,
        body: &str,
        add_all: impl FnOnce(&mut Arguments) -> Result<(), ArgumentError>,
    ) -> Call {
        let question = self
            .identity(body)
            .and_then(|identity| match Arguments::gather(add_all) {
                Ok(arguments) => Some(Question {
                    identity,
                    arguments,
                }),
                Err(error) => self.cannot_ask(&error),
            });
        Call {
            site: self,
            question,
        }
    }

    /// Begins a call of a block that names nothing but std: its text says which code it is, no snapshot need.
    pub fn ask_alone(
        &'static self,
        text: &str,
        checked: bool,
        add_all: impl FnOnce(&mut Arguments) -> Result<(), ArgumentError>,
    ) -> Call {
        let gather = || Arguments::gather(add_all).map_err(|error| self.cannot_ask(&error));
        let question = self.alone(text, checked).and_then(|identity| {
            let arguments = gather().ok()?;
            Some(Question {
                identity,
                arguments,
            })
        });
        Call {
            site: self,
            question,
        }
    }

    #[cold]
    fn cannot_ask(&self, error: &ArgumentError) -> Option<Question> {
        let key = self.key();
        notice::once(
            key,
            format_args!(
                "`{key}` computes and stores nothing for some calls: an argument cannot be serialized: {error}"
            ),
        );
        None
    }
}

impl Call {
    /// Serves the result if it is known, else computes and stores it.
    #[inline]
    pub fn answer_by<R: Recipe>(self, _: R, compute: impl FnOnce() -> R::Returned) -> R::Returned {
        let Self { site, question } = self;
        let Some(Question {
            identity,
            arguments,
        }) = question
        else {
            return timed(site, compute).0;
        };
        let Arguments { words, room } = arguments;
        if let Some(stored) = noted::<R>(site, &words) {
            return R::restored(stored);
        }
        // Made anew, so that until here all of it is in registers.
        let arguments = Arguments { words, room };
        let question = Some(Question {
            identity,
            arguments,
        });
        Self { site, question }.behind_front::<R>(compute)
    }

    #[inline(never)]
    fn behind_front<R: Recipe>(mut self, compute: impl FnOnce() -> R::Returned) -> R::Returned {
        match self.in_memory::<R>() {
            Some(stored) => R::restored(stored),
            None => self.beyond_memory::<R>(compute),
        }
    }

    /// The value in memory, if there is one and the policy lets it be served.
    pub(crate) fn in_memory<R: Recipe>(&mut self) -> Option<R::Stored> {
        Site::log_at_end();
        let policy = self.policy();
        let question = self.question.as_mut()?;
        if policy == Policy::Always || verification::is_asked_for() {
            return None;
        }
        let Some(words) = question.words() else {
            return self.in_memory_by_bytes::<R>();
        };
        if R::recalled(&Held::Word(0)).is_none() {
            return R::recalled(&self.site.memory.get(Name::Words(words))?);
        }
        let moment = front::now();
        let number = self.site.memory.number(words)?;
        front::put(self.site, words, number, moment);
        R::recalled(&Held::Word(number))
    }

    fn in_memory_by_bytes<R: Recipe>(&mut self) -> Option<R::Stored> {
        let question = self.question.as_mut()?;
        question.arguments.settle();
        let plain = question.identity.variables.is_empty();
        let memory = &self.site.memory;
        let held = match question.arguments.short() {
            Some(name) if plain => memory.get(Name::Bytes(name)),
            _ => memory.get(Name::Bytes(&question.long_name())),
        };
        R::recalled(&held?)
    }

    #[inline]
    pub(crate) fn policy(&self) -> Policy {
        policy::holding(self.site.settings.policy)
    }

    #[inline(never)]
    fn beyond_memory<R: Recipe>(self, compute: impl FnOnce() -> R::Returned) -> R::Returned {
        let busy = Busy::start(self.site);
        let returned = self.searched::<R>(compute);
        busy.end();
        returned
    }

    fn searched<R: Recipe>(self, compute: impl FnOnce() -> R::Returned) -> R::Returned {
        let (site, policy) = (self.site, self.policy().here());
        let Some(search) = Search::of::<R>(self) else {
            return timed(site, compute).0;
        };
        if policy != Policy::Always
            && let Some(case) = verification::case::<R>(&search)
        {
            let computed = verification::computed(|| timed(site, compute).0);
            case.compare(&search, computed.as_ref());
            return R::restored(case.stored);
        }
        if policy != Policy::Always
            && let Some(stored) = search.served::<R>(policy)
        {
            return R::restored(stored);
        }
        search.check_allowed(policy);
        if nesting::is_computing(&search.key) {
            return timed(site, compute).0; // the outer computation will store it
        }
        let turn = Turn::wait(search.mamo_dir(), search.key, site.key());
        // Whoever had the turn before has stored it, most likely.
        let may_store = match search.in_store::<R>() {
            Ok(stored) if policy != Policy::Always => return R::restored(stored),
            Ok(_) => true,
            Err(may_store) => may_store,
        };
        let (returned, took) = timed(site, compute);
        if may_store {
            search.keep::<R>(&returned, took);
        }
        drop(turn);
        if took >= LONG {
            site.write_log();
        }
        returned
    }
}

/// The value that this thread has noted, if there is one.
#[inline]
fn noted<R: Recipe>(site: &'static Site, words: &Words) -> Option<R::Stored> {
    let value = front::get(site, words.all()?)?;
    let stored = R::recalled(&Held::Word(value))?;
    site.add(Figure::FrontHits, 1);
    Some(stored)
}

impl Question {
    /// Arguments that name the value within its function.
    #[inline]
    pub(crate) fn words(&self) -> Option<Three> {
        let plain = self.identity.variables.is_empty();
        self.arguments.words.all().filter(|_| plain)
    }

    /// What names the value within its function where the arguments are long or variables count.
    pub(crate) fn long_name(&self) -> [u8; 65] {
        let mut name = [0xff; 65]; // arguments in full begin with a tag, or with 0
        name[1..33].copy_from_slice(&self.arguments.digest());
        name[33..].copy_from_slice(&crate::key::of_variables(&self.identity.variables));
        name
    }
}

pub(crate) fn timed<T>(site: &Site, compute: impl FnOnce() -> T) -> (T, Duration) {
    #[cfg(feature = "harness")]
    let _under_way = crate::under_way::note(site);
    let start = Instant::now();
    let (returned, inner) = nesting::apart(compute);
    let took = start.elapsed();
    add_computed(site, took, inner);
    (returned, took)
}

/// Counts a computation that took so long, `inner` nanoseconds of it in calls inside of it.
pub(crate) fn add_computed(site: &Site, took: Duration, inner: u64) {
    let took = nanoseconds(took);
    site.add(Figure::Computed, 1);
    site.add(Figure::ComputeNs, took);
    // Calls that a task makes at the same time take longer together than the task.
    site.add(Figure::NestedNs, inner.min(took));
}

/// The time of a call that memory does not answer.
pub(crate) struct Busy {
    site: &'static Site,
    start: Instant,
}

impl Busy {
    pub(crate) fn start(site: &'static Site) -> Self {
        let start = Instant::now();
        Self { site, start }
    }

    /// Adds it to the function's figures, and to what is nested in the computation around it.
    pub(crate) fn end(self) {
        let took = nanoseconds(self.start.elapsed());
        self.site.add(Figure::BusyNs, took);
        nesting::add_nested(took);
    }
}

pub(crate) fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

/// Says that a result of a function cannot be stored, and what can be done.
pub(crate) fn cannot_store(site: &Site, error: &CodecError, codec: &str) {
    let key = site.key();
    let other_codec = if codec.starts_with("postcard") {
        "`codec = mamo::MessagePack` reads back untagged enums, flattened fields and fields that are left out now and then; "
    } else {
        ""
    };
    notice::once(
        key,
        format_args!(
            "`{key}` computes each time, for its result cannot be stored: it does not go through serde and back: {error}; {other_codec}a field that is always skipped has to be encoded, or does not count if a `PartialEq` of its type leaves it out"
        ),
    );
}
