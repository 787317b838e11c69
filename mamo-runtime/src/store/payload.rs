//! The encoded value of an entry, wherever it lies, before it is decoded.

use crate::codec::CodecError;
use crate::format::entry::{Content, Entry};
use crate::format::{FormatError, blob, layout, place};
use crate::notice;
#[cfg(feature = "mmap")]
use mamo_map::Map;
use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// An encoded value that can be taken once, whole and checked.
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
    /// Read and checked.
    Read(Vec<u8>),
    /// Mapped and checked.
    #[cfg(feature = "mmap")]
    Mapped(Map),
}

/// A payload that was to be mapped.
#[cfg(feature = "mmap")]
pub(crate) enum Mapping {
    /// Its file, checked.
    Mapped(Map),
    /// It has no file of its own, or one that cannot be mapped.
    Unmapped(Payload),
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

    /// The same payload after all that looks at files is done; mapped if `maps`.
    pub(crate) fn ready(self, maps: bool) -> Result<Self, CodecError> {
        #[cfg(feature = "mmap")]
        if maps {
            let content = self.content;
            return Ok(match self.mapped()? {
                Mapping::Mapped(map) => Self {
                    content,
                    place: Place::Mapped(map),
                },
                Mapping::Unmapped(payload) => payload.ready(false)?,
            });
        }
        let _ = maps;
        if !matches!(self.place, Place::Blob(..)) {
            return Ok(self);
        }
        let content = self.content;
        let place = Place::Read(self.into_bytes()?);
        Ok(Self { content, place })
    }

    /// All of it.
    pub(crate) fn into_bytes(self) -> Result<Vec<u8>, CodecError> {
        let place = match self.place {
            Place::Inline(entry) => return Ok(entry.inline().to_vec()),
            Place::Read(bytes) => return Ok(bytes),
            place @ Place::Blob(..) => place,
            #[cfg(feature = "mmap")]
            place @ Place::Mapped(_) => place,
        };
        let payload = Self { place, ..self };
        let mut bytes = bytemuck::allocation::try_zeroed_vec(payload.len())
            .map_err(|()| CodecError::new("it is larger than memory"))?;
        payload.fill(&mut bytes)?;
        Ok(bytes)
    }

    /// Puts all of it into `room`, which is as long as it is.
    pub(crate) fn fill(self, room: &mut [u8]) -> Result<(), CodecError> {
        match self.place {
            Place::Inline(entry) => room.copy_from_slice(entry.inline()),
            Place::Read(bytes) => room.copy_from_slice(&bytes),
            #[cfg(feature = "mmap")]
            Place::Mapped(map) => room.copy_from_slice(&map),
            Place::Blob(mut file, mamo_dir) => {
                let content = &self.content;
                let read = file.read_exact(room).map_err(|source| {
                    let path = layout::blob(&mamo_dir, &content.digest);
                    match source.kind() {
                        ErrorKind::UnexpectedEof => damaged(path, "it ends early"),
                        _ => FormatError::on_reading(&path, source),
                    }
                });
                seen(
                    &mamo_dir,
                    content,
                    read.and_then(|()| judged(&mamo_dir, content, content.is_of(room))),
                )?;
            }
        }
        Ok(())
    }

    /// All of it where it lies, if that is a file that can be mapped.
    #[cfg(feature = "mmap")]
    pub(crate) fn mapped(self) -> Result<Mapping, CodecError> {
        let content = self.content;
        let (file, mamo_dir) = match self.place {
            Place::Blob(file, mamo_dir) => (file, mamo_dir),
            Place::Mapped(map) => return Ok(Mapping::Mapped(map)),
            place => return Ok(Mapping::Unmapped(Self { content, place })),
        };
        // The length of what is open, not of what is now at its path: nothing may be looked at behind it.
        let length = file.metadata().map(|now| now.len());
        if length.is_ok_and(|length| length == content.length)
            && let Ok(map) = Map::of(&file)
        {
            let whole = content.is_brought(&map, |piece| map.bring(piece));
            seen(&mamo_dir, &content, judged(&mamo_dir, &content, whole))?;
            return Ok(Mapping::Mapped(map));
        }
        // Cut meanwhile, which reading finds; or no such thing on this file system, or too many maps.
        let place = Place::Blob(file, mamo_dir);
        Ok(Mapping::Unmapped(Self { content, place }))
    }
}

/// A blob is damaged if its bytes are not the content's.
fn judged(mamo_dir: &Path, content: &Content, whole: bool) -> Result<(), FormatError> {
    let path = || layout::blob(mamo_dir, &content.digest);
    whole
        .then_some(())
        .ok_or_else(|| damaged(path(), "its checksum does not match"))
}

/// Says what is wrong with a blob, if something is.
fn seen(
    mamo_dir: &Path,
    content: &Content,
    whole: Result<(), FormatError>,
) -> Result<(), CodecError> {
    whole.map_err(|error| {
        unusable(mamo_dir, content, &error);
        CodecError::new(error)
    })
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
