//! The disk: every byte that mamo's runtime and `cargo mamo` exchange through the mamo directory.
//!
//! Both sides use this module and nothing else, so the format has one owner; `docs/store-format.md` says the same
//! in prose. The directory holds
//!
//! | path | what | written by |
//! |---|---|---|
//! | `CACHEDIR.TAG`, `.gitignore` | marks the directory as mamo's and as a cache | [`layout::create`] |
//! | `snapshots/v1/<hex>` | one [`Snapshot`] an executable, named by the BLAKE3 of its path | `cargo mamo` |
//! | `values/v2/<hh>/<hex>` | one [`entry`] a value, named by its value key, two hex digits of it as directory | the runtime |
//! | `blobs/v1/<hh>/<hex>` | one [`blob`] for equal large values, named by the BLAKE3 of its bytes | the runtime |
//! | `index/v1/<hex>` | which values a function has had, named by the BLAKE3 of its key | the runtime |
//! | `locks/v1/<hex>.lock` | empty files whose lock means "this value is being computed" | the runtime |
//! | `logs/v1/<hex>.log` | one append-only [`log`](crate::__private) a function, named by the BLAKE3 of its key | the runtime |
//!
//! Every binary file opens with a [`preamble`]: magic, version, and a check of both, so that a damaged version is
//! told from a newer one. Damage of any kind is a miss. A newer version is a miss too, and the file stays as it is.
//! Files are written beside their final place and renamed into it, so a reader sees all of a file or none; nothing
//! is flushed to the device, because a checksum covers every byte and what a crash tears is computed again.
//!
//! Never here: modification times of sources, absolute paths other than the executable's, anything that a reader must
//! trust before it has checked it.

pub mod blob;
pub mod embedded;
pub mod entry;
pub mod layout;
pub mod preamble;
pub mod snapshot;
pub mod variables;

pub(crate) mod aside;
mod check;
mod error;
pub(crate) mod place;
mod replace;

pub use error::FormatError;
pub use replace::{UNFINISHED, Unfinished, sweep_unfinished, unfinished, write_whole};
pub use snapshot::{Executable, Snapshot, SnapshotEntry};
