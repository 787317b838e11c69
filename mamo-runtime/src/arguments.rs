//! The digest of a call's arguments: which of a function's values is asked for.
//!
//! Arguments are streamed through serde into BLAKE3, never copied or kept. Every scalar carries a tag of its type and
//! has a fixed width, every string its length, every sequence its end and count, so that no two different sequences of
//! serde calls give the same bytes: `("ab", "c")` and `("a", "bc")`, `Some(1)` and `1`, `1u32` and `1u64`, `0.0` and
//! `-0.0` all differ. The entries of a `HashMap` or `HashSet` count in no order, since their order means nothing and
//! changes from run to run; those of every other map and set count in the order in which they come, since it may.

mod parts;
mod plain;
mod serializer;
#[cfg(test)]
mod tests;
mod words;

pub use plain::{AddBy, AnyArgument, Argument, BySerde, Plain};
pub(crate) use serializer::{FILE, Seen, VALUE, is_ours};
pub use words::{Scalar, Word};
pub(crate) use words::{Three, Words};

use crate::inputs::{self, Watched};
use crate::value;
use serde::Serialize;
use std::cell::Cell;
use std::fmt;
use std::marker::PhantomData;
use std::path::Path;

/// An argument that cannot be digested; in serde's words.
#[derive(Debug)]
pub struct ArgumentError(String);

impl fmt::Display for ArgumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ArgumentError {}

impl serde::ser::Error for ArgumentError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

/// The arguments of one call: which of a function's values is asked for.
///
/// A few scalars are words; everything else, and they if they are wanted so, are bytes. These are behind a pointer that each
/// thread uses again: they are handed on from ask to answer, and moving them must cost nothing.
pub struct Arguments {
    pub(crate) words: Words,
    pub(crate) room: Room,
}

/// All arguments as bytes, those that are words too, once there is one that is no word, or once bytes are wanted.
pub(crate) struct Room(Option<Box<Gathered>>);

#[derive(Default)]
struct Gathered {
    sink: Sink,
    count: u64,
    /// Are all there, and their number too?
    settled: bool,
    watched: Vec<Watched>,
    stale_at: Option<u32>,
}

const SETTLED: &str = "arguments are settled before their bytes are wanted";

impl Arguments {
    /// What `add_all` adds.
    #[inline]
    pub(crate) fn gather(
        add_all: impl FnOnce(&mut Self) -> Result<(), ArgumentError>,
    ) -> Result<Self, ArgumentError> {
        let mut arguments = Self {
            words: Words::NONE,
            room: Room(None),
        };
        match add_all(&mut arguments) {
            Ok(()) => Ok(arguments),
            Err(error) => {
                inputs::take_watched();
                value::take_stale_at();
                Err(error)
            }
        }
    }

    /// Adds the next argument, in the way that its type allows.
    ///
    /// # Errors
    /// If its `Serialize` implementation fails.
    #[inline]
    pub fn add<T: ?Sized, W: AddBy<T>>(&mut self, _: W, argument: &T) -> Result<(), ArgumentError> {
        if let Some(word) = W::word(argument)
            && self.words.push(word)
        {
            return Ok(());
        }
        W::add(&mut self.next().sink, argument)
    }

    /// Adds a type or constant argument, as what tells `PhantomData<T>` or `[(); N]` from others.
    pub fn add_type<T: ?Sized>(&mut self) {
        self.next().sink.type_of::<T>();
    }

    /// Adds the type of what a block captures.
    pub fn add_type_of<T: ?Sized>(&mut self, _: &T) {
        self.add_type::<PhantomData<T>>();
    }

    /// Adds the content of a file, whose path is relative to `base`.
    ///
    /// # Errors
    /// If it is there and cannot be read.
    pub fn add_file(&mut self, base: &str, path: impl AsRef<Path>) -> Result<(), ArgumentError> {
        let file = inputs::file(Path::new(base).join(path));
        self.next().sink.value(&file)
    }

    /// Makes the bytes of arguments that are all there; to be done before they are asked for.
    pub(crate) fn settle(&mut self) {
        let gathered = self.gathered();
        if gathered.settled {
            return;
        }
        gathered.settled = true;
        if gathered.sink.asides {
            gathered.watched = inputs::take_watched();
            gathered.stale_at = value::take_stale_at();
        }
        let count = gathered.count.to_le_bytes();
        gathered.sink.put(&count);
    }

    /// All bytes, if they are few: they name the value within its function as well as a digest does.
    #[inline]
    pub(crate) fn short(&self) -> Option<&[u8]> {
        let sink = &self.settled().sink;
        let few = sink.hasher.is_none() && sink.buffer.len() <= SHORT;
        few.then_some(&sink.buffer)
    }

    /// The digest of all bytes.
    pub(crate) fn digest(&self) -> [u8; 32] {
        self.settled().sink.digest()
    }

    /// Files and directories whose content is part of the arguments.
    pub(crate) fn watched(&self) -> &[Watched] {
        &self.settled().watched
    }

    /// How many steps above these arguments the nearest lazy value of older code was made; `None` if none was.
    pub(crate) fn stale_at(&self) -> Option<u32> {
        self.settled().stale_at
    }

    #[inline]
    fn settled(&self) -> &Gathered {
        self.room.0.as_deref().expect(SETTLED)
    }

