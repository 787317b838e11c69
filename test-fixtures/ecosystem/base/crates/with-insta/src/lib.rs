//! What snapshots are taken of.

mod numbers;
pub use numbers::boxed;

/// Something with a text behind `dyn`.
pub trait Shown {
    fn shown(&self) -> String;
}

/// A macro that calls itself, then another, then a function: what it leads to stands behind `dyn`.
#[macro_export]
macro_rules! own {
    (in $($rest:tt)*) => { $crate::inner! { $($rest)* } };
    ($($rest:tt)*) => { $crate::own!(in $($rest)*) };
}

#[macro_export]
macro_rules! inner {
    ($n:expr) => { $crate::Shown::shown(&*$crate::boxed($n)) };
}

/// Asked for in a block in a snapshot's arguments.
pub fn label(n: i32) -> String {
    format!("label {n}")
}

#[derive(Debug)]
pub struct Point {
    pub x: i32,
}

pub fn origin() -> Point {
    Point { x: 0 }
}

pub fn apart() -> i32 {
    7
}
