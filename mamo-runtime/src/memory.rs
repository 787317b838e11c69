//! The RAM tier: values of this process, in front of the store.
//!
//! Values that can be cloned and shared are kept as they are, others as encoded bytes that each hit decodes, so that a
//! result needs neither `Clone` nor `Sync` nor `'static`. They are found by the bytes of their arguments; only long
//! arguments are digested. The tier is bounded: large values are left to the page cache, and where a value finds no room, the
//! inserting function's others go first, then everybody's.

use crate::site;
use rustc_hash::FxBuildHasher;
use std::any::Any;
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The largest value kept, unless the bound on all is lower.
const LARGEST: usize = 8 << 20;

/// What all functions' values may take together.
static MOST: AtomicUsize = AtomicUsize::new(64 << 20);
static IN_USE: AtomicUsize = AtomicUsize::new(0);

/// What an entry takes besides its value and its key, roughly.
const OVERHEAD: usize = 64;

/// Bounds what the values kept in memory take, in bytes of their encoding; 64 MiB at the start of a process.
///
/// A bound of 0 keeps none. What is kept already stays until the next value is.
pub fn limit_memory(bytes: usize) {
    MOST.store(bytes, Ordering::Relaxed);
}

/// Forgets all values that memory keeps; what is stored stays.
pub fn clear_memory() {
    for site in site::called() {
        site.memory.clear();
    }
}

/// How many bytes of values memory keeps, of all memos of this process, as [`limit_memory`] counts them.
pub fn memory_in_use() -> usize {
    IN_USE.load(Ordering::Relaxed)
}

/// Is there no room for `length` more bytes?
fn is_full(length: usize) -> bool {
    IN_USE.load(Ordering::Relaxed) + length > MOST.load(Ordering::Relaxed)
}

/// A value in memory.
#[derive(Clone, Debug)]
pub enum Held {
    /// A number.
    Word(u64),
    /// The value itself.
    Typed(Arc<dyn Any + Send + Sync>),
    /// Its bytes.
    Encoded(Arc<[u8]>),
}

/// One function's values.
pub(crate) struct Memory(Mutex<Table>);

struct Table {
    values: HashMap<Box<[u8]>, (Held, usize), FxBuildHasher>,
    hits: u64,
}

impl Memory {
    /// An empty tier.
    pub(crate) const fn new() -> Self {
        Self(Mutex::new(Table {
            values: HashMap::with_hasher(FxBuildHasher),
            hits: 0,
        }))
    }

    /// What is kept of `name`.
    #[inline]
    pub(crate) fn get(&self, name: &[u8]) -> Option<Held> {
        let mut table = self.table();
        let held = table.values.get(name)?.0.clone();
        table.hits += 1;
        Some(held)
    }

    /// Is something kept of `name`?
    pub(crate) fn has(&self, name: &[u8]) -> bool {
        self.table().values.contains_key(name)
    }

    /// How often something was found.
    pub(crate) fn hits(&self) -> u64 {
        self.table().hits
    }

    /// Could a value of this length be kept?
    pub(crate) fn takes(length: usize) -> bool {
        length <= LARGEST.min(MOST.load(Ordering::Relaxed))
    }

    /// Keeps a value whose encoding takes `length` bytes, unless that is too large.
    pub(crate) fn put(&self, name: &[u8], held: Held, length: usize) {
        let length = length + name.len() + OVERHEAD;
        if !Self::takes(length) {
            return;
        }
        if is_full(length) {
            self.clear();
        }
        if is_full(length) {
            clear_memory();
        }
        let mut table = self.table();
        let replaced = table.values.insert(name.into(), (held, length));
        let before = replaced.as_ref().map_or(0, |(_, length)| *length);
        IN_USE.fetch_add(length, Ordering::Relaxed);
        IN_USE.fetch_sub(before, Ordering::Relaxed);
        drop(table);
        drop(replaced);
    }

    /// Forgets all.
    fn clear(&self) {
        let values = std::mem::take(&mut self.table().values);
        let freed: usize = values.values().map(|(_, length)| length).sum();
        IN_USE.fetch_sub(freed, Ordering::Relaxed);
        // Dropped here, after the lock is released: a destructor may call a memo.
        drop(values);
    }

    /// Forgets one value.
    pub(crate) fn forget(&self, name: &[u8]) {
        let removed = self.table().values.remove(name);
        if let Some((_, length)) = &removed {
            IN_USE.fetch_sub(*length, Ordering::Relaxed);
        }
    }

    #[inline]
    fn table(&self) -> MutexGuard<'_, Table> {
        // Nothing that can panic runs under the lock but allocation; the map is whole in any case.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
