//! Enums that strum's derives speak for.

mod colours;
pub mod prelude {
    pub use crate::colours::*;
    pub use strum::{EnumProperty, IntoEnumIterator, VariantNames};
}

pub fn fallback() -> u8 {
    3
}

pub fn refused(text: &str) -> String {
    format!("no {text}")
}
