//! The RAM tier: values of this process, in front of the store.
//!
//! Values that can be cloned and shared are kept as they are, others as encoded bytes that each hit decodes, so that a
//! result needs neither `Clone` nor `Sync` nor `'static`. They are found by their arguments' words or bytes; only long
//! arguments are digested. The tier is bounded: large values are left to the page cache, and where a value finds no room, the
//! inserting function's others go first, then everybody's.

use crate::arguments::Three;
use crate::{front, site};
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
    values: Values,
    hits: u64,
}

/// What names a value within its function.
#[derive(Clone, Copy)]
pub(crate) enum Name<'a> {
    /// Arguments that are few scalars.
    Words(Three),
    /// The bytes of short arguments, the digest of others.
    Bytes(&'a [u8]),
}

/// Values, with the room that they take where it is not the same for all.
#[derive(Default)]
struct Values {
    /// Numbers apart: their entries are small, and many fit where the processor is quick to look.
    numbers: HashMap<Three, u64, FxBuildHasher>,
    by_words: HashMap<Three, (Held, usize), FxBuildHasher>,
    by_bytes: HashMap<Box<[u8]>, (Held, usize), FxBuildHasher>,
}

/// What a number takes that is found by words.
const NUMBER: usize = size_of::<(Three, u64)>() + OVERHEAD;

impl Values {
    const EMPTY: Self = Self {
        numbers: HashMap::with_hasher(FxBuildHasher),
        by_words: HashMap::with_hasher(FxBuildHasher),
        by_bytes: HashMap::with_hasher(FxBuildHasher),
    };

    fn get(&self, name: Name<'_>) -> Option<Held> {
        let found = match name {
            Name::Words(words) => match self.numbers.get(&words) {
                Some(number) => return Some(Held::Word(*number)),
                None => self.by_words.get(&words),
            },
            Name::Bytes(bytes) => self.by_bytes.get(bytes),
        };
        found.map(|(held, _)| held.clone())
    }

    /// Puts a value, and gives back what it takes the place of.
    fn insert(&mut self, name: Name<'_>, held: Held, length: usize) -> Option<(Held, usize)> {
        match (name, held) {
            (Name::Words(words), Held::Word(number)) => {
                let before = self.numbers.insert(words, number);
                before.map(|number| (Held::Word(number), NUMBER))
            }
            (Name::Words(words), held) => self.by_words.insert(words, (held, length)),
            (Name::Bytes(bytes), held) => self.by_bytes.insert(bytes.into(), (held, length)),
        }
    }

    fn remove(&mut self, name: Name<'_>) -> Option<(Held, usize)> {
        match name {
            Name::Words(words) => match self.numbers.remove(&words) {
                Some(number) => Some((Held::Word(number), NUMBER)),
                None => self.by_words.remove(&words),
            },
            Name::Bytes(bytes) => self.by_bytes.remove(bytes),
        }
    }

    /// What all of them take.
    fn length(&self) -> usize {
        let others = self.by_words.values().chain(self.by_bytes.values());
        self.numbers.len() * NUMBER + others.map(|(_, length)| length).sum::<usize>()
    }
}

/// What a value takes whose encoding takes `length`.
fn room(name: Name<'_>, held: &Held, length: usize) -> usize {
    match (name, held) {
        (Name::Words(_), Held::Word(_)) => NUMBER,
        (Name::Words(_), _) => length + size_of::<Three>() + OVERHEAD,
        (Name::Bytes(bytes), _) => length + bytes.len() + OVERHEAD,
    }
}

impl Memory {
    /// An empty tier.
    pub(crate) const fn new() -> Self {
        Self(Mutex::new(Table {
            values: Values::EMPTY,
            hits: 0,
        }))
    }

    /// What is kept of `name`.
    #[inline]
    pub(crate) fn get(&self, name: Name<'_>) -> Option<Held> {
        let mut table = self.table();
        let held = table.values.get(name)?;
        table.hits += 1;
        Some(held)
    }

    /// The number that is kept of `words`.
    #[inline]
    pub(crate) fn number(&self, words: Three) -> Option<u64> {
        let mut table = self.table();
        let number = *table.values.numbers.get(&words)?;
        table.hits += 1;
        Some(number)
    }

    /// Is something kept of `name`?
    pub(crate) fn has(&self, name: Name<'_>) -> bool {
        self.table().values.get(name).is_some()
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
    pub(crate) fn put(&self, name: Name<'_>, held: Held, length: usize) {
        let length = room(name, &held, length);
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
        let replaced = table.values.insert(name, held, length);
        let before = replaced.as_ref().map_or(0, |(_, length)| *length);
        IN_USE.fetch_add(length, Ordering::Relaxed);
        IN_USE.fetch_sub(before, Ordering::Relaxed);
        drop(table);
        if replaced.is_some() {
            front::void();
        }
        drop(replaced);
    }

    /// Forgets all.
    fn clear(&self) {
        let values = std::mem::take(&mut self.table().values);
        IN_USE.fetch_sub(values.length(), Ordering::Relaxed);
        front::void();
        // Dropped here, after the lock is released: a destructor may call a memo.
        drop(values);
    }

    /// Forgets one value.
    pub(crate) fn forget(&self, name: Name<'_>) {
        let removed = self.table().values.remove(name);
        if let Some((_, length)) = &removed {
            IN_USE.fetch_sub(*length, Ordering::Relaxed);
        }
        front::void();
    }

    #[inline]
    fn table(&self) -> MutexGuard<'_, Table> {
        // Nothing that can panic runs under the lock but allocation; the map is whole in any case.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
