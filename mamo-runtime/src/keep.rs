//! What of a function's result is stored: all of it, or only what is in `Ok`.
//!
//! The choice is made by the type, not by how it is spelt: an inherent method of `Returned<Result<..>>` goes before
//! the trait method that every `Returned` has, so an alias of `Result` is treated as one.

use crate::recipe::Kept;
use std::marker::PhantomData;

/// The rule by which a result is stored and given back.
pub trait Keep {
    /// What the function returns.
    type Returned;
    /// What is stored of it.
    type Kept;

    /// The part to store, if this result has one.
    fn kept(returned: &Self::Returned) -> Option<&Self::Kept>;

    /// The result that had this stored part.
    fn restored(kept: Self::Kept) -> Self::Returned;
}

/// Stands for a return type while its rule is chosen.
pub struct Returned<T>(PhantomData<fn() -> T>);

impl<T> Returned<T> {
    /// The only value.
    pub const TYPE: Self = Self(PhantomData);
}

/// Stores every result, whole.
pub struct Whole<T>(PhantomData<fn() -> T>);

/// Stores what is in `Ok`; an `Err` is computed again each time.
pub struct OkOnly<T, E>(PhantomData<fn() -> (T, E)>);

impl<T> Whole<T> {
    /// Stands for the stored type.
    pub const fn stored(&self) -> Kept<T> {
        Kept::TYPE
    }
}

impl<T, E> OkOnly<T, E> {
    /// Stands for the stored type.
    pub const fn stored(&self) -> Kept<T> {
        Kept::TYPE
    }
}

impl<T> Returned<T> {
    /// Says that a block returns it.
    pub fn is_of(&self, _: &impl FnOnce() -> T) {}
}

impl<T, E> Returned<Result<T, E>> {
    /// The rule for every `Result`.
    pub const fn rule(&self) -> OkOnly<T, E> {
        OkOnly(PhantomData)
    }
}

/// Gives the rule for everything that is not a `Result`.
pub trait WholeRule<T> {
    /// The rule.
    fn rule(&self) -> Whole<T>;
}

impl<T> WholeRule<T> for Returned<T> {
    fn rule(&self) -> Whole<T> {
        Whole(PhantomData)
    }
}

impl<T> Keep for Whole<T> {
    type Returned = T;
    type Kept = T;

    fn kept(returned: &T) -> Option<&T> {
        Some(returned)
    }

    fn restored(kept: T) -> T {
        kept
    }
}

impl<T, E> Keep for OkOnly<T, E> {
    type Returned = Result<T, E>;
    type Kept = T;

    fn kept(returned: &Result<T, E>) -> Option<&T> {
        returned.as_ref().ok()
    }

    fn restored(kept: T) -> Result<T, E> {
        Ok(kept)
    }
}
