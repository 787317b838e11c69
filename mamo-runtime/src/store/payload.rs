//! The encoded value of an entry, wherever it lies, before it is read.

use crate::codec::CodecError;
use crate::format::entry::{Content, Entry};
use crate::format::{FormatError, blob, layout, place};
use crate::notice;
use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// An encoded value that can be read once, whole and checked.
#[derive(Debug)]
pub struct Payload {
    content: Content,
    place: Place,
}

#[derive(Debug)]
enum Place {
    Inline(Arc<Entry>),
    /// Open, so that it can be read even if it is deleted meanwhile; the mamo directory is told for the case that it is
    /// damaged.
    Blob(File, PathBuf),
}

impl Payload {
    /// The payload of an entry; opens its blob.
    pub(crate) fn open(mamo_dir: &Path, entry: Arc<Entry>) -> Option<Self> {
        let content = entry.content;
        if !content.in_blob {
            let place = Place::Inline(entry);
            return Some(Self { content, place });
        }
        match blob::open(mamo_dir, &content.digest, content.length) {
            Ok(file) => Some(Self {
                content,
                place: Place::Blob(file, mamo_dir.to_owned()),
            }),
            Err(error) => {
                unusable(mamo_dir, &content, &error);
                None
            }
        }
    }

    /// Its length in bytes.
    pub(crate) fn len(&self) -> usize {
        usize::try_from(self.content.length).unwrap_or(usize::MAX)
    }

    /// All of it.
    pub(crate) fn into_bytes(self) -> Result<Vec<u8>, CodecError> {
        if let Place::Inline(entry) = &self.place {
            return Ok(entry.inline().to_vec());
        }
        let mut bytes = bytemuck::allocation::try_zeroed_vec(self.len())
            .map_err(|()| CodecError::new("it is larger than memory"))?;
        self.fill(&mut bytes)?;
        Ok(bytes)
    }

    /// Puts all of it into `room`, which is as long as it is.
    pub(crate) fn fill(self, room: &mut [u8]) -> Result<(), CodecError> {
        match self.place {
            Place::Inline(entry) => room.copy_from_slice(entry.inline()),
            Place::Blob(mut file, mamo_dir) => {
                let path = || layout::blob(&mamo_dir, &self.content.digest);
                let read = file.read_exact(room).map_err(|source| match source.kind() {
                    ErrorKind::UnexpectedEof => damaged(path(), "it ends early"),
                    _ => FormatError::on_reading(&path(), source),
                });
                let whole = read.and_then(|()| {
                    let same = self.content.is_of(room).then_some(());
                    same.ok_or_else(|| damaged(path(), "its checksum does not match"))
                });
                if let Err(error) = whole {
                    unusable(&mamo_dir, &self.content, &error);
                    return Err(CodecError::new(error));
                }
            }
        }
        Ok(())
    }
}

fn damaged(path: PathBuf, what: &'static str) -> FormatError {
    FormatError::Broken { path, what }
}

/// Says why a blob cannot be used, and makes room for one that can be. Where it could not be looked at, it stays: it may
/// be whole. One that is gone was taken by `gc` or `clean`, as an entry may be.
fn unusable(mamo_dir: &Path, content: &Content, why: &FormatError) {
    if why.is_absent() {
        return;
    }
    let path = layout::blob(mamo_dir, &content.digest);
    notice::of_file(&path, format_args!("a stored value is not used: {why}"));
    if matches!(why, FormatError::Broken { .. }) {
        let _ = place::remove(mamo_dir, &path);
    }
}
