//! Exception tables: which function each entry is about.
//!
//! Nothing in a function refers to its entry, yet the entry decides where a panic lands; so it is part of the function's own code.

use object::{File, Object, ObjectSection, Relocation, RelocationTarget};
use rustc_hash::FxHashMap;

use super::ReadError;
use super::raw::{RawObject, RawReference};

/// What stands in the exception tables about a function.
pub(crate) struct UnwindRecord {
    pub(crate) bytes: Vec<u8>,
    pub(crate) references: Vec<RawReference>,
}

/// Adds the entries of `.eh_frame` to the functions that they are about.
pub(super) fn attach<'d>(file: &File<'d>, object: &mut RawObject<'d>) -> Result<(), ReadError> {
    for section in file.sections() {
        if section.name()? != ".eh_frame" {
            continue;
        }
        let mut relocations: Vec<(u64, Relocation)> = section.relocations().collect();
        relocations.sort_by_key(|(place, _)| *place);
        let mut frames = FrameReader {
            bytes: section.data()?,
            relocations,
            shared: FxHashMap::default(),
        };
        frames.attach(object)?;
    }
    Ok(())
}

struct FrameReader<'d> {
    bytes: &'d [u8],
    relocations: Vec<(u64, Relocation)>,
    /// Where the entries that others share are.
    shared: FxHashMap<usize, (usize, usize)>,
}

impl FrameReader<'_> {
    fn attach(&mut self, object: &mut RawObject<'_>) -> Result<(), ReadError> {
        let mut at = 0;
        while at < self.bytes.len() {
            let length = self.word(at)?;
            if length == u32::MAX {
                return Err(ReadError::Unsupported("a wide exception table".into()));
            }
            let start = at + 4;
            let end = start.saturating_add(length as usize);
            if end > self.bytes.len() {
                return Err(cut_short());
            }
            if length != 0 {
                self.entry(object, start, end)?;
            }
            at = end;
        }
        Ok(())
    }

    fn entry(
        &mut self,
        object: &mut RawObject<'_>,
        start: usize,
        end: usize,
    ) -> Result<(), ReadError> {
        let back = self.word(start)? as usize;
        if back == 0 {
            self.shared.insert(start - 4, (start, end));
            return Ok(());
        }
        let shared = start.checked_sub(back).and_then(|at| self.shared.get(&at));
        let (shared_start, shared_end) = *shared.ok_or_else(cut_short)?;
        let function = self.function(object, start + 4)?;
        let mut bytes = self.bytes[shared_start..shared_end].to_vec();
        bytes.extend_from_slice(without_padding(&self.bytes[(start + 4).min(end)..end]));
        let mut references = self.references(object, shared_start, shared_end)?;
        references.extend(self.references(object, start + 5, end)?);
        object.nodes[function]
            .unwind
            .push(UnwindRecord { bytes, references });
        Ok(())
    }

    /// The node of the function that an entry is about.
    fn function(&self, object: &mut RawObject<'_>, place: usize) -> Result<usize, ReadError> {
        let found = self
            .relocations
            .binary_search_by_key(&(place as u64), |(at, _)| *at);
        let relocation = found
            .ok()
            .map(|at| &self.relocations[at].1)
            .ok_or_else(cut_short)?;
        let section = match relocation.target() {
            RelocationTarget::Symbol(symbol) => object.symbols.get(symbol.0).and_then(|s| s.place),
            RelocationTarget::Section(section) => Some((section.0, 0)),
            _ => None,
        };
        let node = section.and_then(|(section, _)| object.whole_section(section));
        node.map(|node| node.0 as usize).ok_or_else(cut_short)
    }

    /// References inside of an entry, by their place in it.
    fn references(
        &self,
        object: &mut RawObject<'_>,
        start: usize,
        end: usize,
    ) -> Result<Vec<RawReference>, ReadError> {
        let first = self
            .relocations
            .partition_point(|(at, _)| *at < start as u64);
        let inside = self.relocations[first..].iter();
        inside
            .take_while(|(at, _)| *at < end as u64)
            .map(|(at, relocation)| object.reference(at - start as u64, relocation))
            .collect()
    }

    fn word(&self, at: usize) -> Result<u32, ReadError> {
        let end = at.checked_add(4).ok_or_else(cut_short)?;
        let bytes = self.bytes.get(at..end).ok_or_else(cut_short)?;
        Ok(u32::from_le_bytes(
            bytes.try_into().expect("a slice of four bytes"),
        ))
    }
}

/// An entry without the instructions that do nothing (`DW_CFA_nop`, 0) at its end: the last entry of a section has more of them
/// than one that others follow, so that they tell of a function's neighbours. All that comes before instructions has a fixed width.
fn without_padding(entry: &[u8]) -> &[u8] {
    let used = entry.iter().rposition(|byte| *byte != 0);
    &entry[..used.map_or(0, |last| last + 1)]
}

fn cut_short() -> ReadError {
    ReadError::Malformed("an exception table that is cut short or points to no function".into())
}

#[cfg(test)]
mod tests {
    use super::without_padding;

    #[test]
    fn padding_at_the_end_of_an_entry_does_not_count() {
        let (last, inner) = ([0, 1, 0x41, 0x0e, 0x10, 0, 0, 0], [0, 1, 0x41, 0x0e, 0x10]);
        assert_eq!(without_padding(&last), without_padding(&inner));
        assert_ne!(
            without_padding(&last),
            without_padding(&[0, 1, 0x41, 0x0e, 0x20])
        );
        assert!(without_padding(&[0, 0]).is_empty());
    }
}
