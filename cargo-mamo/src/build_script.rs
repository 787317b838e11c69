//! For build scripts: embeds the code fingerprints of a package's memos and fixtures into its programs.
//!
//! With them, `cargo run`, `cargo test`, nextest and an editor's buttons serve memos and fixtures, and so does a program
//! that is started without cargo. In `Cargo.toml`
//!
//! ```toml
//! [build-dependencies]
//! cargo-mamo = { version = "0.1", default-features = false }
//! ```
//!
//! and in `main` of `build.rs`
//!
//! ```no_run
//! cargo_mamo::build_script::emit();
//! ```
//!
//! # Guarantees
//! - A value is served only to the code that computed it, as with `cargo mamo run`. What a build script cannot know
//!   counts as it does to the compiler: features of dependencies and their build scripts' words are taken from the
//!   compilation itself.
//! - Source that is written while it is built makes the program's memos compute.
//! - The build never fails because of this; what is wrong is a warning, and memos compute.
//!
//! # Restrictions
//! - What else the build script makes in `OUT_DIR`, it makes before the call.
//! - Each package with memos or fixtures calls it in its own build script.
//!
//! # Cost
//! The first build of a package takes 48 seconds of processor time more (`docs/measured.md`).
//!
//! # Limits
//! Values are not shared with those of `cargo mamo run` and `test`, whose fingerprints are of exact features; these come
//! first where a snapshot speaks for the program. Generic memos, code that reads variables by computed names, compiles
//! something or includes files by computed names, and packages behind a compiler wrapper compute. Where builds of other
//! features share the target directory, memos compute once more when such a build made the build script of a dependency
//! say something else. After an edit anywhere
//! in the package, its tests included, cargo compiles all of the package again, and what depends on it. `cargo mamo gc`
//! does not know which embedded code is alive. `cargo mamo why` and `status` do not speak of it.

mod facts;
mod table;

use crate::analysis::Analysis;
use crate::cargo::config::Config;
use crate::cargo::metadata::Resolved;
use crate::facts::Facts;
use crate::look::STEP;
use anyhow::{Context, Result, bail};
use mamo::format::embedded::{CIRCUMSTANCES, TABLE_VARIABLE, written};
use mamo::format::layout;
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::thread;
use table::Embedding;

/// Writes the fingerprints of this package's memos and fixtures, and tells cargo where they are and when to ask again.
///
/// To be called by a build script, as the last thing that it does. Tells cargo nothing but `rerun-if-changed`,
/// `rerun-if-env-changed` and `rustc-env=MAMO_EMBEDDED`.
pub fn emit() {
    let (mut lines, embedded) = match embed() {
        Ok(told) => told,
        Err(error) => (
            vec![format!(
                "warning=mamo embeds nothing, memos compute: {error:#}"
            )],
            None,
        ),
    };
    lines.extend(embedded.map(|path| format!("rustc-env={TABLE_VARIABLE}={}", path.display())));
    tell(&lines);
}

#[expect(
    clippy::print_stdout,
    reason = "a build script's standard output is how it speaks to cargo"
)]
fn tell(lines: &[String]) {
    for line in lines {
        println!("cargo::{line}");
    }
}

/// What cargo gave this build script.
struct Given {
    package: PathBuf,
    out_dir: PathBuf,
    /// The directory that holds all of mamo's files in `OUT_DIR`.
    own: PathBuf,
}

impl Given {
    fn read() -> Result<Self> {
        let out_dir = path_in("OUT_DIR")?;
        Ok(Self {
            package: path_in("CARGO_MANIFEST_DIR")?,
            own: out_dir.join("mamo"),
            out_dir,
        })
    }
}

/// Where the locked versions may stand, as far as a build script can tell: it does not see cargo's command line.
fn lockfiles(given: &Given, root: &Path) -> Vec<PathBuf> {
    let config = Config::load(&given.package, &[]);
    let named = config.path(&["resolver", "lockfile-path"]);
    let named = named.map(|path| given.package.join(path));
    std::iter::once(root.join("Cargo.lock"))
        .chain(named)
        .collect()
}

