//! Values in JSON.

pub mod model;
pub mod prelude {
    pub use crate::model::*;
    pub use serde_json::json;
}

#[macro_export]
macro_rules! own {
    (in $n:expr) => { $crate::inner! { $n } };
    ($n:expr) => { $crate::own!(in $n) };
}

#[macro_export]
macro_rules! inner {
    ($n:expr) => { $crate::model::boxed($n).amount() };
}
