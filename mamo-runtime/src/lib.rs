//! Persistent memoization and fixtures that notice code changes.
//!
//! [`memo`] remembers what a function returned, on disk, across runs and processes; [`fixture`] remembers an expensive
//! value for tests. Both are served only while all code that the function can reach, and every environment variable
//! that this code reads by name, is what it was. What that code is, `cargo mamo` finds out before it starts the
//! program (`cargo mamo run`, `cargo mamo test`), and for plain cargo, nextest and editors once `cargo mamo init` was called;
//! a program started in another way computes everything, stores nothing, and says so once on standard error.
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
//! - Processes that are killed at any moment leave a store that is whole, and the next that stores clears up after them
//!   (`tests/it/mixed.rs`).
//! - Nothing outside of the mamo directory is written or deleted, whatever lies in it (`tests/it/corruption.rs`).
//! - Without a snapshot of the very executable that runs, nothing is served (`tests/it/trust.rs`).
//!
//! # Features
//! All off by default; each adds a crate.
//!
//! | feature | what |
//! |---|---|
//! | `mmap` | `Mapped<[T]>`: large plain data that a hit maps into memory and does not read |
//! | `messagepack` | the codec `MessagePack`, for types that postcard cannot read back |
//! | `rkyv` | the codec `Rkyv`, for types that derive rkyv's traits |
//! | `harness` | `#[mamo::test]`s that take fixtures by name, and `harness!` to run them |
//! | `ndarray` | `ndarray::Array` of plain data as results, stored as it lies in memory, and as arguments |
//!
//! # Limits
//! A thread that is itself computing a memoized value waits at most ten seconds for another to compute one, and then
//! computes it too: threads of a work-stealing pool could otherwise wait for each other in a ring. A thread that is not
//! waits a minute for another thread of its process, and an hour for another process. Where files cannot be locked, as
//! on some network file systems, each computes for itself.

#[doc(hidden)]
pub mod __private;
#[doc(hidden)]
pub mod format;

#[cfg(fuzzing)]
#[doc(hidden)]
pub mod fuzz;

mod arguments;
mod aside;
mod asked;
mod at_end;
mod call;
mod caught;
mod codec;
mod embedded;
mod failure;
mod fixture;
mod front;
#[cfg(feature = "harness")]
#[doc(hidden)]
pub mod harness;
mod index;
mod inputs;
mod keep;
mod key;
mod lock;
mod log;
#[cfg(feature = "mmap")]
mod mapped;
mod memory;
mod nesting;
mod notice;
mod operation;
mod policy;
mod recipe;
mod round_trip;
mod run;
mod search;
mod site;
mod stats;
mod store;
mod tags;
mod tree;
mod trust;
#[cfg(feature = "harness")]
mod under_way;
mod value;
mod verification;

pub use asked::{Asked, Metadata, Why};
#[cfg(feature = "messagepack")]
pub use codec::MessagePack;
#[cfg(feature = "ndarray")]
pub use codec::RawArray;
#[cfg(feature = "rkyv")]
pub use codec::Rkyv;
pub use codec::{Codec, CodecError, Postcard, Raw};
pub use fixture::Resource;
pub use inputs::{Dir, External, File, dir, external, file};
pub use log::Counts;
#[cfg(feature = "mmap")]
pub use mapped::Mapped;
pub use memory::{clear_memory, limit_memory, memory_in_use};
pub use policy::{Policy, set_policy};