fn path_in(variable: &str) -> Result<PathBuf> {
    let value = std::env::var_os(variable);
    let value = value.with_context(|| format!("cargo sets `{variable}` for build scripts"))?;
    Ok(value.into())
}

/// The lines for cargo, and the table.
fn embed() -> Result<(Vec<String>, Option<PathBuf>)> {
    refuse_wrapper()?;
    let given = Given::read()?;
    let began_ns = now_by_files(&given.own)?;
    let triple = std::env::var("TARGET").context("cargo sets `TARGET` for build scripts")?;
    let arguments = ["--offline", "--all-features"];
    let resolved = Resolved::load(&given.package, &triple, arguments)
        .context("see every package (hint: `cargo fetch` once)")?;
    let facts = facts::of(&given, &resolved)?;
    let cache = given.own.join("parsed");
    let analysis = Analysis::of_values(&facts, &cache);
    let embedding = Embedding::of(&given, &facts, &analysis, began_ns);
    let table = given.own.join("table");
    fs::write(&table, embedding.table(&given.own)?).context("write the table")?;
    let circumstances = given.own.join(format!("table.{CIRCUMSTANCES}"));
    let text = embedding.circumstances(&facts::behind(&given, &resolved)?)?;
    fs::write(circumstances, text).context("write what the macros look at")?;
    make_home(&given.out_dir, &facts)?;
    Ok((embedding.lines(), Some(table)))
}

/// Behind a wrapper, what is compiled may be taken from elsewhere. rust-analyzer's only hides its errors. A compiler that is a
/// script is one, too.
fn refuse_wrapper() -> Result<()> {
    let rustc = path_in("RUSTC")?;
    if is_script(&rustc) {
        bail!("`{}` is a script, not the compiler", rustc.display());
    }
    for name in ["RUSTC_WRAPPER", "RUSTC_WORKSPACE_WRAPPER"] {
        let wrapper = std::env::var_os(name).filter(|wrapper| !wrapper.is_empty());
        let Some(wrapper) = wrapper.map(PathBuf::from) else {
            continue;
        };
        let known = [OsStr::new("rust-analyzer"), OsStr::new("clippy-driver")];
        if !wrapper
            .file_stem()
            .is_some_and(|stem| known.contains(&stem))
        {
            bail!(
                "`{}` stands between cargo and the compiler",
                wrapper.display()
            );
        }
    }
    Ok(())
}

/// Does a file begin as scripts do?
fn is_script(path: &Path) -> bool {
    let in_path = || {
        let paths = std::env::var_os("PATH")?;
        let mut places = std::env::split_paths(&paths).map(|dir| dir.join(path));
        places.find(|place| place.is_file())
    };
    let is_bare = path.components().count() == 1;
    let found = if is_bare { in_path() } else { None };
    let start = fs::File::open(found.as_deref().unwrap_or(path)).and_then(|mut file| {
        let mut start = [0; 2];
        file.read_exact(&mut start).map(|()| start)
    });
    start.is_ok_and(|start| start == *b"#!")
}

/// The time by the clock that source files are dated with, a step ago: what is written from now on is dated later.
fn now_by_files(own: &Path) -> Result<u64> {
    fs::create_dir_all(own).with_context(|| format!("create `{}`", own.display()))?;
    let probe = own.join("began");
    fs::write(&probe, b"").context("write to OUT_DIR")?;
    let now = written(&probe.metadata()?).context("learn the time")?;
    thread::sleep(STEP);
    Ok(now)
}

/// Makes mamo's directory where a program will look for it: in the target directory.
fn make_home(out_dir: &Path, facts: &Facts) -> Result<()> {
    if std::env::var_os(layout::DIRECTORY_VARIABLE).is_some_and(|dir| !dir.is_empty()) {
        return Ok(());
    }
    let tagged = |dir: &&Path| dir.join("CACHEDIR.TAG").is_file() && !dir.ends_with("mamo");
    let target = out_dir.ancestors().find(tagged);
    let places: BTreeSet<&Path> = target
        .into_iter()
        .chain([facts.target_dir.as_path()])
        .collect();
    for place in places.into_iter().filter(|place| place.is_dir()) {
        let home = place.join("mamo");
        layout::create(&home).with_context(|| format!("create `{}`", home.display()))?;
    }
    Ok(())
}
