//! One call of a memoized function, from its arguments to its result.
//!
//! Memory, then store, then the turn to compute, then the store again, then the function itself. Whatever goes wrong on
//! the way, the caller gets what the function returns.

use crate::arguments::{ArgumentError, Arguments};
use crate::codec;
use crate::format::entry::Header;
use crate::keep::Keep;
use crate::key::{self, ValueKey};
use crate::lock::{self, Turn};
use crate::notice;
use crate::site::{Figure, Identity, Site};
use crate::store::{self, Lookup};
use std::time::{Duration, Instant};

/// After a computation this long the log is written at once, so that a killed process leaves a trace of it.
const LONG: Duration = Duration::from_millis(10);

/// A call whose arguments are known, before it is answered.
pub struct Call {
    site: &'static Site,
    /// What identifies the value; `None` if it can only be computed.
    question: Option<Question>,
}

#[derive(Clone, Copy)]
struct Question {
    identity: &'static Identity,
    arguments: [u8; 32],
}

impl Site {
    /// Begins a call: digests the arguments that `add_all` adds. `body` is the path of the function that computes.
    pub fn ask(
        &'static self,
        body: &str,
        add_all: impl FnOnce(&mut Arguments) -> Result<(), ArgumentError>,
    ) -> Call {
        let question = self.identity(body).and_then(|identity| match Arguments::digest(add_all) {
            Ok(arguments) => Some(Question { identity, arguments }),
            Err(error) => {
                let key = self.key();
                notice::once(key, format_args!("`{key}` computes and stores nothing for some calls: an argument cannot be serialized: {error}"));
                None
            }
        });
        Call {
            site: self,
            question,
        }
    }
}

impl Call {
    /// Serves the result if it is known, else computes and stores it.
    pub fn answer<K: Keep>(self, _: K, compute: impl FnOnce() -> K::Returned) -> K::Returned {
        let Some(question) = self.question else {
            return timed(self.site, compute).0;
        };
        let site = self.site;
        let lookup = Lookups {
            site,
            question,
            key: question.value_key::<K>(),
        };
        if let Some(kept) = lookup.in_memory::<K>() {
            return K::restored(kept);
        }
        if let Ok(kept) = lookup.in_store::<K>() {
            return K::restored(kept);
        }
        if lock::is_computing(&lookup.key) {
            return timed(site, compute).0; // the outer computation will store it
        }
        let turn = Turn::wait(question.identity.mamo_dir, lookup.key);
        // Whoever had the turn before has stored it, most likely.
        let may_store = match lookup.in_store::<K>() {
            Ok(kept) => return K::restored(kept),
            Err(may_store) => may_store,
        };
        let (returned, took) = timed(site, compute);
        if let (true, Some(kept)) = (may_store, K::kept(&returned)) {
            lookup.keep::<K>(kept, took);
        }
        drop(turn);
        if took >= LONG {
            site.write_log();
        }
        returned
    }
}

impl Question {
    fn value_key<K: Keep>(&self) -> ValueKey {
        let variables = key::of_variables(self.identity.variables);
        let result_type = std::any::type_name::<K::Kept>();
        key::of_value(
            &self.identity.function,
            &variables,
            &self.arguments,
            result_type,
        )
    }
}

/// The places where one value may be.
struct Lookups {
    site: &'static Site,
    question: Question,
    key: ValueKey,
}

impl Lookups {
    fn in_memory<K: Keep>(&self) -> Option<K::Kept> {
        let payload = self.site.memory.get(&self.key)?;
        let kept = codec::decode(&payload).ok()?;
        self.site.add(Figure::MemoryHits, 1);
        Some(kept)
    }

    /// The value, or whether it may be stored once it is computed.
    fn in_store<K: Keep>(&self) -> Result<K::Kept, bool> {
        let start = Instant::now();
        let mamo_dir = self.question.identity.mamo_dir;
        let entry = match store::load(mamo_dir, &self.key) {
            Lookup::Found(entry) => entry,
            Lookup::Missing => return Err(true),
            Lookup::Sealed => return Err(false),
        };
        let kept = codec::decode(entry.payload()).map_err(|error| {
            store::undecodable(mamo_dir, &self.key, &error);
            true
        })?;
        self.site.memory.put(self.key, entry.payload());
        self.site.add(Figure::StoreHits, 1);
        self.site.add(Figure::LoadNs, nanoseconds(start.elapsed()));
        Ok(kept)
    }

    fn keep<K: Keep>(&self, kept: &K::Kept, took: Duration) {
        if self.question.value_key::<K>() != self.key {
            return; // a variable was set meanwhile: which value was used is not known
        }
        let start = Instant::now();
        let Some(payload) = self.encode::<K>(kept) else {
            return;
        };
        let identity = self.question.identity;
        let header = Header {
            key: self.key,
            fingerprint: identity.fingerprint,
            compute_ns: nanoseconds(took),
            function: self.site.key().to_owned(),
        };
        if store::save(identity.mamo_dir, &header, &payload) {
            self.site.add(Figure::Stored, 1);
            self.site.add(Figure::StoredBytes, payload.len() as u64);
        }
        self.site.memory.put(self.key, &payload);
        self.site.add(Figure::SaveNs, nanoseconds(start.elapsed()));
    }

    /// The encoded value, if it can be encoded and, where that is checked, decoded again.
    fn encode<K: Keep>(&self, kept: &K::Kept) -> Option<Vec<u8>> {
        let encoded = codec::encode(kept).and_then(|payload| {
            if cfg!(debug_assertions) {
                codec::decode::<K::Kept>(&payload)?;
            }
            Ok(payload)
        });
        let key = self.site.key();
        encoded
            .inspect_err(|error| {
                notice::once(key, format_args!("`{key}` computes and stores nothing: its result does not go through serde and back: {error}"));
            })
            .ok()
    }
}

fn timed<T>(site: &Site, compute: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let returned = compute();
    let took = start.elapsed();
    site.add(Figure::Computed, 1);
    site.add(Figure::ComputeNs, nanoseconds(took));
    (returned, took)
}

fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
