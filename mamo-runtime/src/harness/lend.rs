//! From what a fixture's function gives to what a test's parameter wants.
//!
//! The macro sees only the parameter's type: whether the fixture is fallible, async or made for each test, the traits here
//! find out.

use crate::fixture::Resource;
use crate::tree::{Directory, PrivateCopy};
use std::cell::Cell;
use std::fmt::Debug;
use std::path::{Path, PathBuf};

/// Why an argument could not be made.
#[derive(Debug)]
pub struct Failure(String);

impl Failure {
    fn of(fixture: &str, error: &dyn Debug) -> Self {
        Self(format!("fixture `{fixture}` failed: {error:?}"))
    }

    /// As a test's end.
    #[must_use]
    pub fn into_ending(self) -> super::Ending {
        super::Ending::Unprepared(self.0)
    }
}

/// What a fixture gave, which may be a future of it.
pub struct Unsettled<F>(Cell<Option<F>>);

impl<F> Unsettled<F> {
    /// Takes what the fixture's function returned.
    pub fn new(given: F) -> Self {
        Self(Cell::new(Some(given)))
    }

    fn take(&self) -> F {
        self.0.take().expect("what a fixture gave is taken once")
    }
}

/// The future of an async fixture is waited for. Found before [`ByValue`], which needs one more reference.
pub trait ByFuture {
    /// What the future comes to.
    type Value;
    /// Waits for it, on the harness' executor.
    fn settle(&self) -> Self::Value;
    /// The future.
    fn settled(&self) -> impl Future<Output = Self::Value>;
}

impl<F: Future> ByFuture for Unsettled<F> {
    type Value = F::Output;

    fn settle(&self) -> F::Output {
        super::block_on(self.take())
    }

    fn settled(&self) -> impl Future<Output = F::Output> {
        self.take()
    }
}

/// What is no future is there already.
pub trait ByValue {
    /// What it is.
    type Value;
    /// Gives it.
    fn settle(&self) -> Self::Value;
    /// Gives it at once.
    fn settled(&self) -> impl Future<Output = Self::Value>;
}

impl<F> ByValue for &Unsettled<F> {
    type Value = F;

    fn settle(&self) -> F {
        self.take()
    }

    fn settled(&self) -> impl Future<Output = F> {
        std::future::ready(self.take())
    }
}

/// What a parameter `&T` can be lent from.
#[diagnostic::on_unimplemented(
    message = "a test's parameter `&{T}` cannot be lent from a fixture that gives `{Self}`",
    label = "the fixture of this parameter's name gives `{Self}`",
    note = "take what the fixture returns, by reference; another fixture's path is written `#[fixture(path)]`"
)]
pub trait Lent<T: ?Sized> {
    /// Lends it, or says why the fixture failed.
    fn lent(&self, fixture: &str) -> Result<&T, Failure>;
}

impl<T: ?Sized> Lent<T> for &'static T {
    fn lent(&self, _: &str) -> Result<&T, Failure> {
        Ok(self)
    }
}

impl<T, E: Debug> Lent<T> for &'static Result<T, E> {
    fn lent(&self, fixture: &str) -> Result<&T, Failure> {
        self.as_ref().map_err(|error| Failure::of(fixture, error))
    }
}

impl<T> Lent<T> for T {
    fn lent(&self, _: &str) -> Result<&T, Failure> {
        Ok(self)
    }
}

impl<T, E: Debug> Lent<T> for Result<T, E> {
    fn lent(&self, fixture: &str) -> Result<&T, Failure> {
        self.as_ref().map_err(|error| Failure::of(fixture, error))
    }
}

impl<T> Lent<T> for Resource<T> {
    fn lent(&self, _: &str) -> Result<&T, Failure> {
        Ok(self)
    }
}

impl<T, E: Debug> Lent<T> for Resource<Result<T, E>> {
    fn lent(&self, fixture: &str) -> Result<&T, Failure> {
        self.as_ref()
            .as_ref()
            .map_err(|error| Failure::of(fixture, error))
    }
}

/// What is lent as what it derefs to: `&[T]` from a `Vec<T>`, and the like.
macro_rules! lent_as {
    ($([$($generic:ident)?] $owned:ty => $lent:ty;)*) => {$(
        impl<$($generic: 'static)?> Lent<$lent> for &'static $owned {
            fn lent(&self, _: &str) -> Result<&$lent, Failure> {
                Ok(self)
            }
        }

        impl<$($generic: 'static,)? E: Debug> Lent<$lent> for &'static Result<$owned, E> {
            fn lent(&self, fixture: &str) -> Result<&$lent, Failure> {
                match self {
                    Ok(owned) => Ok(owned),
                    Err(error) => Err(Failure::of(fixture, error)),
                }
            }
        }
    )*};
}

lent_as! {
    [] String => str;
    [T] Vec<T> => [T];
    [] PathBuf => Path;
}

/// A copy of a directory for the test that asked, which lives as long as the test.
pub fn private_copy(given: &impl Lent<Directory>, fixture: &str) -> Result<PrivateCopy, Failure> {
    let copy = given.lent(fixture)?.copy();
    copy.map_err(|error| Failure::of(fixture, &error))
}

/// What a parameter `T` or `&mut T` can be made from: a fixture that is made for each test.
#[diagnostic::on_unimplemented(
    message = "a test's parameter of type `{T}` cannot be owned from a fixture that gives `{Self}`",
    label = "the fixture of this parameter's name gives `{Self}`",
    note = "take a reference, or make the fixture `#[mamo::fixture(per_test)]`"
)]
pub trait Owned<T> {
    /// Gives it, or says why the fixture failed.
    fn owned(self, fixture: &str) -> Result<T, Failure>;
}

impl<T> Owned<T> for T {
    fn owned(self, _: &str) -> Result<T, Failure> {
        Ok(self)
    }
}

impl<T, E: Debug> Owned<T> for Result<T, E> {
    fn owned(self, fixture: &str) -> Result<T, Failure> {
        self.map_err(|error| Failure::of(fixture, &error))
    }
}
