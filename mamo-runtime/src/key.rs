//! Identity: the 32 bytes that name a value.
//!
//! A value key holds the function's key, its code fingerprint, the codec, the current values of the environment
//! variables that its reach reads, the result's type and the digest of the arguments, each framed by its length or of
//! fixed width. Whatever could make the value another one is in it; a value is never overwritten by a different one.

use crate::arguments::Seen;
use crate::format::variables::{EVERY, is_volatile};
use std::any::TypeId;
use std::ffi::OsString;
use std::hash::Hash as _;

/// Names a value.
pub(crate) type ValueKey = [u8; 32];

/// Raised when the meaning of any hashed byte changes, the argument digest's included.
const VERSION: &str = "mamo value key 3";

/// The digest of what is the same for every call of a function in one process.
pub(crate) fn of_function(key: &str, fingerprint: &[u8; 32], version: u64) -> [u8; 32] {
    framed([
        VERSION.as_bytes(),
        key.as_bytes(),
        fingerprint,
        &version.to_le_bytes(),
    ])
}

/// The same for every version of its code.
pub(crate) fn of_any_code(key: &str) -> [u8; 32] {
    framed([b"mamo identity 2".as_slice(), key.as_bytes()])
}

/// The fingerprint of code that its text and the compiler decide on, such as they are in this program.
pub(crate) fn of_text(text: &str, checked: bool) -> [u8; 32] {
    // The compiler's digests of std's types differ between its versions.
    let mut compiler = Seen::default();
    TypeId::of::<String>().hash(&mut compiler);
    TypeId::of::<std::io::Error>().hash(&mut compiler);
    TypeId::of::<Option<u8>>().hash(&mut compiler);
    framed([
        b"mamo text 1".as_slice(),
        text.as_bytes(),
        compiler.bytes(),
        std::env::consts::ARCH.as_bytes(),
        std::env::consts::OS.as_bytes(),
        &size_of::<usize>().to_le_bytes(),
        &[u8::from(checked)],
    ])
}

/// The digest of the current values of environment variables, absent ones told from empty ones.
pub(crate) fn of_variables(names: &[String]) -> [u8; 32] {
    if names.is_empty() {
        return [0; 32];
    }
    if names.iter().any(|name| name == EVERY) {
        return of_every_variable(names);
    }
    let values: Vec<Option<OsString>> = names.iter().map(std::env::var_os).collect();
    let parts = names
        .iter()
        .zip(&values)
        .flat_map(|(name, value)| match value {
            None => [name.as_bytes(), b"absent", b""],
            Some(value) => [name.as_bytes(), b"present", value.as_encoded_bytes()],
        });
    framed(parts)
}

/// The digest of every variable that is set now, but for mamo's own and those that only describe the shell, unless `named`.
fn of_every_variable(named: &[String]) -> [u8; 32] {
    let others: Vec<_> = named
        .iter()
        .filter(|name| *name != EVERY)
        .cloned()
        .collect();
    let counts = |(name, _): &(OsString, OsString)| {
        let name = name.to_string_lossy();
        !is_volatile(&name) && !name.starts_with("MAMO_")
    };
    let mut set: Vec<_> = std::env::vars_os().filter(counts).collect();
    set.sort_unstable();
    let parts = set.iter().flat_map(|(name, value)| [name, value]);
    let every = framed(parts.map(|part| part.as_encoded_bytes()));
    framed([b"every variable".as_slice(), &every, &of_variables(&others)])
}

/// The key of one value.
pub(crate) fn of_value(
    function: &[u8; 32],
    variables: &[u8; 32],
    arguments: &[u8; 32],
    codec: &str,
    result_type: &str,
) -> ValueKey {
    // Three fixed widths, a frame, and then the rest: one short buffer is hashed in one go.
    let mut bytes = Vec::with_capacity(104 + codec.len() + result_type.len());
    bytes.extend_from_slice(function);
    bytes.extend_from_slice(variables);
    bytes.extend_from_slice(arguments);
    bytes.extend_from_slice(&(codec.len() as u64).to_le_bytes());
    bytes.extend_from_slice(codec.as_bytes());
    bytes.extend_from_slice(result_type.as_bytes());
    *blake3::hash(&bytes).as_bytes()
}

/// The digest of parts, each with its length before it.
pub(crate) fn framed<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    *hasher.finalize().as_bytes()
}
