//! Files mapped into memory, read-only: one of two places where mamo needs unsafe code.
//!
//! A crate of its own, so that every other crate of mamo's forbids itself unsafe code. It must stay this small, and it is
//! for `mamo-runtime` alone, whose files meet the condition of [`Map::of`].

use memmap2::Mmap;
use std::fs::File;
use std::io;
use std::ops::{Deref, Range};

/// The bytes of a file, in memory as long as this lives, even if the file is deleted.
#[derive(Debug)]
pub struct Map(Mmap);

impl Map {
    /// Maps all of `file`, as long as it is now.
    ///
    /// # Restrictions
    /// Nobody may write into the file or cut it while it is mapped. If somebody does, the bytes change under the reader,
    /// or the process is ended by a signal (SIGBUS) when it looks behind the end.
    ///
    /// # Errors
    /// Whatever the operating system answers, such as that it cannot map this kind of file, or no more of them.
    pub fn of(file: &File) -> io::Result<Self> {
        #[expect(
            unsafe_code,
            reason = "mapping a file is unsafe wherever it is done; the condition is stated and met above"
        )]
        // SAFETY: `Mmap::map` asks that the file is not modified while it is mapped. The files are mamo's blobs. mamo
        // writes a blob under another name, renames it into place, and from then on only ever deletes it; a deleted
        // file stays whole for those who have it mapped. What a foreign program does to the directory of a cache
        // cannot be ruled out by any means that a library has; the restriction above says so to the user.
        let map = unsafe { Mmap::map(file) }?;
        Ok(Self(map))
    }

    /// Brings the pages of a range in by one call, where each would be missed by itself when it is read.
    pub fn bring(&self, range: Range<usize>) {
        // Advice: where it is not taken, or not known, reading brings them in.
        #[cfg(target_os = "linux")]
        let _ = self
            .0
            .advise_range(memmap2::Advice::PopulateRead, range.start, range.len());
        #[cfg(not(target_os = "linux"))]
        drop(range);
    }
}

impl Deref for Map {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}
