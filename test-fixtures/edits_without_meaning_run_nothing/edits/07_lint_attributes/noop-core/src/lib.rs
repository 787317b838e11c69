//! A core.
#![warn(unused_variables)]
#![allow(clippy::all)]

mod inner;

pub use inner::deep;

/// Doubles.
#[allow(dead_code)]
#[warn(clippy::pedantic)]
pub fn double(n: u32) -> u32 {
    n * 2
}

/// A point.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    pub x: i32,
    pub y: i32,
}

impl Point {
    pub fn sum(&self) -> i32 {
        self.x + self.y
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubled() {
        assert_eq!(double(2), 4);
    }

    #[test]
    fn summed() {
        assert_eq!(Point { x: 1, y: 2 }.sum(), 3);
    }

    #[test]
    fn deepened() {
        assert_eq!(deep(), 5);
    }
}
