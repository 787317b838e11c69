//! What the process knows of one memoized function: its identity, its RAM tier, and what happened at its calls.
//!
//! The macro puts one static [`Site`] into each function. Sites join a list at their first call; the list is what
//! statistics and logs are made of.

use crate::embedded::{Embedded, Known};
use crate::front;
use crate::key;
use crate::log::{self, Counts, FIELDS};
use crate::memory::Memory;
use crate::notice;
use crate::policy::Policy;
use crate::trust::{self, Trust};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

/// Every site that was called.
static CALLED: Mutex<Vec<&'static Site>> = Mutex::new(Vec::new());

/// What the macro appends to a function's path to name its body.
const BODY: &str = "::__mamo_body";
/// What it puts before the function's name where questions about it are answered.
const MEMO: &str = "__mamo_memo_";
/// What it puts before a method's name, beside its `impl`.
const MEMBER: &str = "::__mamo_member_";

/// A memo or fixture in the running program.
pub struct Site {
    key: &'static str,
    place: (&'static str, u32),
    pub(crate) settings: Settings,
    embedded: Option<Embedded>,
    identity: OnceLock<Option<Identity>>,
    pub(crate) memory: Memory,
    counters: [AtomicU64; FIELDS],
    logged: Mutex<Counts>,
    fixture: AtomicBool,
    read_back: AtomicBool,
}

/// What the options of a memo say.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// `version`.
    pub version: u64,
    /// `env`.
    pub variables: &'static [&'static str],
    /// `policy`.
    pub policy: Policy,
    /// `min_cost`, in nanoseconds.
    pub min_cost_ns: u64,
}

impl Settings {
    /// Those of a memo without options.
    pub const NONE: Self = Self {
        version: 0,
        variables: &[],
        policy: Policy::Stale,
        min_cost_ns: 0,
    };
}

/// What names this function's values, once the snapshot is seen to speak for this process.
pub(crate) struct Identity {
    /// Where values are.
    pub(crate) mamo_dir: &'static Path,
    /// The code that runs.
    pub(crate) fingerprint: [u8; 32],
    /// Digest of what is the same for each call.
    pub(crate) function: [u8; 32],
    /// The same for any code.
    pub(crate) any_code: [u8; 32],
    /// Environment variables to look at in each call.
    pub(crate) variables: Vec<String>,
}

/// A figure that a call adds to; the numbers are those of [`Counts`]' fields. Of hits in memory, [`Memory`] counts its own.
#[derive(Clone, Copy)]
pub(crate) enum Figure {
    FrontHits = 0,
    StoreHits = 1,
    Computed = 2,
    Stored = 3,
    ComputeNs = 4,
    LoadNs = 5,
    SaveNs = 6,
    StoredBytes = 7,
    NestedNs = 8,
    BusyNs = 9,
}

impl Site {
    /// The site of the function whose key is `key`, in a file and line.
    pub const fn new(key: &'static str, file: &'static str, line: u32) -> Self {
        Self {
            key,
            place: (file, line),
            settings: Settings::NONE,
            embedded: None,
            identity: OnceLock::new(),
            memory: Memory::new(),
            counters: [const { AtomicU64::new(0) }; FIELDS],
            logged: Mutex::new(Counts::from_fields([0; FIELDS])),
            fixture: AtomicBool::new(false),
            read_back: AtomicBool::new(false),
        }
    }

    /// This site with options.
    #[must_use]
    pub const fn with(mut self, settings: Settings) -> Self {
        self.settings = settings;
        self
    }

    /// This site with what a build script knew of the function, and what stands for how it was compiled.
    #[must_use]
    pub const fn embedded(mut self, record: &'static [u8], compiled: &'static str) -> Self {
        self.embedded = Some(Embedded { record, compiled });
        self
    }