/// Makes what tests need once, lends it to all who ask, and remembers it across processes and runs.
///
/// `fn corpus() -> Corpus` becomes `fn corpus() -> &'static Corpus`. The value is taken from the store if it was
/// computed by the same code before, else computed and stored; in one process that happens at most once. Any test calls it.
///
/// | written | becomes | |
/// |---|---|---|
/// | `fn corpus() -> Corpus` | `fn corpus() -> &'static Corpus` | |
/// | `fn corpus(size: usize) -> Corpus` | `fn corpus(size: usize) -> &'static Corpus` | one value for each argument |
/// | `async fn corpus() -> Corpus` | `async fn corpus() -> &'static Corpus` | blocks no executor |
/// | `fn corpus() -> Result<Corpus, E>` | `fn corpus() -> &'static Result<Corpus, E>` | only `Ok` is stored |
/// | `per_test`: `fn corpus() -> Corpus` | `fn corpus() -> Corpus` | a copy at each call |
/// | `per_process`: `fn server() -> Server` | `fn server() -> Resource<Server>` | made in each process, torn down at its end |
/// | `dir`: `fn site(into: &Path)` | `fn site() -> &'static Directory` | a [`Directory`] that is filled |
/// | `dir`: `fn site(into: &Path) -> Result<(), E>` | `fn site() -> &'static Result<Directory, E>` | |
///
/// # Options
/// `#[mamo::fixture(option, …)]`:
///
/// | option | what |
/// |---|---|
/// | `dir` | the first parameter, `&Path`, is an empty directory to fill; what it was filled with is kept and lent |
/// | `per_test` | every call gets a value of its own, decoded from what is stored: no two share anything |
/// | `per_process` | nothing is stored; the value is a [`Resource`], dropped at the end of the process |
/// | `cases(small = (10), large = (1000))` | `corpus::CASES` beside it: `&[(&str, fn() -> &'static Corpus)]`, of async ones with a boxed future |
/// | `files`, `env`, `version`, `codec` | as those of a [`memo`] |
///
/// # Guarantees
/// Those of [`memo`], and:
/// - All callers in a process get the same value for the same arguments
///   (`a_fixture_is_one_value_a_process_and_computed_once`, `each_argument_has_one_value_a_process_and_one_in_the_store`).
/// - Where each test is a process, one makes it and the others wait, and say for what
///   (`one_process_makes_it_and_the_others_say_what_they_wait_for`); if that one dies, another takes over
///   (`a_process_that_dies_is_taken_over_and_no_failure_of_the_run`).
/// - One that fails is not tried again, neither in its process nor in the others of the same run, which all say why
///   (`a_failure_is_told_to_all_who_ask_and_tried_once_a_run`). The next run tries again.
/// - Resources are dropped in reverse order of making, also after a test or another `Drop` panicked
///   (`resources_are_torn_down_in_reverse_order_also_after_panics`).
/// - A directory is seen whole or not at all, as it was filled or not at all
///   (`a_directory_is_filled_once_and_all_that_can_be_in_it_is_kept`, `a_damaged_tree_is_one_warning_and_filled_anew`).
///
/// # Restrictions
/// Those of [`memo`]; what is lent is also `Send + Sync + 'static`. A fixture may call other fixtures, and memos; not itself. One of a
/// directory has ended what it started when it returns, and names the place that it fills neither in a file nor in a link.
///
/// # Limits
/// No generic fixtures, no methods. `cases` need a name in the namespace of types that no other item has. What a run is: that of
/// `cargo mamo`, of nextest, or on Linux of the cargo that started the process; elsewhere only those who waited for the computation hear of
/// its failure. Resources are not dropped where a process aborts or is killed, nor while a [`Resource`] of them is held. An async fixture waits
/// for another process at most an hour, any other too. See [`Directory`] for what it does not keep.
///
/// # Errors
/// Those of the fixture; who asks later gets the same `&'static Err`, with `per_test` a panic that shows it.
///
/// # Panics
/// If the fixture does, or did so before in this run, or returned an error in another process; if an argument does not serialize; if what a
/// directory was filled with cannot be kept (sockets, pipes, devices).
///
/// # Example
/// ```
/// use std::path::Path;
///
/// #[mamo::fixture(cases(few = (10), many = (1000)))]
/// fn squares(count: u64) -> Vec<u64> {
///     (0..count).map(|n| n * n).collect()
/// }
///
/// #[mamo::fixture(dir)]
/// fn site(into: &Path) -> std::io::Result<()> {
///     std::fs::write(into.join("index.html"), format!("{:?}", squares(10)))
/// }
///
/// let of_one_test: &'static Vec<u64> = squares(10);
/// assert_eq!(of_one_test[3], 9);
/// assert_eq!(squares::CASES[1].0, "many");
/// let copy = site().as_ref().expect("it was filled").copy()?;
/// std::fs::write(copy.path().join("index.html"), "mine")?;
/// # std::io::Result::Ok(())
/// ```
#[doc(inline)]
pub use mamo_macros::fixture;

