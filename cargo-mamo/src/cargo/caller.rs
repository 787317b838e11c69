//! The cargo that started us: what was typed, where, and in which environment.
//!
//! Asked of the system, where it tells of other processes. What it does not tell is unknown: nothing is served on it, it
//! only decides what cargo is asked.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// A cargo, or a nextest.
#[derive(Clone, Debug, Default)]
pub struct Caller {
    /// Its arguments.
    pub arguments: Vec<OsString>,
    /// Where it was started.
    pub cwd: PathBuf,
    /// The environment that it was started in, if the system tells.
    pub environment: Option<Vec<(OsString, OsString)>>,
}

impl Caller {
    /// The process that started this one, if it is a cargo. On Unix `cargo run` is none: the program takes its place.
    pub fn parent() -> Option<Self> {
        let id = parent_id();
        let mut words = words_of(&id)?.into_iter();
        let program = words.next()?;
        let stem = Path::new(&program).file_stem()?;
        let is_cargo = stem == "cargo" || stem == "cargo-nextest";
        is_cargo.then(|| Self {
            arguments: words.collect(),
            cwd: cwd_of(&id).unwrap_or_default(),
            environment: environment_of(&id),
        })
    }
}

/// Tells one call of cargo from every other: the process that started this one, and when that was started. Of a program
/// in cargo's own place that is the shell, which starts many; then every call is another.
pub fn session() -> String {
    let id = parent_id();
    let is_cargo = words_of(&id).and_then(|words| {
        let stem = Path::new(words.first()?).file_stem()?.to_owned();
        Some(stem.to_string_lossy().starts_with("cargo"))
    });
    let began = if is_cargo == Some(true) {
        began(&id).unwrap_or_default()
    } else {
        format!("self {}", std::process::id())
    };
    format!("{id} {began}")
}

/// The variables that cargo adds to the environment of a program that it starts, taken away again.
pub fn without_cargo(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    let exact = [
        "CARGO",
        "OUT_DIR",
        "CARGO_MANIFEST_DIR",
        "CARGO_MANIFEST_PATH",
        "CARGO_PRIMARY_PACKAGE",
    ];
    let prefixes = ["CARGO_PKG_", "CARGO_BIN_EXE_", "NEXTEST"];
    !exact.contains(&&*name) && !prefixes.iter().any(|prefix| name.starts_with(prefix))
}

/// The search path of the dynamic linker without what cargo puts before it: directories that `program` lies in, those where
/// cargo builds, and those of the compiler that lie beside its `bin`.
pub fn without_own(paths: &OsStr, program: &Path) -> OsString {
    let own = |dir: &PathBuf| {
        let above = dir.join("deps");
        program.starts_with(dir)
            || program.starts_with(&above)
            || dir.ends_with("deps")
            || dir.ends_with("out")
            || dir.join(".cargo-lock").exists()
            || dir.components().any(|part| part.as_os_str() == "rustlib")
            || dir.join("rustlib").is_dir()
    };
    let left = std::env::split_paths(paths).filter(|dir| !own(dir));
    std::env::join_paths(left).unwrap_or_default()
}

/// The process that started this one; nothing where that is not told.
#[cfg(unix)]
fn parent_id() -> String {
    std::os::unix::process::parent_id().to_string()
}

#[cfg(not(unix))]
fn parent_id() -> String {
    String::new()
}

#[cfg(target_os = "linux")]
fn words_of(id: &str) -> Option<Vec<OsString>> {
    let bytes = std::fs::read(format!("/proc/{id}/cmdline")).ok()?;
    let bytes = bytes.strip_suffix(b"\0").unwrap_or(&bytes);
    Some(bytes.split(|byte| *byte == 0).map(text).collect())
}

#[cfg(target_os = "linux")]
fn cwd_of(id: &str) -> Option<PathBuf> {
    std::fs::read_link(format!("/proc/{id}/cwd")).ok()
}

#[cfg(target_os = "linux")]
fn environment_of(id: &str) -> Option<Vec<(OsString, OsString)>> {
    let bytes = std::fs::read(format!("/proc/{id}/environ")).ok()?;
    let pairs = bytes.split(|byte| *byte == 0).filter_map(|pair| {
        let at = pair.iter().position(|byte| *byte == b'=')?;
        Some((text(&pair[..at]), text(&pair[at + 1..])))
    });
    Some(pairs.collect())
}

/// When a process was started, in ticks since the system was.
#[cfg(target_os = "linux")]
fn began(id: &str) -> Option<String> {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    let (_, behind) = stat.rsplit_once(')')?;
    behind.split_whitespace().nth(19).map(str::to_owned)
}

#[cfg(target_os = "linux")]
fn text(bytes: &[u8]) -> OsString {
    use std::os::unix::ffi::OsStrExt as _;
    OsStr::from_bytes(bytes).to_owned()
}

/// Words with blanks in them come apart here: then cargo is asked for something else, and does not know the program.
#[cfg(all(unix, not(target_os = "linux")))]
fn words_of(id: &str) -> Option<Vec<OsString>> {
    let said = asked(id, "command=")?;
    Some(said.split_whitespace().map(OsString::from).collect())
}

#[cfg(all(unix, not(target_os = "linux")))]
fn began(id: &str) -> Option<String> {
    asked(id, "lstart=")
}

#[cfg(all(unix, not(target_os = "linux")))]
fn asked(id: &str, what: &str) -> Option<String> {
    let mut ps = std::process::Command::new("ps");
    ps.args(["-ww", "-o", what, "-p", id]);
    super::output_of(&mut ps).ok()
}

#[cfg(all(unix, not(target_os = "linux")))]
fn cwd_of(_: &str) -> Option<PathBuf> {
    std::env::var_os("PWD").map(PathBuf::from)
}

#[cfg(not(unix))]
fn words_of(_: &str) -> Option<Vec<OsString>> {
    None
}

#[cfg(not(unix))]
fn began(_: &str) -> Option<String> {
    None
}

#[cfg(not(unix))]
fn cwd_of(_: &str) -> Option<PathBuf> {
    None
}

#[cfg(not(target_os = "linux"))]
fn environment_of(_: &str) -> Option<Vec<(OsString, OsString)>> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cargo_adds_to_an_environment_is_taken_away_and_nothing_else() {
        for added in [
            "CARGO",
            "CARGO_PKG_NAME",
            "CARGO_MANIFEST_DIR",
            "NEXTEST_RUN_ID",
            "OUT_DIR",
        ] {
            assert!(!without_cargo(OsStr::new(added)), "{added}");
        }
        for own in [
            "CARGO_HOME",
            "CARGO_TARGET_DIR",
            "CARGO_BUILD_RUSTFLAGS",
            "PATH",
            "RUSTFLAGS",
        ] {
            assert!(without_cargo(OsStr::new(own)), "{own}");
        }
        let program = Path::new("/w/target/debug/deps/p-1");
        let paths = "/w/target/debug:/w/target/debug/deps:/usr/lib/mine:/tc/lib/rustlib/x/lib";
        let left = if cfg!(unix) {
            without_own(OsStr::new(paths), program)
        } else {
            "/usr/lib/mine".into()
        };
        assert_eq!(left, "/usr/lib/mine");
    }
}
