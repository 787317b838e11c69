use std::marker::PhantomData;
use std::ops::{Index, Mul};

pub struct Start;
pub struct Ready;

pub struct Builder<S> {
    parts: u32,
    state: PhantomData<S>,
}

impl Builder<Start> {
    pub fn new() -> Self {
        Builder {
            parts: 2,
            state: PhantomData,
        }
    }

    pub fn ready(self) -> Builder<Ready> {
        Builder {
            parts: self.parts,
            state: PhantomData,
        }
    }
}

impl Builder<Ready> {
    pub fn parts(&self) -> u32 {
        self.parts
    }
}

pub struct ByName;
pub struct Thing;

pub trait Convert<M> {
    fn convert(&self) -> u32;
}

impl Convert<ByName> for Thing {
    fn convert(&self) -> u32 {
        2
    }
}

pub struct Inner(u32);

impl Inner {
    pub fn tripled(&self) -> u32 {
        self.0 * 3
    }
}

pub struct Outer(u32);

static INNER: Inner = Inner(1);

impl AsRef<Inner> for Outer {
    fn as_ref(&self) -> &Inner {
        &INNER
    }
}

pub struct Element;

pub trait Describe {
    fn described(&self) -> u32;
}

impl Describe for Option<Element> {
    fn described(&self) -> u32 {
        4
    }
}

pub struct Key(usize);

impl From<usize> for Key {
    fn from(key: usize) -> Self {
        Key(key)
    }
}

pub struct Table([u32; 3]);

impl Index<Key> for Table {
    type Output = u32;

    fn index(&self, key: Key) -> &u32 {
        &self.0[key.0]
    }
}

pub struct WithoutArguments;
pub struct WithOne;

pub trait Handle<M> {
    fn handle(&self) -> u32;
}

impl<F: Fn() -> u32> Handle<WithoutArguments> for F {
    fn handle(&self) -> u32 {
        self()
    }
}

impl<F: Fn(u32) -> u32> Handle<WithOne> for F {
    fn handle(&self) -> u32 {
        self(6)
    }
}

pub fn handled<M>(by: impl Handle<M>) -> u32 {
    by.handle()
}

// Nothing below is chosen unless somebody names both types.

pub struct Length(pub u32);
pub struct Area(pub u32);
pub struct Price(pub u32);

impl Mul<Length> for Length {
    type Output = Area;

    fn mul(self, other: Length) -> Area {
        Area(self.0 * other.0)
    }
}

impl Mul<Price> for Length {
    type Output = Price;

    fn mul(self, price: Price) -> Price {
        Price(self.0 * price.0 + 100)
    }
}

impl Mul<Price> for u32 {
    type Output = Price;

    fn mul(self, price: Price) -> Price {
        Price(self * price.0 + 200)
    }
}

impl From<Price> for Length {
    fn from(price: Price) -> Self {
        Length(price.0 + 300)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn state_of_a_builder() {
        assert_eq!(Builder::new().ready().parts(), 1);
    }

    #[test]
    fn argument_of_a_trait() {
        assert_eq!(Thing.convert(), 2);
    }

    #[test]
    fn what_a_reference_is_to() {
        assert_eq!(Outer(1).as_ref().tripled(), 3);
    }

    #[test]
    fn element_of_a_container() {
        assert_eq!(None.described(), 4);
    }

    #[test]
    fn operand() {
        assert_eq!(Table([4, 5, 6])[1.into()], 5);
    }

    #[test]
    fn marker_of_a_closure() {
        assert_eq!(handled(|x: u32| x), 6);
    }

    #[test]
    fn one_of_several() {
        assert_eq!((Length(2) * Length(3)).0, 6);
    }

    #[test]
    fn both_types() {
        assert_eq!((Length(2) * Price(3)).0, 106);
    }
}
