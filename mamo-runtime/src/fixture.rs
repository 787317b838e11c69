//! What fixtures are made of: what a process has made of each, and how it is handed out.
//!
//! The macro puts one keeper into each fixture: [`Lent`], [`Copies`], [`Resources`] or [`Directories`]. A keeper makes a value once a
//! process for each arguments, by way of the store where it may. A failure is kept as well: whoever asks next hears of it and
//! nothing is tried twice.

mod answer;
mod copies;
mod directories;
mod outcome;
mod request;
mod resource;
mod slot;

pub use copies::Copies;
pub use directories::{Directories, Filled};
pub use outcome::{AnyOutcome, DebugOutcome, Outcome};
pub use request::Request;
pub use resource::{Resource, Resources};

use crate::recipe::Recipe;
use slot::Slots;

/// The values that a process lends to all who ask.
pub struct Lent<T: 'static>(Slots<T>);

impl<T: Send + Sync> Lent<T> {
    /// None yet.
    #[expect(clippy::new_without_default, reason = "it stands in a static")]
    pub const fn new() -> Self {
        Self(Slots::new())
    }

    /// Lends the value, which is looked up or computed if this process has not got it.
    pub fn hand_out<R: Recipe<Returned = T>>(
        &'static self,
        request: Request,
        _: R,
        told: impl FnOnce(&T) -> Option<String>,
        compute: impl FnOnce() -> T,
    ) -> &'static T {
        let Request { slot, call } = request;
        let key = call.site.key();
        let make = || answer::answered::<R>(call, told, compute);
        self.0.of(slot).get(key, make)
    }

    /// The same where computing is async.
    pub async fn hand_out_later<R: Recipe<Returned = T>, F: Future<Output = T>>(
        &'static self,
        request: Request,
        _: R,
        told: impl FnOnce(&T) -> Option<String>,
        compute: impl FnOnce() -> F,
    ) -> &'static T {
        let Request { slot, call } = request;
        let key = call.site.key();
        let make = || answer::answered_later::<R, F>(call, told, compute);
        self.0.of(slot).get_later(key, make).await
    }
}
