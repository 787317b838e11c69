//! Slices of plain data as arguments: their bytes at once, and not element by element.
//!
//! The choice is made by the argument's type, as in [`crate::recipe`]; one function always makes the same.

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

plain! { &[P] Vec<P> &Vec<P> Box<[P]> &Box<[P]> }
