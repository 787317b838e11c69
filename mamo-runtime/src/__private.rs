//! What the macros' output and `cargo mamo` use. No part of the public interface; it may change at any time.

pub use crate::arguments::{ArgumentError, Arguments};
pub use crate::call::Call;
pub use crate::codec::Storable;
pub use crate::format;
pub use crate::keep::{Keep, OkOnly, Returned, Whole, WholeRule};
pub use crate::site::Site;
pub use crate::store::usage;
