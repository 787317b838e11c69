//! The RAM tier: encoded values of this process, in front of the store.
//!
//! Encoded bytes are kept, and decoded at each hit. So a result needs neither `Clone` nor `Sync` nor `'static`, and a
//! caller gets a value of its own. The tier is bounded: large values are left to the page cache.

use crate::key::ValueKey;
use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The largest value kept.
const LARGEST: usize = 8 << 20;
/// What all functions' values may take together; the next insertion empties the inserting function's tier.
const MOST: usize = 64 << 20;

static IN_USE: AtomicUsize = AtomicUsize::new(0);

type Values = HashMap<ValueKey, Arc<[u8]>, KeyIsHash>;

/// One function's values.
pub(crate) struct Memory(Mutex<Values>);

impl Memory {
    /// An empty tier.
    pub(crate) const fn new() -> Self {
        Self(Mutex::new(HashMap::with_hasher(KeyIsHash)))
    }

    /// The encoded value of `key`, if it is here.
    pub(crate) fn get(&self, key: &ValueKey) -> Option<Arc<[u8]>> {
        self.values().get(key).cloned()
    }

    /// Keeps an encoded value unless it is too large.
    pub(crate) fn put(&self, key: ValueKey, payload: &[u8]) {
        if payload.len() > LARGEST {
            return;
        }
        let mut values = self.values();
        if IN_USE.load(Ordering::Relaxed) + payload.len() > MOST {
            let freed: usize = values.drain().map(|(_, old)| old.len()).sum();
            IN_USE.fetch_sub(freed, Ordering::Relaxed);
        }
        if values.insert(key, payload.into()).is_none() {
            IN_USE.fetch_add(payload.len(), Ordering::Relaxed);
        }
    }

    fn values(&self) -> MutexGuard<'_, Values> {
        // Nothing that can panic runs under the lock but allocation; the map is whole in any case.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A value key is a cryptographic digest already: its first bytes are the hash.
#[derive(Clone, Copy)]
struct KeyIsHash;

impl BuildHasher for KeyIsHash {
    type Hasher = FirstBytes;

    fn build_hasher(&self) -> FirstBytes {
        FirstBytes(0)
    }
}

struct FirstBytes(u64);

impl Hasher for FirstBytes {
    fn write(&mut self, bytes: &[u8]) {
        if let Some(first) = bytes.first_chunk() {
            self.0 = u64::from_le_bytes(*first);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
