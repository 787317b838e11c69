//! Persistent memoization and fixtures that notice code changes.
//!
//! [`memo`] remembers what a function returned, on disk, across runs and processes; [`fixture`] remembers an expensive
//! value for tests. Both are served only while all code that the function can reach, and every environment variable
//! that this code reads by name, is what it was. What that code is, `cargo mamo` finds out before it starts the
//! program (`cargo mamo run`, `cargo mamo test`); a program started in another way computes everything, stores
//! nothing, and says so once on standard error.
//!
//! ```
//! #[mamo::memo]
//! fn primes(below: u32) -> Vec<u32> {
//!     (2..below).filter(|n| (2..*n).all(|d| n % d != 0)).collect()
//! }
//!
//! assert_eq!(primes(10), [2, 3, 5, 7]);
//! ```
//!
//! # Guarantees
//! - A value is served only to the code that computed it, for equal arguments and equal variables
//!   (`tests/it/identity.rs`).
//! - Whatever happens to a stored value, it is served whole and unchanged or computed again (`tests/it/damage.rs`).
//! - A value that several threads or processes want is computed by one of them (`tests/it/compute_once.rs`).
//! - Without a snapshot of the very executable that runs, nothing is served (`tests/it/trust.rs`).
//!
//! # Limits
//! A thread that is itself computing a memoized value waits at most ten seconds for another to compute one, and then
//! computes it too: threads of a work-stealing pool could otherwise wait for each other in a ring. A thread that is
//! not waits without limit. Where files cannot be locked, as on some network file systems, each computes for itself.

#[doc(hidden)]
pub mod __private;
#[doc(hidden)]
pub mod format;

mod arguments;
mod aside;
mod call;
mod codec;
mod index;
mod inputs;
mod keep;
mod key;
mod lock;
mod log;
mod memory;
mod notice;
mod operation;
mod policy;
mod recipe;
mod search;
mod site;
mod stats;
mod store;
mod trust;
mod value;

pub use codec::{Codec, CodecError, Postcard, Raw};
pub use inputs::{Dir, External, File, dir, external, file};
pub use log::Counts;
pub use memory::limit_memory;
pub use operation::{Metadata, Why};
pub use policy::{Policy, set_policy};

/// Makes a value once, lends it to all who ask, and remembers it across processes and runs.
///
/// `fn corpus() -> Corpus` becomes `fn corpus() -> &'static Corpus`. The value is taken from the store if it was
/// computed by the same code before, else computed and stored; in one process that happens at most once.
///
/// # Guarantees
/// Those of [`memo`]. All callers in a process get the same reference
/// (`a_fixture_is_one_value_a_process_and_computed_once`).
///
/// # Restrictions
/// Those of [`memo`]; the type must also be `Send + Sync + 'static`, and the function takes no arguments. It may call
/// other fixtures, and memos.
///
/// A fixture that returns a `Result` lends a `&'static Result<T, E>`. `Ok` is stored; `Err` is what every caller in
/// this process gets, and the next process tries again.
///
/// # Panics
/// If the function panics, so does the call, and the next call tries again. A fixture that calls itself never returns.
///
/// # Example
/// ```
/// #[mamo::fixture]
/// fn table() -> Vec<u64> {
///     (0..1000).map(|n| n * n).collect()
/// }
///
/// let of_one_test: &'static Vec<u64> = table();
/// assert_eq!(of_one_test[30], 900);
/// ```
#[doc(inline)]
pub use mamo_macros::fixture;

/// Remembers what a function returned, on disk, until code that it can reach changes.
///
/// The function is called as before. A call whose arguments are known is served from memory or disk; any other runs
/// the function, and stores the result. Of a `Result`, also behind an alias, only `Ok` is stored; an `Option` is stored
/// whole. A call of the function in its own body is a call of the memo, so recursion is remembered step by step.
///
/// # Guarantees
/// - Arguments are compared by everything that they serialize: `("ab", "c")` is not `("a", "bc")`, `0.0` is not `-0.0`
///   (`look_alikes_are_different_arguments`). A `HashMap` or `HashSet` is the same in every order, any other map is not.
/// - Code that changed computes; code that was changed back is served what it computed before
///   (`changed_code_computes_and_the_old_code_hits_again`).
/// - Nothing is stored after a panic (`a_panic_stores_nothing_and_holds_nobody_up`).
/// - A store that is damaged, full, read-only or of a newer mamo costs time and one warning, never the result.
///
/// # Restrictions
/// Duties of the function. mamo cannot check them; where one is broken, a served value is not what a call would
/// have returned.
/// - **It is pure**: its result depends on its arguments, on code, on files that its code includes, and on environment
///   variables that it reads by a literal name. Not on the clock, on chance, on files opened at run time, or on statics
///   that change. Its effects (printing, writing files) do not happen when it is served.
/// - **Arguments serialize all that it looks at.** A field with `#[serde(skip)]` does not count as part of an argument.
/// - **The result reads back equal.** A field with `#[serde(skip)]` comes back as its default.
///
/// # Limits
/// Free functions whose arguments are `Serialize` (borrowed or owned; neither `Clone` nor `'static`) and whose result is
/// `Serialize + DeserializeOwned`. Not yet: methods, generic and async functions, `impl Trait`; never: results that
/// borrow, arguments by `&mut`. Each is a compile error that says what to write instead. The RAM tier keeps encoded
/// bytes and decodes them at each hit, so that results need not be `Clone`; it takes values of up to 8 MiB, 64 MiB in
/// all. An argument that fails to serialize, such as a path that is not UTF-8, makes that call compute and store
/// nothing, which is said once.
///
/// # Errors
/// Those of the function; the memo adds none.
///
/// # Panics
/// If the function does.
///
/// # Example
/// ```
/// use std::num::ParseIntError;
///
/// #[mamo::memo]
/// fn total(lines: &[String], factor: i64) -> Result<i64, ParseIntError> {
///     lines.iter().map(|line| Ok(line.parse::<i64>()? * factor)).sum()
/// }
///
/// assert_eq!(total(&["1".into(), "2".into()], 10), Ok(30));
/// assert!(total(&["one".into()], 10).is_err());
/// ```
///
/// A type that cannot be stored is a compile error:
/// ```compile_fail,E0277
/// struct Handle;
///
/// #[mamo::memo]
/// fn open() -> Handle {
///     Handle
/// }
/// ```
#[doc(inline)]
pub use mamo_macros::memo;

pub use stats::{FunctionStats, flush, stats};
pub use value::{Lost, Value};
