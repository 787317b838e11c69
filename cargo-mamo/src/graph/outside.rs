//! What code asks of the world outside source: files, processes, variables, its own position (rules R7, R8).
//!
//! Known by name. A name that is not on a list of harmless ones counts as asking.

pub(super) mod lists;

use super::Quiet;
use crate::syntax::ir::{FileArgument, Path, Symbol};
use lists::{
    CARGO_CRATES, COMPILING_CRATES, FILE_METHODS, PROGRAM_PLACE, PURE_CRATES, WALKING, WHEREABOUTS,
};
use serde::Serialize;

/// What a node asks of the world.
#[derive(Clone, Debug, Default, Serialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent answers, not a state"
)]
pub struct Asks {
    /// Can it read files or directories?
    pub files_at_run: bool,
    /// Can it start a process?
    pub process: bool,
    /// Does it compile this package again in a process of its own (`trybuild` and its like)?
    pub compiles: bool,
    /// Does it ask where it stands in source?
    pub position: bool,
    /// Does it ask which file it stands in, or may a macro of another crate?
    pub place: bool,
    /// Does it ask for its file itself (`file!`)? Whoever reads files may read that one.
    pub own_file: bool,
    /// May it learn where on this machine its checkout is?
    pub whereabouts: bool,
    /// May it learn where its program is?
    pub program_place: bool,
    /// Does it go up in a path?
    pub climbs: bool,
    /// Does it ask for the directory it is started in?
    pub working_directory: bool,
    /// Does it ask how its own tokens are written?
    pub spelling: bool,
    /// Files that it includes at build time.
    pub files: Vec<FileArgument>,
    /// `env!` variables.
    pub build_env: Vec<Symbol>,
    /// `env!` of a name that is no literal.
    pub any_build_env: bool,
    /// Variables read at run time.
    pub run_env: Vec<Symbol>,
    /// Reads variables whose names are no literals.
    pub any_run_env: bool,
    /// Can it list directories?
    pub walks: bool,
    /// Does it name a tool of the toolchain, which compiles or reads source if it is started?
    pub toolchain: bool,
    /// Does it name a program of the package (`cargo_bin`, `current_exe`)?
    pub own_program: bool,
    /// Texts that may be paths of files.
    pub paths: Vec<Symbol>,
}

impl Asks {
    /// Is there anything that it asks?
    pub fn asks_anything(&self) -> bool {
        let flags = self.files_at_run
            || self.process
            || self.position
            || self.place
            || self.spelling
            || self.climbs
            || self.working_directory
            || self.whereabouts
            || self.program_place
            || self.any_build_env
            || self.any_run_env;
        flags
            || !self.files.is_empty()
            || !self.build_env.is_empty()
            || !self.run_env.is_empty()
            || !self.paths.is_empty()
    }

    /// Does it name a program of the package, or of the toolchain?
    pub fn names_own_program(&self) -> bool {
        let of_toolchain = |name: &Symbol| matches!(name.as_str(), "CARGO" | "RUSTC");
        self.own_program
            || self.build_env.iter().chain(&self.run_env).any(of_toolchain)
            || self
                .build_env
                .iter()
                .any(|name| name.starts_with("CARGO_BIN_EXE_"))
    }

    /// Sorts and removes repetitions.
    pub fn settle(&mut self) {
        self.build_env.sort_unstable();
        self.build_env.dedup();
        self.run_env.sort_unstable();
        self.run_env.dedup();
    }
}

/// A string literal: if a file or directory is called so, it may be read as such.
pub fn ask_text(text: &str, asks: &mut Asks) {
    const LONGEST: usize = 300;
    // Assembly takes such a file in, from where only the assembler knows.
    asks.files_at_run |= text.contains(".incbin");
    asks.toolchain |= matches!(text, "cargo" | "rustc" | "rustfmt" | "rustdoc" | "git");
    if text.len() <= LONGEST
        && !text.contains(|letter: char| letter.is_whitespace() || letter.is_control())
    {
        asks.paths.push(Symbol::from(text));
    }
}

/// A macro, by its last segment.
pub fn ask_macro(path: &Path, asks: &mut Asks) {
    const POSITION: &[&str] = &["line", "column", "dbg", "expect", "expect_file"];
    if path
        .segments
        .last()
        .is_some_and(|name| POSITION.contains(&name.as_str()))
    {
        asks.position = true;
    }
    asks.own_file |= path
        .segments
        .last()
        .is_some_and(|name| name.as_str() == "file");
    asks.place |= asks.own_file;
}

/// A method: those of `Path` need no other name to reach the file system.
pub fn ask_method(name: Symbol, asks: &mut Asks) {
    asks.walks |= name.as_str() == "read_dir";
    asks.climbs |= matches!(
        name.as_str(),
        "parent" | "ancestors" | "pop" | "with_file_name" | "set_file_name"
    );
    asks.files_at_run |= FILE_METHODS.contains(&name.as_str());
    asks.whereabouts |= WHEREABOUTS.contains(&name.as_str());
}

/// An identifier in tokens that could not be read.
pub fn ask_loose(name: Symbol, asks: &mut Asks) {
    asks.walks |= WALKING.contains(&name.as_str());
    asks.whereabouts |= WHEREABOUTS.contains(&name.as_str());
    asks.program_place |= PROGRAM_PLACE.contains(&name.as_str());
    match name.as_str() {
        "fs" | "File" | "read_to_string" | "read_dir" | "OpenOptions" => asks.files_at_run = true,
        "Command" | "process" | "cargo_bin" | "current_exe" => {
            asks.process = true;
            asks.files_at_run = true;
        }
        "Location" => asks.position = true,
        "file" => {
            asks.place = true;
            asks.own_file = true;
        }
        "current_dir" => asks.working_directory = true,
        _ => ask_method(name, asks),
    }
}

