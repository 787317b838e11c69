//! The encoded value of an entry, wherever it lies, before it is read.

use crate::codec::CodecError;
use crate::format::blob;
use crate::format::entry::{Content, Entry};
use crate::notice;
use std::fmt;
use std::fs::{self, File};
use std::io::Read as _;
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
    /// Open, so that it can be read even if it is deleted meanwhile.
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
            Ok((file, path)) => Some(Self {
                content,
                place: Place::Blob(file, path),
            }),
            Err(error) => {
                discard(
                    &crate::format::layout::blob(mamo_dir, &content.digest),
                    &error,
                );
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
            Place::Blob(mut file, path) => {
                if let Err(error) = file.read_exact(room) {
                    discard(&path, &error);
                    return Err(CodecError::new(error));
                }
                if !self.content.is_of(room) {
                    let error = "its checksum does not match";
                    discard(&path, &error);
                    return Err(CodecError::new(error));
                }
            }
        }
        Ok(())
    }
}

/// Makes room for a blob that can be used, and says why this one cannot.
fn discard(path: &Path, why: &dyn fmt::Display) {
    notice::of_file(
        path,
        format_args!("a stored value is not used: `{}`: {why}", path.display()),
    );
    let _ = fs::remove_file(path);
}
