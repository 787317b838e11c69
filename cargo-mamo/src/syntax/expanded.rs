//! Expansions of macro calls, kept in one file by what they are made of.
//!
//! Advice only, as the [cache](super::Cache) of parsed files: what is missing or damaged is expanded again.

use super::cache::{checksum, replace};
use super::ir::{Lowered, MacroCall, Symbol};
use crate::fingerprint::Fingerprint;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::path::PathBuf;

/// What a call became; `None` where it cannot be expanded.
pub(crate) type Expansion = Option<Lowered>;

/// What is known of expansions from earlier runs.
#[derive(Debug, Default)]
pub struct Expanded {
    file: PathBuf,
    known: FxHashMap<Fingerprint, Expansion>,
}

/// Digests and sizes of the expansions that follow.
type Index = Vec<(Fingerprint, u32)>;

impl Expanded {
    /// Those in `file`.
    pub(crate) fn open(file: PathBuf) -> Self {
        let known = std::fs::read(&file).ok().and_then(|entry| read(&entry));
        let known = known.unwrap_or_default();
        Self { file, known }
    }

    /// What decides on the expansion of `call` by a macro whose rules have the digest `rules`.
    pub fn key(rules: Fingerprint, call: &MacroCall, dollar_crate: Symbol) -> Fingerprint {
        Fingerprint::of_parts([
            rules.0.as_slice(),
            call.tokens.as_bytes(),
            &call.line.to_le_bytes(),
            &[call.position as u8],
            dollar_crate.as_bytes(),
        ])
    }

    /// Takes out the expansion of `key`.
    pub(crate) fn take(&mut self, key: Fingerprint) -> Option<Expansion> {
        self.known.remove(&key)
    }

    /// Keeps `made`, and of the others as many as that. What cannot be written costs time, never an answer.
    pub fn keep(&self, made: &FxHashMap<Fingerprint, Option<&Lowered>>) {
        let others = self.known.iter().take(made.len());
        let others = others.map(|(key, expansion)| (*key, expansion.as_ref()));
        let made = made.iter().map(|(key, expansion)| (*key, *expansion));
        let all: Vec<_> = made.chain(others).collect();
        let bytes: Option<Vec<(Fingerprint, Vec<u8>)>> = all
            .par_iter()
            .map(|(key, expansion)| Some((*key, postcard::to_stdvec(expansion).ok()?)))
            .collect();
        let written = bytes.and_then(|bytes| write(&bytes));
        if let Some(entry) = written {
            let _ = replace(&self.file, &entry);
        }
    }
}

fn write(expansions: &[(Fingerprint, Vec<u8>)]) -> Option<Vec<u8>> {
    let sizes = expansions
        .iter()
        .map(|(key, bytes)| Some((*key, u32::try_from(bytes.len()).ok()?)));
    let index: Index = sizes.collect::<Option<_>>()?;
    let mut body = postcard::to_stdvec(&index).ok()?;
    for (_, bytes) in expansions {
        body.extend_from_slice(bytes);
    }
    let mut entry = checksum(Fingerprint::NONE, &body).0.to_vec();
    entry.append(&mut body);
    Some(entry)
}

fn read(entry: &[u8]) -> Option<FxHashMap<Fingerprint, Expansion>> {
    let (stored, body) = entry.split_at_checked(Fingerprint::NONE.0.len())?;
    if checksum(Fingerprint::NONE, body).0[..] != *stored {
        return None;
    }
    let (index, mut rest) = postcard::take_from_bytes::<Index>(body).ok()?;
    let mut parts = Vec::with_capacity(index.len());
    for (key, size) in index {
        let (part, after) = rest.split_at_checked(usize::try_from(size).ok()?)?;
        parts.push((key, part));
        rest = after;
    }
    let parts = parts.par_iter();
    parts
        .map(|(key, part)| Some((*key, postcard::from_bytes(part).ok()?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::ir::{Mention, Position};
    use crate::syntax::parse_file;

    fn lowered() -> Lowered {
        Lowered {
            mentions: vec![Mention::Associated(Symbol::from("name"))],
            items: parse_file("fn f() { g(1) }").items,
        }
    }

    #[test]
    fn expansions_come_back_as_they_were_and_damage_is_a_miss() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("parsed/expanded");
        let (one, none) = (Fingerprint::of(b"1"), Fingerprint::of(b"2"));
        let made = lowered();
        Expanded::open(file.clone())
            .keep(&[(one, Some(&made)), (none, None)].into_iter().collect());
        let mut known = Expanded::open(file.clone());
        assert_eq!(known.take(one), Some(Some(made)));
        assert_eq!(known.take(none), Some(None));
        assert_eq!(known.take(none), None);
        let whole = std::fs::read(&file).unwrap();
        for at in 0..whole.len() {
            let mut torn = whole.clone();
            torn[at] ^= 1;
            assert!(read(&torn).is_none(), "a flip at {at} is believed");
            assert!(read(&whole[..at]).is_none(), "a cut at {at} is believed");
        }
    }

    #[test]
    fn a_key_holds_all_that_decides_on_an_expansion() {
        let call = match &parse_file("m! { a }").items[0].kind {
            crate::syntax::ir::ItemKind::MacroCall(call) => call.as_ref().clone(),
            other => panic!("{other:?}"),
        };
        let rules = Fingerprint::of(b"rules");
        let key = |call: &MacroCall| Expanded::key(rules, call, Symbol::from("k"));
        let first = key(&call);
        let (mut moved, mut other, mut placed) = (call.clone(), call.clone(), call.clone());
        moved.line += 1;
        other.tokens = "b".to_owned();
        placed.position = Position::Type;
        for changed in [moved, other, placed] {
            assert_ne!(key(&changed), first);
        }
        assert_ne!(Expanded::key(rules, &call, Symbol::from("l")), first);
        let rules = Fingerprint::of(b"other");
        assert_ne!(Expanded::key(rules, &call, Symbol::from("k")), first);
    }
}
