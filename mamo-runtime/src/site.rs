//! What the process knows of one memoized function: its identity, its RAM tier, and what happened at its calls.
//!
//! The macro puts one static [`Site`] into each function. Sites join a list at their first call; the list is what
//! statistics and logs are made of.

use crate::key;
use crate::log::{self, Counts};
use crate::memory::Memory;
use crate::notice;
use crate::trust::{self, Trust};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

/// Every site that was called.
static CALLED: Mutex<Vec<&'static Site>> = Mutex::new(Vec::new());

/// What the macro appends to a function's path to name its body.
const BODY: &str = "::__mamo_body";

/// A memo or fixture in the running program.
pub struct Site {
    key: &'static str,
    place: (&'static str, u32),
    identity: OnceLock<Option<Identity>>,
    pub(crate) memory: Memory,
    counters: [AtomicU64; 8],
    logged: Mutex<Counts>,
}

/// What names this function's values, once the snapshot is seen to speak for this process.
pub(crate) struct Identity {
    /// Where values are.
    pub(crate) mamo_dir: &'static Path,
    /// The code that runs.
    pub(crate) fingerprint: [u8; 32],
    /// Digest of what is the same for each call.
    pub(crate) function: [u8; 32],
    /// Environment variables to look at in each call.
    pub(crate) variables: &'static [String],
}

/// A figure that a call adds to; the numbers are those of [`Counts`]' fields.
#[derive(Clone, Copy)]
pub(crate) enum Figure {
    MemoryHits = 0,
    StoreHits = 1,
    Computed = 2,
    Stored = 3,
    ComputeNs = 4,
    LoadNs = 5,
    SaveNs = 6,
    StoredBytes = 7,
}

impl Site {
    /// The site of the function whose key is `key`, in a file and line.
    pub const fn new(key: &'static str, file: &'static str, line: u32) -> Self {
        Self {
            key,
            place: (file, line),
            identity: OnceLock::new(),
            memory: Memory::new(),
            counters: [const { AtomicU64::new(0) }; 8],
            logged: Mutex::new(Counts::from_fields([0; 8])),
        }
    }

    /// `package/crate::module::name`.
    pub(crate) fn key(&self) -> &'static str {
        self.key
    }

    /// The identity, or `None` if nothing may be served or stored. `body` is the path of the function that computes.
    pub(crate) fn identity(&'static self, body: &str) -> Option<&'static Identity> {
        LOG_AT_END.try_with(|_| ()).unwrap_or_default();
        self.identity.get_or_init(|| self.identify(body)).as_ref()
    }

    /// Adds to a figure.
    pub(crate) fn add(&self, figure: Figure, amount: u64) {
        self.counters[figure as usize].fetch_add(amount, Ordering::Relaxed);
    }

    /// All figures since the start of the process.
    pub(crate) fn counts(&self) -> Counts {
        Counts::from_fields(std::array::from_fn(|at| {
            self.counters[at].load(Ordering::Relaxed)
        }))
    }

    fn identify(&'static self, body: &str) -> Option<Identity> {
        if !self.join() {
            let (file, line) = self.place;
            let key = self.key;
            return self.refuse(format_args!(
                "another function has its key `{key}` ({file}:{line})"
            ));
        }
        let trust = match trust::of_process() {
            Ok(trust) => trust,
            Err(why) => {
                notice::once(
                    "trust",
                    format_args!(
                        "memoized functions compute and store nothing: {why}; start the program by `cargo mamo run` or `cargo mamo test`"
                    ),
                );
                return None;
            }
        };
        if !self.is_of(body) {
            return self.refuse(
                "it is defined inside another function, whose name its key leaves out; move it out",
            );
        }
        self.identify_by(trust)
    }

    fn identify_by(&self, trust: &'static Trust) -> Option<Identity> {
        if let Some(why) = trust.snapshot.untrusted.get(self.key) {
            return self.refuse(why);
        }
        let Some(entry) = trust.snapshot.entries.get(self.key) else {
            return self.refuse(
                "the snapshot does not know it; `cargo mamo why` tells what was seen of it",
            );
        };
        Some(Identity {
            mamo_dir: &trust.mamo_dir,
            fingerprint: entry.fingerprint,
            function: key::of_function(self.key, &entry.fingerprint),
            variables: &entry.variables,
        })
    }

    /// Is `body` the path of the function that the key names? A function inside another has the key of one beside it.
    fn is_of(&self, body: &str) -> bool {
        let plain = |path: &str| path.replace("r#", "");
        let named = self.key.split_once('/').map_or(self.key, |(_, path)| path);
        // Lifetimes that a `where` clause mentions are shown behind the name.
        plain(body)
            .rsplit_once(BODY)
            .is_some_and(|(path, generics)| {
                path == plain(named) && (generics.is_empty() || generics.starts_with('<'))
            })
    }

    fn refuse(&self, why: impl std::fmt::Display) -> Option<Identity> {
        let key = self.key;
        notice::once(
            key,
            format_args!("`{key}` computes and stores nothing: {why}"),
        );
        None
    }

    /// Joins the list; false if another function with this key is on it.
    fn join(&'static self) -> bool {
        let mut called = CALLED.lock().unwrap_or_else(PoisonError::into_inner);
        let alone = called.iter().all(|other| other.key != self.key);
        called.push(self);
        alone
    }

    /// Writes to the log what was not written yet. Nothing is said if that fails: logs are advice.
    pub(crate) fn write_log(&'static self) {
        let Some(Some(identity)) = self.identity.get() else {
            return;
        };
        let mut logged = self.logged.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.counts();
        let new = now.minus(&logged);
        if new != Counts::default() && log::append(identity.mamo_dir, self.key, &new).is_ok() {
            *logged = now;
        }
    }
}

/// Every site called so far.
pub(crate) fn called() -> Vec<&'static Site> {
    CALLED
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone()
}

/// Writes the logs when a thread that called a memo ends; std has no hook for the end of a process.
struct LogAtEnd;

thread_local! {
    static LOG_AT_END: LogAtEnd = const { LogAtEnd };
}

impl Drop for LogAtEnd {
    fn drop(&mut self) {
        called().into_iter().for_each(Site::write_log);
    }
}
