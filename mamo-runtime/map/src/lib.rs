//! Files mapped into memory, read-only: the one place where mamo needs unsafe code.
//!
//! A crate of its own, so that every other crate of mamo's forbids itself unsafe code. It must stay this small, and it is
//! for `mamo-runtime` alone, whose files meet the condition of [`Map::of`].

use std::fs::File;
use std::io;
use std::ops::Deref;

/// The bytes of a file, in memory as long as this lives, even if the file is deleted.
#[derive(Debug)]
pub struct Map(memmap2::Mmap);

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
        // All of it is about to be checked: one call brings all pages in, where each would be missed by itself.
        let mut whole = memmap2::MmapOptions::new();
        whole.populate();
        #[expect(
            unsafe_code,
            reason = "mapping a file is unsafe wherever it is done; the condition is stated and met above"
        )]
        // SAFETY: `Mmap::map` asks that the file is not modified while it is mapped. The files are mamo's blobs. mamo
        // writes a blob under another name, renames it into place, and from then on only ever deletes it; a deleted
        // file stays whole for those who have it mapped. What a foreign program does to the directory of a cache
        // cannot be ruled out by any means that a library has; the restriction above says so to the user.
        let map = unsafe { whole.map(file) }?;
        Ok(Self(map))
    }
}

impl Deref for Map {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}
