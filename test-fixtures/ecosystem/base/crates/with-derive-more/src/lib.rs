//! Impls that derive_more writes.

use derive_more::{Add, Debug, Deref, Display, From};

mod text;
use text::*;

#[derive(Debug)]
pub struct Hidden {
    #[debug("{}", hidden(*n))]
    pub n: u32,
}

#[derive(Display)]
#[display("{}", self.title())]
pub struct Titled(pub u32);

impl Titled {
    fn title(&self) -> String {
        format!("T{}", self.0)
    }
}

macro_rules! tagged {
    ($n:expr) => { tag($n) };
}

#[derive(Display)]
#[display("{}", tagged!(self.0))]
pub struct Tagged(pub u32);

#[derive(Display)]
pub enum Shape {
    #[display("circle of {}", unit(*_0))]
    Circle(u32),
    #[display("square")]
    Square,
}

#[derive(From, PartialEq, Debug)]
#[from(forward)]
pub struct Wrapped(pub Inner);

#[derive(PartialEq, Debug)]
pub struct Inner(pub u64);

impl From<u32> for Inner {
    fn from(n: u32) -> Self {
        Self(u64::from(n) + 1)
    }
}

#[derive(Add, PartialEq, Debug)]
pub struct Money(pub Cents);

#[derive(PartialEq, Debug)]
pub struct Cents(pub u32);

impl std::ops::Add for Cents {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self((self.0 + other.0) % 100)
    }
}

#[derive(Deref)]
pub struct Handle {
    #[deref(forward)]
    inner: Guarded,
}

pub struct Guarded;

impl std::ops::Deref for Guarded {
    type Target = str;
    fn deref(&self) -> &str {
        "guarded"
    }
}

impl Handle {
    pub fn open() -> Self {
        Self { inner: Guarded }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn call_in_a_field() {
        assert_eq!(format!("{:?}", Hidden { n: 1 }), "Hidden { n: h1 }");
    }

    #[test]
    fn method_in_an_attribute() {
        assert_eq!(Titled(1).to_string(), "T1");
    }

    #[test]
    fn call_in_a_variant() {
        assert_eq!(Shape::Circle(2).to_string(), "circle of 2cm");
        assert_eq!(Shape::Square.to_string(), "square");
    }

    #[test]
    fn forwarded() {
        assert_eq!(Wrapped::from(1u32), Wrapped(Inner(2)));
    }

    #[test]
    fn added() {
        assert_eq!(Money(Cents(60)) + Money(Cents(60)), Money(Cents(20)));
    }

    #[test]
    fn dereferenced() {
        assert_eq!(Handle::open().len(), 7);
    }

    #[test]
    fn own_macro_in_an_attribute() {
        assert_eq!(Tagged(1).to_string(), "#1");
    }

    #[test]
    fn apart() {
        assert_eq!(1 + 1, 2);
    }
}
