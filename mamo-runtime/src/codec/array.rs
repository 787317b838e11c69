//! Arrays of `ndarray` with elements of plain data: the elements as they lie in memory, and the shape behind them.
//!
//! Behind, not before: a payload is read into the very vector that becomes the array, and the shape is cut off its end.

use super::raw::{room, sized};
use super::{Codec, CodecError};
use crate::store::Payload;
use bytemuck::Pod;
use ndarray::{Array, Dimension};
use std::borrow::Cow;

/// The codec of [`ndarray::Array`] of plain data, such as `Array2<f64>`: elements in logical order, then the shape. Feature
/// `ndarray`.
///
/// Chosen by itself for results of these types (in `Ok` too), unless element or dimension is a type parameter. What is read
/// back is equal and lies in standard layout, whatever the layout was.
///
/// # Example
/// ```
/// use ndarray::Array2;
///
/// #[mamo::memo]
/// fn identity(n: usize) -> Array2<f64> {
///     Array2::eye(n)
/// }
///
/// #[mamo::memo]
/// fn trace(matrix: &Array2<f64>) -> f64 {
///     matrix.diag().sum()
/// }
///
/// assert_eq!(trace(&identity(3)), 3.0);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct RawArray;

/// Bytes of another byte order or word size are another codec's.
const NAME: &str = match (cfg!(target_endian = "little"), usize::BITS) {
    (true, 64) => "raw-array-1-le64",
    (true, _) => "raw-array-1-le32",
    (false, 64) => "raw-array-1-be64",
    (false, _) => "raw-array-1-be32",
};

/// A number of the shape.
const NUMBER: usize = size_of::<u64>();

impl<P: Pod, D: Dimension> Codec<Array<P, D>> for RawArray {
    const NAME: &'static str = NAME;
    const BUILT_IN: bool = true;
    const EXACT: bool = true;

    fn encode(value: &Array<P, D>) -> Result<Cow<'_, [u8]>, CodecError> {
        sized::<P>(0)?;
        let elements = value.as_standard_layout();
        let elements = elements
            .as_slice()
            .ok_or_else(|| CodecError::new("its elements do not lie in a row"))?;
        let elements: &[u8] = bytemuck::cast_slice(elements);
        let mut bytes = Vec::with_capacity(elements.len() + (value.ndim() + 1) * NUMBER);
        bytes.extend_from_slice(elements);
        for length in value.shape().iter().chain([&value.ndim()]) {
            bytes.extend_from_slice(&(*length as u64).to_le_bytes());
        }
        Ok(bytes.into())
    }

    fn decode(bytes: &[u8]) -> Result<Array<P, D>, CodecError> {
        filled(bytes.len(), |room| {
            room.copy_from_slice(bytes);
            Ok(())
        })
    }

    fn load(payload: Payload) -> Result<Array<P, D>, CodecError> {
        filled(payload.len(), |room| payload.fill(room))
    }
}

/// The array of `length` bytes that `fill` gives.
fn filled<P: Pod, D: Dimension>(
    length: usize,
    fill: impl FnOnce(&mut [u8]) -> Result<(), CodecError>,
) -> Result<Array<P, D>, CodecError> {
    sized::<P>(0)?;
    let mut elements = room::<P>(length.div_ceil(size_of::<P>()) * size_of::<P>())?;
    let bytes = &mut bytemuck::cast_slice_mut(&mut elements)[..length];
    fill(bytes)?;
    let (shape, left) = shape_at_end::<D>(bytes)?;
    elements.truncate(sized::<P>(left)?);
    Array::from_shape_vec(shape, elements).map_err(CodecError::new)
}

/// The shape behind the elements, and how many bytes these take.
fn shape_at_end<D: Dimension>(bytes: &[u8]) -> Result<(D, usize), CodecError> {
    let broken = || CodecError::new("its shape is none of this type");
    let (rest, count) = bytes.split_last_chunk::<NUMBER>().ok_or_else(broken)?;
    let count = usize::try_from(u64::from_le_bytes(*count)).map_err(CodecError::new)?;
    let left = count
        .checked_mul(NUMBER)
        .and_then(|shape| rest.len().checked_sub(shape))
        .filter(|_| D::NDIM.is_none_or(|fixed| fixed == count))
        .ok_or_else(broken)?;
    let mut shape = D::zeros(count);
    for (length, bytes) in shape.slice_mut().iter_mut().zip(rest[left..].as_chunks().0) {
        *length = usize::try_from(u64::from_le_bytes(*bytes)).map_err(CodecError::new)?;
    }
    Ok((shape, left))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]
mod tests {
    use super::*;
    use ndarray::{Array2, ArrayD, Ix1, Ix2, array};

    #[test]
    fn arrays_of_every_layout_and_dimension_read_back_equal() {
        let matrix = array![[1.5_f32, -2.0, 3.25], [4.0, 5.0, f32::INFINITY]];
        let turned = matrix.t().to_owned();
        assert!(!turned.is_standard_layout());
        for value in [matrix, turned] {
            let bytes = RawArray::encode(&value).unwrap();
            let read: Array2<f32> = RawArray::decode(&bytes).unwrap();
            assert_eq!(read, value);
        }
        let point = ndarray::arr0(7_u8);
        let bytes = RawArray::encode(&point).unwrap();
        assert_eq!(RawArray::decode(&bytes).ok(), Some(point));
        let empty = ArrayD::<u16>::zeros(vec![3, 0, 2]);
        let bytes = RawArray::encode(&empty).unwrap();
        assert_eq!(RawArray::decode(&bytes).ok(), Some(empty));
    }

    #[test]
    fn bytes_of_another_shape_are_refused() {
        let value = array![[1_u32, 2], [3, 4]];
        let bytes = RawArray::encode(&value).unwrap();
        let read = |bytes: &[u8]| <RawArray as Codec<Array<u32, Ix2>>>::decode(bytes);
        assert!(read(&bytes).is_ok());
        assert!(<RawArray as Codec<Array<u32, Ix1>>>::decode(&bytes).is_err());
        for cut in 0..bytes.len() {
            assert!(read(&bytes[..cut]).is_err(), "{cut}");
        }
        let mut larger = bytes.to_vec();
        larger[16] = 3;
        assert!(read(&larger).is_err());
        larger[39] = 255;
        assert!(read(&larger).is_err(), "an absurd number of axes");
    }
}