/// Remembers what a function returned, on disk, until code that it can reach changes.
///
/// The function is called as before. A call whose arguments are known is served from memory or disk; any other runs
/// the function, and stores the result. Of a `Result`, also behind an alias, only `Ok` is stored; an `Option` is stored
/// whole. A call of the function in its own body is a call of the memo, so recursion is remembered step by step.
///
/// It goes on free functions, generic and async ones too, and on an `impl` whose methods to remember are marked
/// `#[memo]`:
/// ```
/// #[derive(serde::Serialize)]
/// struct Disc(f64);
///
/// #[mamo::memo]
/// impl Disc {
///     #[memo]
///     fn area(&self, precision: i32) -> f64 {
///         let scale = 10_f64.powi(precision);
///         (self.0 * self.0 * 3.14159 * scale).round() / scale
///     }
/// }
///
/// assert_eq!(Disc(1.0).area(2), 3.14);
/// ```
///
/// # Questions
/// Beside a free function `f` stands a type `f`, without values, whose functions take the same arguments and compute
/// nothing, except for the last:
///
/// | | |
/// |---|---|
/// | `f::is_cached(..)` | would a call be served? |
/// | `f::is_stale(..)` | is there a value, but only of other code; or is an argument a [`Value`] that is stale itself? |
/// | `f::is_stale_to(depth, ..)` | the same, no more than `depth` steps up; 0 asks about this call alone |
/// | `f::why(..)` | a [`Why`]: fresh, stale, missing, unknown |
/// | `f::metadata(..)` | [`Metadata`] of the stored value |
/// | `f::forget(..)` | deletes the value |
/// | `f::value(..)` | the result as a lazy [`Value`] |
///
/// Beside a method `m` of an `impl` without a trait stand two more, with the same arguments: `m_memo(..)` gives an [`Asked`],
/// which answers the same questions, and `m_value(..)` the lazy [`Value`].
///
/// They are async where `f` is. There the lazy value is read at once.
///
/// # Options
/// `#[mamo::memo(option, …)]`:
///
/// | option | what |
/// |---|---|
/// | `skip(x, self)` | these arguments do not count, and need not serialize; the result must not depend on them |
/// | `key = expression` | this counts in place of all arguments, which it may name |
/// | `files = [path, …]` | the content of these files counts; relative to the package; arguments may be named |
/// | `env = ["NAME", …]` | these variables count, besides those that the code reads by literal name |
/// | `version = 2` | another number is another function |
/// | `codec = Type` | a [`Codec`]: one's own, or `MessagePack` or `Rkyv` of mamo's features |
/// | `policy = always` | a [`Policy`]: `stale`, `stale(DEPTH)`, `missing`, `always` or `never` |
/// | `min_cost = "20ms"` | what was computed faster stays in memory |
/// | `bare` | nothing for questions beside the function, where another item has its name |
///
/// # Guarantees
/// - Arguments are compared by everything that they serialize: `("ab", "c")` is not `("a", "bc")`, `0.0` is not `-0.0`
///   (`look_alikes_are_different_arguments`). A `HashMap` or `HashSet` is the same in every order, any other map is not.
/// - Type arguments are part of a generic call (`type_arguments_are_part_of_the_identity`).
/// - Code that changed computes; code that was changed back is served what it computed before
///   (`changed_code_computes_and_the_old_code_hits_again`).
/// - Nothing is stored after a panic (`a_panic_stores_nothing_and_holds_nobody_up`).
/// - A store that is damaged, full, read-only or of a newer mamo costs time and one warning, never the result.
/// - What a value of older code may be in, is never stored as a value of this code
///   (`what_rests_on_an_older_value_is_not_stored`).
/// - Async functions block no executor
///   (`async_functions_are_served_and_wait_for_each_other_without_blocking`).
/// - Each result is read back before it is stored. One that comes back as another is said and not stored: by its `PartialEq`,
///   by its `Debug` where it has no equality, and by its encoding
///   (`a_result_that_reads_back_unequal_is_said_and_not_stored`, `what_reads_back_otherwise_is_said_and_not_stored`,
///   `a_field_that_serde_skips_is_noticed_without_an_equality_however_deep_it_lies`).
///
/// # Restrictions
/// Duties of the function. mamo cannot check them; where one is broken, a served value is not what a call would
/// have returned.
/// - **It is pure**: its result depends on its arguments, on code, on files that its code includes or its options name,
///   and on environment variables that it reads by a literal name. Not on the clock, on chance, on files opened at run
///   time, or on statics that change. Its effects (printing, writing files) do not happen when it is served. A file that
///   it reads is an argument: [`file()`], [`dir()`].
/// - **Arguments serialize all that it looks at.** A field with `#[serde(skip)]` does not count as part of an argument, nor does
///   anything else that serde does not carry: `cargo mamo lint` names it (`serde`), `cargo mamo verify --values` finds two
///   arguments that are taken for one.
/// - **Results have a `PartialEq` or a `Debug`**, if serde leaves something out of them. Without either, and where the type is a
///   parameter without these bounds, nothing shows that it is lost.
/// - **No trait object hides code.** One as an argument is a compile error, but not one in a field of an argument:
///   which code it runs, mamo does not see.
/// - **The result reads back equal.** A field with `#[serde(skip)]` comes back as its default.
///
/// # Limits
/// Arguments are `Serialize` (borrowed or owned; neither `Clone` nor `'static`), the result is `Serialize +
/// DeserializeOwned` or has a codec. Never: results that borrow, arguments by `&mut`, `impl Trait`, functions inside
/// functions. Each is said, most at compile time with what to write instead.
///
/// A **generic** memo is stale after any change in the crates that can call it, for they decide what its types do; and
/// type arguments are told apart by the compiler's digest of them, which differs between a library and its own tests.
/// Methods of a trait have no questions beside them: their `impl` has no room for other functions. In async functions the
/// policies `missing` and `stale` to a depth are as `stale`. Two `impl`s of one type for different type arguments cannot memoize methods
/// of one name in one module.
///
/// Where another item has the function's name in the namespace of types, such as `mod parse; pub use parse::parse;`,
/// write `bare`.
///
/// Memory keeps values of up to 8 MiB, 64 MiB in all ([`limit_memory`]), where a mapped one counts as 16 KiB; the ones that are `Clone + Send + Sync` as they
/// are, others encoded. An argument that fails to serialize, such as a path that is not UTF-8, makes that call compute
/// and store nothing, which is said once. Plain data (`Vec<f64>`) is stored as it lies in memory and read; `Mapped` is mapped.
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

