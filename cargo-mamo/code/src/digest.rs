//! Digests of code: what is compared instead of bytes.
//!
//! Each value that enters is prefixed by its length or has a fixed width, so that no two sequences of values are the same bytes.

use serde::{Deserialize, Serialize};

/// A digest of one piece of code or data.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct CodeDigest(pub [u8; 16]);

/// A piece of code in both readings: with and without the positions in source that panics would print.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct OwnCode {
    /// Lines and columns of panic locations are left out.
    pub plain: CodeDigest,
    /// Lines and columns of panic locations count.
    pub positioned: CodeDigest,
}

impl OwnCode {
    /// Code that holds no position.
    pub(crate) fn without_positions(digest: CodeDigest) -> Self {
        Self {
            plain: digest,
            positioned: digest,
        }
    }

    /// Both readings of what is made of other code.
    pub(crate) fn made_of(digest: impl Fn(Reading) -> CodeDigest) -> Self {
        Self {
            plain: digest(Reading::Plain),
            positioned: digest(Reading::Positioned),
        }
    }

    /// The digest for one reading.
    pub(crate) fn reading(&self, reading: Reading) -> CodeDigest {
        match reading {
            Reading::Plain => self.plain,
            Reading::Positioned => self.positioned,
        }
    }
}

/// Whether the lines and columns of panic locations count.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Reading {
    /// They do not.
    Plain,
    /// They do.
    Positioned,
}

/// Collects values for a digest.
pub(crate) struct DigestWriter(blake3::Hasher);

impl DigestWriter {
    /// Starts a digest of one kind of thing, so that two kinds never share a digest.
    pub(crate) fn new(kind: &str) -> Self {
        let mut writer = Self(blake3::Hasher::new());
        writer.bytes(kind.as_bytes());
        writer
    }

    /// Adds a number.
    pub(crate) fn number(&mut self, value: u64) {
        self.0.update(&value.to_le_bytes());
    }

    /// Adds a signed number.
    pub(crate) fn signed(&mut self, value: i64) {
        self.0.update(&value.to_le_bytes());
    }

    /// Adds bytes and their length.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u64);
        self.0.update(bytes);
    }

    /// Adds a digest.
    pub(crate) fn digest(&mut self, digest: CodeDigest) {
        self.0.update(&digest.0);
    }

    /// The digest of all that was added.
    pub(crate) fn finish(&self) -> CodeDigest {
        let mut short = [0; 16];
        short.copy_from_slice(&self.finish_wide()[..16]);
        CodeDigest(short)
    }

    /// The digest in full width.
    pub(crate) fn finish_wide(&self) -> [u8; 32] {
        *self.0.finalize().as_bytes()
    }
}