    /// `package/crate::module::name`.
    pub(crate) fn key(&self) -> &'static str {
        self.key
    }

    /// Notes that it is a fixture's.
    pub(crate) fn is_of_fixture(&self) {
        self.fixture.store(true, Ordering::Relaxed);
    }

    /// Is this the first of its values that is read back? To be asked when one is.
    pub(crate) fn reads_back_first(&self) -> bool {
        !self.read_back.swap(true, Ordering::Relaxed)
    }

    /// Is it a fixture's?
    #[cfg(feature = "harness")]
    pub(crate) fn is_fixture(&self) -> bool {
        self.fixture.load(Ordering::Relaxed)
    }

    /// What all processes did with it so far, as far as they wrote it down.
    #[cfg(feature = "harness")]
    pub(crate) fn past(&self) -> Counts {
        match self.identity.get() {
            Some(Some(identity)) => log::sum_of(identity.mamo_dir, self.key),
            _ => Counts::default(),
        }
    }

    /// The identity, or `None` if nothing may be served or stored. `body` is the path of the function that computes.
    #[inline]
    pub(crate) fn identity(&'static self, body: &str) -> Option<&'static Identity> {
        self.identity.get_or_init(|| self.identify(body)).as_ref()
    }

    /// Counts calls of a function of which nothing is ever served or stored.
    pub(crate) fn only_count(&'static self) {
        self.identity.get_or_init(|| {
            self.join();
            None
        });
    }

    /// Sees that the log is written when this thread ends.
    pub(crate) fn log_at_end() {
        LOG_AT_END.try_with(|_| ()).unwrap_or_default();
    }

    /// Adds to a figure.
    #[inline]
    pub(crate) fn add(&self, figure: Figure, amount: u64) {
        self.counters[figure as usize].fetch_add(amount, Ordering::Relaxed);
    }

    /// All figures since the start of the process.
    pub(crate) fn counts(&self) -> Counts {
        let mut counts = Counts::from_fields(std::array::from_fn(|at| {
            self.counters[at].load(Ordering::Relaxed)
        }));
        counts.memory_hits += self.memory.hits();
        counts
    }

    /// The identity of a block that names nothing but std. `checked`: is it compiled with debug assertions?
    pub(crate) fn alone(&'static self, text: &str, checked: bool) -> Option<&'static Identity> {
        LOG_AT_END.try_with(|_| ()).unwrap_or_default();
        let identify = || {
            self.join();
            let Some(mamo_dir) = trust::directory() else {
                return self.refuse("no mamo directory belongs to this program; `cargo mamo` makes one, or `MAMO_DIR` names one");
            };
            let fingerprint = key::of_text(text, checked);
            Some(Identity {
                mamo_dir,
                fingerprint,
                function: key::of_function(self.key, &fingerprint, self.settings.version),
                any_code: key::of_any_code(self.key),
                variables: Vec::new(),
            })
        };
        self.identity.get_or_init(identify).as_ref()
    }

    fn identify(&'static self, body: &str) -> Option<Identity> {
        // Whatever was at this address before, no note of it may be taken for one of this site.
        front::void();
        if !self.join() {
            let (file, line) = self.place;
            let key = self.key;
            return self.refuse(format_args!(
                "another function has its key `{key}` ({file}:{line})"
            ));
        }
        let known = match (trust::of_process(), self.embedded) {
            (Ok(trust), _) => self.in_snapshot(trust),
            (Err(_), Some(embedded)) => embedded.known(),
            (Err(why), None) => {
                notice::once(
                    "trust",
                    format_args!(
                        "memoized functions compute and store nothing: {why}; start the program by `cargo mamo run` or `cargo mamo test`, or let `cargo mamo init` turn it on for plain cargo"
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
        match known {
            Ok(known) => Some(self.identity_of(known)),
            Err(why) => self.refuse(why),
        }
    }

    fn in_snapshot(&self, trust: &'static Trust) -> Result<Known, String> {
        if let Some(why) = trust.snapshot.untrusted.get(self.key) {
            return Err(why.clone());
        }
        let entry =
            trust.snapshot.entries.get(self.key).ok_or(
                "the snapshot does not know it; `cargo mamo why` tells what was seen of it",
            )?;
        Ok(Known {
            mamo_dir: &trust.mamo_dir,
            fingerprint: entry.fingerprint,
            variables: entry.variables.clone(),
        })
    }

    fn identity_of(&self, known: Known) -> Identity {
        let Known {
            mamo_dir,
            fingerprint,
            variables,
        } = known;
        Identity {
            mamo_dir,
            fingerprint,
            function: key::of_function(self.key, &fingerprint, self.settings.version),
            any_code: key::of_any_code(self.key),
            variables: self.variables(&variables),
        }
    }

    /// Those that the code reads and those that the options name.
    fn variables(&self, read: &[String]) -> Vec<String> {
        let named = self.settings.variables.iter().copied().map(str::to_owned);
        let mut variables: Vec<_> = read.iter().cloned().chain(named).collect();
        variables.sort();
        variables.dedup();
        variables
    }

    /// Is `body` the path of the function that the key names? A function inside another has the key of one beside it.
    fn is_of(&self, body: &str) -> bool {
        if self.key.ends_with(')') {
            return true; // a cell, which is named by its module alone
        }
        let plain = |path: &str| {
            let path = path.replace("r#", "").replace(MEMO, "");
            path.replace("::{{closure}}::", "::") // the body of an async function
        };
        let named = plain(self.key.split_once('/').map_or(self.key, |(_, path)| path));
        let body = plain(body);
        if let Some((module, member)) = body.split_once(MEMBER) {
            // A method's name is that of its type and its own, behind the module.
            let rest = named.strip_prefix(module).unwrap_or_default();
            return rest.replace("::", "_").strip_prefix('_') == Some(member);
        }
        // Type arguments and lifetimes that a `where` clause mentions are shown behind the name.
        body.rsplit_once(BODY).is_some_and(|(path, generics)| {
            path == named && (generics.is_empty() || generics.starts_with('<'))
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