/// Remembers what a block came to, under a name, until its code changes or what it uses.
///
/// `cell!("name", || block)` is the block's value: for scripts, notebooks, and a `main` that grows by experiments. The local
/// variables that the block uses are its arguments, as those of a [`memo`]; everything that it calls is its code. The value
/// is stored as that of a memo is, of a `Result` only `Ok`.
///
/// # Guarantees
/// - Another cell of the same function may change, and this one is served
///   (`a_cell_is_computed_again_when_its_own_block_or_what_it_uses_changes`).
/// - No variable is forgotten: the compiler refuses a block that uses more variables than count
///   (`captures_are_guessed_by_name`).
/// - A cell that stands `alone` can name nothing that its text does not show
///   (`what_leads_out_of_a_block_that_stands_alone_is_refused`).
///
/// # Restrictions
/// Those of [`memo`]; and a module has no two cells of one name: these compute and store nothing.
///
/// # Without `cargo mamo`
/// Which code a block is, `cargo mamo run` finds out from the whole source. A notebook (evcxr) compiles each input as a crate
/// of its own, and so nobody knows what a block calls. There a cell computes each time, unless it stands *alone*:
/// `cell!("name", alone, |x: &[f64], n: u32| -> f64 { … })` names nothing but std and its parameters, which are variables of
/// these names with their types. The compiler sees to that: the block is put where nothing else is in scope. Its text and the
/// compiler are then its code, and no snapshot is needed, only a directory: `MAMO_DIR`.
///
/// # Limits
/// mamo tells variables by their names: those that the block does not bind, written small, and not called. Where that is
/// wrong (a local closure, a function as a value, a macro of one's own), name them: `cell!("name", |x, y| block)`. No `self`, no async blocks;
/// no options. In a generic function a cell computes and stores nothing. Where the result's type is not evident from the block itself,
/// write it: `|| -> Vec<f64> { … }`. The block is compiled twice. A block that stands alone may use no `HashMap`, no files, clock or threads, no
/// macros but std's that compute or print; whether overflow is checked counts only as `debug_assertions` do.
///
/// # Example
/// ```
/// let limit = 10_u32;
/// let primes = mamo::cell!("primes", || -> Vec<u32> {
///     (2..limit).filter(|n| (2..*n).all(|d| n % d != 0)).collect()
/// });
/// let sum = mamo::cell!("sum", alone, |primes: &[u32]| -> u32 { primes.iter().sum() });
/// assert_eq!(sum, 17);
/// ```
///
/// A variable that would not count is a compile error:
/// ```compile_fail,E0308
/// let (x, double) = (1_u32, |n: u32| n * 2);
/// mamo::cell!("doubled", |x| double(x));
/// ```
#[doc(inline)]
pub use mamo_macros::cell;