    /// Where the next argument goes.
    fn next(&mut self) -> &mut Gathered {
        self.words.more = true;
        let gathered = self.gathered();
        gathered.count += 1;
        gathered
    }

    /// The bytes so far.
    fn gathered(&mut self) -> &mut Gathered {
        self.room.0.get_or_insert_with(|| {
            // The thread may be past its destructors, where a fresh one does as well.
            let spare = SPARE.try_with(Cell::take).unwrap_or_default();
            let mut gathered = spare.unwrap_or_default();
            self.words.put(&mut gathered.sink);
            gathered.count = self.words.count();
            gathered
        })
    }
}

/// The digest of what serde shows of a value that is no argument; `None` if it fails.
pub(crate) fn content<T: Serialize + ?Sized>(value: &T) -> Option<[u8; 32]> {
    // Arguments may be about to be gathered: what they watch is theirs.
    let (watched, stale_at) = (inputs::take_watched(), value::take_stale_at());
    let mut sink = Sink::default();
    let digest = sink.value(value).ok().map(|()| sink.digest());
    inputs::set_watched(watched);
    value::set_stale_at(stale_at);
    digest
}

impl Drop for Room {
    #[inline]
    fn drop(&mut self) {
        if let Some(gathered) = self.0.take() {
            reuse(gathered);
        }
    }
}

/// Gives this thread's next arguments the room of these.
fn reuse(mut gathered: Box<Gathered>) {
    gathered.sink.clear();
    gathered.count = 0;
    gathered.settled = false;
    gathered.stale_at = None;
    gathered.watched.clear();
    let _ = SPARE.try_with(|spare| spare.set(Some(gathered)));
}

/// The most bytes that [`Arguments::short`] gives.
const SHORT: usize = 128;

/// How much is gathered before it is hashed: BLAKE3 is slow on small pieces.
const BLOCK: usize = 64 * 1024;

thread_local! {
    /// This thread's last arguments, emptied, for its next ones.
    static SPARE: Cell<Option<Box<Gathered>>> = const { Cell::new(None) };
}

/// Bytes on their way into a digest.
#[derive(Default)]
struct Sink {
    buffer: Vec<u8>,
    /// Made when the first block is full; small arguments are hashed in one go without it.
    hasher: Option<Box<blake3::Hasher>>,
    /// Is the value about to be serialized one whose entries have no order?
    unordered: bool,
    /// Was a file or a lazy value put, of which more is known than its bytes?
    asides: bool,
}

impl Sink {
    #[inline]
    fn clear(&mut self) {
        self.buffer.clear();
        if self.hasher.is_some() {
            self.hasher = None;
        }
        self.unordered = false;
        self.asides = false;
    }

    /// The digest of all that was put.
    fn digest(&self) -> [u8; 32] {
        let digest = match &self.hasher {
            None => blake3::hash(&self.buffer),
            Some(hasher) => hasher.clone().update(&self.buffer).finalize(),
        };
        *digest.as_bytes()
    }

    #[inline]
    fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), ArgumentError> {
        self.unordered = is_unordered(std::any::type_name::<T>());
        value.serialize(self)
    }

    #[inline]
    fn put(&mut self, bytes: &[u8]) {
        if self.buffer.len() + bytes.len() > BLOCK {
            self.spill(bytes);
        } else {
            self.buffer.extend_from_slice(bytes);
        }
    }

    #[cold]
    #[inline(never)]
    fn spill(&mut self, bytes: &[u8]) {
        let hasher = self.hasher.get_or_insert_default();
        hasher.update(&self.buffer);
        self.buffer.clear();
        if bytes.len() > BLOCK {
            hasher.update(bytes);
        } else {
            self.buffer.extend_from_slice(bytes);
        }
    }

    /// The digest of all that was put; the sink is then empty.
    fn take(&mut self) -> [u8; 32] {
        let digest = self.digest();
        self.hasher = None;
        self.buffer.clear();
        digest
    }
}

/// Is this the name of a hash map or set, or of a pointer to one? Serde does not tell such a map from one whose order
/// counts. A name that is not recognised costs a miss, never a wrong hit.
#[inline]
fn is_unordered(name: &str) -> bool {
    // The names below begin with one of these; asked first, most types are decided by the compiler.
    let first = match name.as_bytes() {
        [b'&', first, ..] | [first, ..] => *first,
        [] => 0,
    };
    matches!(first, b'&' | b'm' | b'a' | b's' | b'h') && names_unordered(name)
}

fn names_unordered(mut name: &str) -> bool {
    const POINTERS: [&str; 5] = [
        "&",
        "mut ",
        "alloc::boxed::Box<",
        "alloc::rc::Rc<",
        "alloc::sync::Arc<",
    ];
    const UNORDERED: [&str; 4] = [
        "std::collections::hash::map::HashMap<",
        "std::collections::hash::set::HashSet<",
        "hashbrown::map::HashMap<",
        "hashbrown::set::HashSet<",
    ];
    while let Some(rest) = POINTERS
        .iter()
        .find_map(|pointer| name.strip_prefix(pointer))
    {
        name = rest;
    }
    UNORDERED
        .iter()
        .any(|unordered| name.starts_with(unordered))
}
