//! What the macros' output and `cargo mamo` use. No part of the public interface; it may change at any time.

pub use crate::arguments::{
    AddBy, AnyArgument, Argument, ArgumentError, Arguments, BySerde, Plain, Scalar, Word,
};
pub use crate::at_end::tear_down;
pub use crate::call::Call;
pub use crate::codec::{Named, Storable};
pub use crate::fixture::{
    AnyOutcome, Copies, DebugOutcome, Directories, Filled, Lent, Outcome, Request, Resources,
};
pub use crate::format;
#[cfg(fuzzing)]
pub use crate::fuzz;
#[cfg(feature = "harness")]
pub use crate::harness;
pub use crate::keep::{Keep, OkOnly, Returned, Whole, WholeRule};
pub use crate::memory::Held;
pub use crate::operation::{
    Answer, AskedOf, Forget, IsCached, IsStale, IsStaleTo, MetadataOf, Operation, ValueOf, WhyOf,
    output,
};
pub use crate::recipe::{
    AnyCodec, AnyComparison, AnyLook, AnyTier, Kept, Nowhere, Recipe, Tier, Way, way,
};
pub use crate::run::VARIABLE as RUN;
pub use crate::site::{Settings, Site};
pub use crate::store::{Payload, gc, usage};
pub use crate::verification::{VARIABLE as VERIFY, report};
#[cfg(feature = "harness")]
pub use inventory;