/// Makes a function a test that takes fixtures by the names of its parameters.
///
/// In a target with `harness = false` and [`harness!`], each is a test of its own, under the name that libtest would give
/// it. In any other target libtest runs it.
///
/// | parameter | what it gets |
/// |---|---|
/// | `corpus: &Corpus` | what the fixture `corpus` lends; of a fixture that returns a `Result`, what is `Ok`, and `&[T]`, `&str` and `&Path` of a `Vec`, `String` and `PathBuf` |
/// | `corpus: Corpus`, `corpus: &mut Corpus` | a copy of its own, from a `per_test` fixture |
/// | `#[fixture(path::to::it)] name: &Corpus` | the same, of a fixture that is called otherwise |
/// | `#[with(10)] corpus: &Corpus` | what `corpus(10)` lends |
/// | `#[cases] corpus: &Corpus` | each case of the fixture, which makes a test each: `path::test::small` |
/// | `#[dir] db: PathBuf`, `#[dir] db: &Path` | the path of a private copy of a `dir` fixture's directory, deleted after the test |
/// | `db: &mamo::Directory` | the directory itself, to be read |
/// | `#[case] n: u32` | a value of the test's own case |
///
/// `#[case(1, "a")]` and `#[case::name(1, "a")]` beside the attribute make a test each, `path::test::case_1` or
/// `path::test::name`. Their values fill the parameters marked `#[case]`; where none is marked, all that are not marked as a
/// fixture's (`#[fixture]`, `#[with(..)]`, `#[cases]`, `#[dir]`). `#[ignore]`, `#[ignore = "why"]`, `#[should_panic]` and
/// `#[should_panic(expected = "..")]` are as under libtest, and so are results: `Result`, `ExitCode` and all else that
/// `main` may return.
///
/// # Guarantees
/// - A fixture that fails, fails each test that takes it, with one message, also where a panic is expected of the test
///   (`a_fixture_that_fails_is_no_expected_panic`).
/// - `cargo mamo test` reruns a test when something changes that its fixtures can reach, and leaves the others alone
///   (`an_edit_reruns_exactly_the_tests_that_take_what_it_changes`).
///
/// # Restrictions
/// Write it `#[mamo::test]`: under another name it runs, and `cargo mamo test` runs it each time. It stands on functions of
/// modules, above the attributes that are said here.
///
/// # Limits
/// libtest runs all cases of a fixture as one test, tears nothing down between them, and says nothing of fixtures. One
/// parameter of a test can be marked `#[cases]`.
///
/// # Example
/// ```
/// #[mamo::fixture]
/// fn squares() -> Vec<u64> {
///     (0..1000).map(|n| n * n).collect()
/// }
///
/// #[mamo::test]
/// #[case(2, 4)]
/// #[case::large(30, 900)]
/// fn are_squares(#[fixture] squares: &[u64], root: usize, square: u64) {
///     assert_eq!(squares[root], square);
/// }
/// ```
#[cfg(feature = "harness")]
#[doc(inline)]
pub use mamo_macros::test;

pub use stats::{FunctionStats, flush, stats};
pub use tags::{TagError, tag, tagged, untag};
pub use tree::{Directory, PrivateCopy};
pub use value::{Lost, Value};
