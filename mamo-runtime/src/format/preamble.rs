//! The first 16 bytes of every binary file: which kind, which version, and a check of both.
//!
//! The check tells a flipped bit in the version from a file of a newer mamo: the first is damage and may be
//! replaced, the second is not ours to touch.

/// Length of a preamble.
pub const LENGTH: usize = 16;

/// What a preamble says of the file behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is of this kind and version.
    Ours,
    /// It is of this kind, and a newer mamo wrote it.
    Newer(u32),
    /// It is not of this kind, too short, older, or damaged.
    Foreign(&'static str),
}

/// The preamble of a file of kind `magic` and version `version`.
pub fn of(magic: [u8; 8], version: u32) -> [u8; LENGTH] {
    let mut bytes = [0; LENGTH];
    bytes[..8].copy_from_slice(&magic);
    bytes[8..12].copy_from_slice(&version.to_le_bytes());
    let check = blake3::hash(&bytes[..12]);
    bytes[12..].copy_from_slice(&check.as_bytes()[..4]);
    bytes
}

/// Judges the preamble of `bytes` by the kind and version that the caller can read.
pub fn judge(bytes: &[u8], magic: [u8; 8], version: u32) -> Verdict {
    let Some(head) = bytes.first_chunk::<LENGTH>() else {
        return Verdict::Foreign("it is shorter than a preamble");
    };
    if head[..8] != magic {
        return Verdict::Foreign("it does not start as such a file does");
    }
    let found = u32::from_le_bytes([head[8], head[9], head[10], head[11]]);
    if *head != of(magic, found) {
        return Verdict::Foreign("its version does not match its check");
    }
    match found.cmp(&version) {
        std::cmp::Ordering::Equal => Verdict::Ours,
        std::cmp::Ordering::Greater => Verdict::Newer(found),
        std::cmp::Ordering::Less => Verdict::Foreign("it has an older version"),
    }
}
