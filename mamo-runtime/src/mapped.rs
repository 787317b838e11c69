//! Plain data that lies in its file: mapped when it is served, and read by the processor alone.
//!
//! A hit costs one pass over the bytes, which are checked as those of every value; nothing is copied. What is computed
//! here, or is too small for a file of its own, lies in memory as a boxed slice does.

use bytemuck::Pod;
use mamo_map::Map;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

/// What a map takes besides the pages of its file, which are the system's to keep or to drop. It bounds how many files
/// memory keeps mapped.
const TABLES: u64 = 16 * 1024;

/// A slice of plain data that a memo's hit maps into memory rather than reads: `Mapped<[f64]>`. Feature `mmap`.
///
/// Cheap to clone; dereferences to the slice; made from a `Vec` or a boxed slice. As an argument of another memo it
/// counts by its bytes, inside a [`Value`](crate::Value) by the digest that it has already.
///
/// # Guarantees
/// - The bytes are checked before the slice is handed out: a damaged file is computed again, with a warning
///   (`a_damaged_file_is_not_mapped_but_computed_again`).
/// - A file that is deleted while it is mapped (`cargo mamo clean`) stays whole for those who have it
///   (`a_mapped_value_outlives_its_file`).
///
/// # Restrictions
/// mamo never writes into a file that it has placed. If another program writes into it while it is mapped, the slice
/// changes under its reader; if it cuts the file, or the disk fails to give a page, reading there ends the process
/// (SIGBUS).
///
/// # Limits
/// Values of up to 64 KiB, and fields of larger types, are read. On Windows a mapped file cannot be deleted.
///
/// # Example
/// ```
/// use mamo::Mapped;
///
/// #[mamo::memo]
/// fn squares(below: u32) -> Mapped<[f64]> {
///     (0..below).map(|n| f64::from(n * n)).collect::<Vec<_>>().into()
/// }
///
/// assert_eq!(squares(4).iter().sum::<f64>(), 14.0);
/// ```
pub struct Mapped<T: ?Sized>(Arc<Place<T>>);

enum Place<T: ?Sized> {
    Memory(Box<T>),
    File(Map),
}

impl<P: Pod> Mapped<[P]> {
    /// The elements in a file, which are whole in number.
    pub(crate) fn of_file(map: Map) -> Self {
        Self(Arc::new(Place::File(map)))
    }

    /// Does it lie in a file?
    pub fn is_mapped(&self) -> bool {
        matches!(*self.0, Place::File(_))
    }

    /// What it takes in memory, if that is not its length.
    pub(crate) fn weight(&self) -> Option<u64> {
        self.is_mapped().then_some(TABLES)
    }
}

impl<P: Pod> Deref for Mapped<[P]> {
    type Target = [P];

    fn deref(&self) -> &[P] {
        match &*self.0 {
            Place::Memory(values) => values,
            // Begins at a page, and was seen to hold whole elements.
            Place::File(map) => bytemuck::cast_slice(map),
        }
    }
}

impl<P: Pod> AsRef<[P]> for Mapped<[P]> {
    fn as_ref(&self) -> &[P] {
        self
    }
}

impl<T: ?Sized> From<Box<T>> for Mapped<T> {
    fn from(values: Box<T>) -> Self {
        Self(Arc::new(Place::Memory(values)))
    }
}

impl<P> From<Vec<P>> for Mapped<[P]> {
    fn from(values: Vec<P>) -> Self {
        values.into_boxed_slice().into()
    }
}

impl<P> FromIterator<P> for Mapped<[P]> {
    fn from_iter<I: IntoIterator<Item = P>>(values: I) -> Self {
        values.into_iter().collect::<Vec<_>>().into()
    }
}

impl<T: ?Sized> Clone for Mapped<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<P: Pod + fmt::Debug> fmt::Debug for Mapped<[P]> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<P: Pod + PartialEq> PartialEq for Mapped<[P]> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<P: Pod + Eq> Eq for Mapped<[P]> {}

impl<P: Pod + Serialize> Serialize for Mapped<[P]> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (**self).serialize(serializer)
    }
}

impl<'de, P: Pod + Deserialize<'de>> Deserialize<'de> for Mapped<[P]> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::deserialize(deserializer).map(Self::from)
    }
}