/// `env!`, by name.
pub fn ask_build_env(name: Option<Symbol>, asks: &mut Asks) {
    match name {
        Some(name) => {
            asks.toolchain |= matches!(name.as_str(), "CARGO" | "RUSTC");
            asks.process |= name.starts_with("CARGO_BIN_EXE_");
            asks.build_env.push(name);
        }
        None => asks.any_build_env = true,
    }
}

/// `std::env::var`, by name.
pub fn ask_run_env(name: Option<Symbol>, asks: &mut Asks) {
    match name {
        Some(name) => {
            asks.toolchain |= matches!(name.as_str(), "CARGO" | "RUSTC");
            asks.run_env.push(name);
        }
        None => asks.any_run_env = true,
    }
}

/// Paths that lead out of the local crates. The `quiet` crates start no programs.
pub fn ask_external(paths: &[Symbol], quiet: &Quiet, asks: &mut Asks) {
    for path in paths {
        let mut segments = path.split("::");
        let head = segments.next().unwrap_or_default();
        let from_std =
            matches!(head, "std" | "core" | "alloc" | "proc_macro" | "test") || is_language(head);
        if !from_std && !PURE_CRATES.contains(&head) && !quiet.is_pure(head) {
            asks.whereabouts = true;
            asks.files_at_run = true;
            asks.process |= !quiet.holds(head);
            asks.place = true;
        }
        asks.compiles |= COMPILING_CRATES.contains(&head);
        asks.toolchain |= CARGO_CRATES.contains(&head);
        asks.walks |= path.split("::").any(|segment| WALKING.contains(&segment));
        for segment in segments {
            asks.whereabouts |= from_std && WHEREABOUTS.contains(&segment);
            asks.program_place |= from_std && PROGRAM_PLACE.contains(&segment);
            match segment {
                "fs" | "File" | "net" | "OpenOptions" => asks.files_at_run = true,
                "process" if from_std && is_about_own(path) => {}
                // `clap::Command`; what lends the system's own says `process`.
                "Command" if !from_std && quiet.holds(head) && !path.contains("process") => {}
                "process" | "Command" | "cargo_bin" | "current_exe" => {
                    asks.own_program |= matches!(segment, "cargo_bin" | "current_exe");
                    asks.process = true;
                    asks.files_at_run = true;
                }
                "Location" | "PanicHookInfo" | "PanicInfo" | "set_hook" | "Backtrace" => {
                    asks.position = true;
                }
                "current_dir" => asks.working_directory = true,
                "parent" | "ancestors" => asks.climbs = true,
                "vars" | "vars_os" if from_std => asks.any_run_env = true,
                _ => {}
            }
        }
    }
}

/// Is it of std's module `process` what concerns the process itself?
fn is_about_own(path: &str) -> bool {
    const OWN: &[&str] = &["abort", "exit", "id", "ExitCode", "Termination"];
    let rest = path.split_once("process::").map(|(_, rest)| rest);
    rest.is_some_and(|rest| OWN.contains(&rest.split("::").next().unwrap_or_default()))
}

/// Does a path lead into std?
pub(super) fn is_std(path: Symbol) -> bool {
    let head = path.split("::").next().unwrap_or_default();
    matches!(head, "std" | "core" | "alloc") || is_language(head)
}

fn is_language(head: &str) -> bool {
    crate::resolve::names::is_std_prelude(Symbol::from(head))
}

/// May the last segment of an external path be a trait that adds methods? Modules, functions and the types of std
/// that are often imported may not.
pub fn may_be_trait(path: Symbol) -> bool {
    const STD_TYPES: &[&str] = &[
        "HashMap",
        "HashSet",
        "BTreeMap",
        "BTreeSet",
        "VecDeque",
        "BinaryHeap",
        "LinkedList",
        "Rc",
        "Arc",
        "Weak",
        "Cell",
        "RefCell",
        "OnceCell",
        "OnceLock",
        "LazyLock",
        "LazyCell",
        "Mutex",
        "RwLock",
        "Condvar",
        "Path",
        "PathBuf",
        "OsStr",
        "OsString",
        "CStr",
        "CString",
        "File",
        "Command",
        "Duration",
        "Instant",
        "SystemTime",
        "Cow",
        "PhantomData",
        "NonZeroUsize",
        "Ordering",
        "AtomicBool",
        "AtomicUsize",
        "AtomicU64",
        "AtomicU32",
        "Formatter",
        "Result",
        "Error",
        "Range",
        "RangeInclusive",
        "Wrapping",
        "ManuallyDrop",
        "MaybeUninit",
        "NonNull",
        "Pin",
        "Layout",
        "Box",
        "Vec",
        "String",
        "Infallible",
        "DefaultHasher",
        "RandomState",
        "TypeId",
        "Entry",
    ];
    let mut segments = path.split("::");
    let from_std = matches!(segments.next(), Some("std" | "core" | "alloc"));
    let Some(last) = path.rsplit("::").next() else {
        return true;
    };
    let lower = last.starts_with(|first: char| first.is_ascii_lowercase());
    if from_std {
        !lower && !STD_TYPES.contains(&last)
    } else {
        !lower || last == path.as_str() || !path.contains("::")
    }
}
