//! Vectors of plain data as the bytes that they are in memory.
//!
//! What goes in and out is copied once, between the value and its file. `bytemuck` says which types allow it.

use super::{Codec, CodecError};
#[cfg(feature = "mmap")]
use crate::mapped::Mapped;
#[cfg(feature = "mmap")]
use crate::store::Mapping;
use crate::store::Payload;
use crate::verification;
use bytemuck::Pod;
use std::borrow::Cow;

/// The codec of `Vec` and `Box<[T]>` of plain data, such as `f64` or `u8`: the bytes as they lie in memory.
///
/// Chosen by itself for results of these types (in `Ok` too), unless the element type is a type parameter.
#[derive(Clone, Copy, Debug)]
pub struct Raw;

/// Bytes of another byte order or word size are another codec's.
const RAW: &str = match (cfg!(target_endian = "little"), usize::BITS) {
    (true, 64) => "raw-1-le64",
    (true, _) => "raw-1-le32",
    (false, 64) => "raw-1-be64",
    (false, _) => "raw-1-be32",
};

impl<P: Pod> Codec<Vec<P>> for Raw {
    const NAME: &'static str = RAW;
    const BUILT_IN: bool = true;
    const EXACT: bool = true;

    fn encode(value: &Vec<P>) -> Result<Cow<'_, [u8]>, CodecError> {
        sized::<P>(0)?;
        Ok(bytemuck::cast_slice(value).into())
    }

    fn decode(bytes: &[u8]) -> Result<Vec<P>, CodecError> {
        let mut values = room(bytes.len())?;
        bytemuck::cast_slice_mut::<P, u8>(&mut values).copy_from_slice(bytes);
        Ok(values)
    }

    fn load(payload: Payload) -> Result<Vec<P>, CodecError> {
        let mut values = room(payload.len())?;
        payload.fill(bytemuck::cast_slice_mut::<P, u8>(&mut values))?;
        Ok(values)
    }

    fn difference(stored: &Vec<P>, computed: &Vec<P>) -> Option<String> {
        verification::of_elements(stored, computed)
    }
}

impl<P: Pod> Codec<Box<[P]>> for Raw {
    const NAME: &'static str = RAW;
    const BUILT_IN: bool = true;
    const EXACT: bool = true;

    fn encode(value: &Box<[P]>) -> Result<Cow<'_, [u8]>, CodecError> {
        sized::<P>(0)?;
        Ok(bytemuck::cast_slice(value).into())
    }

    fn decode(bytes: &[u8]) -> Result<Box<[P]>, CodecError> {
        <Self as Codec<Vec<P>>>::decode(bytes).map(Vec::into_boxed_slice)
    }

    fn load(payload: Payload) -> Result<Box<[P]>, CodecError> {
        <Self as Codec<Vec<P>>>::load(payload).map(Vec::into_boxed_slice)
    }

    fn difference(stored: &Box<[P]>, computed: &Box<[P]>) -> Option<String> {
        verification::of_elements(stored, computed)
    }
}

#[cfg(feature = "mmap")]
impl<P: Pod> Codec<Mapped<[P]>> for Raw {
    const NAME: &'static str = RAW;
    const BUILT_IN: bool = true;
    const EXACT: bool = true;
    const MAPS: bool = true;

    fn encode(value: &Mapped<[P]>) -> Result<Cow<'_, [u8]>, CodecError> {
        sized::<P>(0)?;
        Ok(bytemuck::cast_slice(value).into())
    }

    fn decode(bytes: &[u8]) -> Result<Mapped<[P]>, CodecError> {
        <Self as Codec<Vec<P>>>::decode(bytes).map(Mapped::from)
    }

    fn load(payload: Payload) -> Result<Mapped<[P]>, CodecError> {
        sized::<P>(payload.len())?;
        match payload.mapped()? {
            Mapping::Mapped(map) => Ok(Mapped::of_file(map)),
            Mapping::Unmapped(payload) => <Self as Codec<Vec<P>>>::load(payload).map(Mapped::from),
        }
    }

    fn weight(value: &Mapped<[P]>, length: u64) -> u64 {
        value.weight().unwrap_or(length)
    }

    fn difference(stored: &Mapped<[P]>, computed: &Mapped<[P]>) -> Option<String> {
        verification::of_elements(stored, computed)
    }
}

/// How many elements `bytes` bytes hold.
pub(super) fn sized<P>(bytes: usize) -> Result<usize, CodecError> {
    match bytes.checked_rem(size_of::<P>()) {
        Some(0) => Ok(bytes / size_of::<P>()),
        Some(_) => Err(CodecError::new("the bytes are no whole number of elements")),
        None => Err(CodecError::new(
            "elements without a size cannot be stored raw",
        )),
    }
}

/// Zeroed elements that `bytes` bytes fill.
pub(super) fn room<P: Pod>(bytes: usize) -> Result<Vec<P>, CodecError> {
    bytemuck::allocation::try_zeroed_vec(sized::<P>(bytes)?)
        .map_err(|()| CodecError::new("it is larger than memory"))
}
