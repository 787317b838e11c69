//! Slices of plain data as arguments: their bytes at once, and not element by element.
//!
//! The choice is made by the argument's type, as in [`crate::recipe`]; one function always makes the same. Scalars are in
//! [`super::words`].

use super::words::Word;
use super::{ArgumentError, Sink};
use bytemuck::Pod;
use serde::Serialize;

/// Stands for an argument while its way is chosen.
pub struct Argument<'a, T: ?Sized>(pub &'a T);

/// How an argument is added.
pub trait AddBy<T: ?Sized> {
    /// Adds it.
    #[doc(hidden)]
    #[expect(private_interfaces, reason = "only the runtime calls it")]
    fn add(sink: &mut Sink, argument: &T) -> Result<(), ArgumentError>;

    /// It as a word, if it is a scalar.
    #[doc(hidden)]
    #[inline]
    fn word(_argument: &T) -> Option<Word> {
        None
    }
}

/// By its bytes.
pub struct Plain;

/// By its `Serialize` implementation.
pub struct BySerde;

/// Gives the way of everything that is not plain.
pub trait AnyArgument {
    /// The way.
    fn way(&self) -> BySerde;
}

impl<T: ?Sized> AnyArgument for Argument<'_, T> {
    fn way(&self) -> BySerde {
        BySerde
    }
}

impl<T: Serialize + ?Sized> AddBy<T> for BySerde {
    #[expect(private_interfaces, reason = "only the runtime calls it")]
    #[inline]
    fn add(sink: &mut Sink, argument: &T) -> Result<(), ArgumentError> {
        sink.value(argument)
    }
}

macro_rules! plain {
    ($($container:ty)*) => {
        $(
            impl<P: Pod> Argument<'_, $container> {
                /// Plain data is added by its bytes.
                pub const fn way(&self) -> Plain {
                    Plain
                }
            }

            impl<P: Pod> AddBy<$container> for Plain {
                #[expect(private_interfaces, reason = "only the runtime calls it")]
                fn add(sink: &mut Sink, argument: &$container) -> Result<(), ArgumentError> {
                    if size_of::<P>() == 0 {
                        sink.plain(0, &(argument.len() as u64).to_le_bytes());
                    } else {
                        sink.plain(size_of::<P>(), bytemuck::cast_slice(&argument[..]));
                    }
                    Ok(())
                }
            }
        )*
    };
}

#[cfg(feature = "mmap")]
plain! { crate::Mapped<[P]> &crate::Mapped<[P]> }
plain! { &[P] Vec<P> &Vec<P> Box<[P]> &Box<[P]> }

#[cfg(feature = "ndarray")]
mod array {
    use super::{Argument, ArgumentError, Plain, Sink};
    use crate::arguments::AddBy;
    use bytemuck::Pod;
    use ndarray::{Array, Dimension};

    macro_rules! arrays {
        ($($array:ty)*) => {
            $(
                impl<P: Pod, D: Dimension> Argument<'_, $array> {
                    /// Plain data is added by its bytes, in logical order, and its shape.
                    pub const fn way(&self) -> Plain {
                        Plain
                    }
                }

                impl<P: Pod, D: Dimension> AddBy<$array> for Plain {
                    #[expect(private_interfaces, reason = "only the runtime calls it")]
                    fn add(sink: &mut Sink, argument: &$array) -> Result<(), ArgumentError> {
                        let shape: Vec<u64> = argument.shape().iter().map(|n| *n as u64).collect();
                        let elements = argument.as_standard_layout();
                        let elements = elements.as_slice();
                        Plain::add(sink, &shape)?;
                        let scattered = || ArgumentError("its elements do not lie in a row".into());
                        Plain::add(sink, &elements.ok_or_else(scattered)?)
                    }
                }
            )*
        };
    }

    arrays! { Array<P, D> &Array<P, D> }
}
