//! `cargo-mamo runner`: cargo starts it in a program's place, it sees to the program's snapshot and becomes the program.
//!
//! So that plain `cargo test`, `run`, `bench`, nextest and editors have a snapshot that matches. Where one stands that
//! is a look at a few files; else a child refreshes it, in the environment and directory that the user's own cargo was
//! started in. Whatever goes wrong there, the program is started: without a snapshot it computes and stores nothing.

use super::caller::{Caller, session, without_cargo, without_own};
use super::config::Config;
use crate::footing::Footing;
use crate::home::Home;
use crate::settings;
use crate::shell::Shell;
use anyhow::{Context, Result};
use mamo::format::{Executable, layout};
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

/// The word behind `cargo-mamo` or `cargo mamo`.
pub const WORD: &str = "runner";
/// How many of the words that follow start the program, before its own path.
const CHAIN: &str = "--chain=";
/// What a shell is given: without mamo, the program is started as if there were no runner.
const SCRIPT: [&str; 2] = [
    "if command -v cargo-mamo >/dev/null 2>&1; then exec cargo-mamo runner",
    " \"$@\"; else exec \"$@\"; fi",
];

/// A program to start.
#[derive(Debug)]
pub struct Call {
    /// What starts it, if another runner does.
    chain: Vec<OsString>,
    program: PathBuf,
    arguments: Vec<OsString>,
}

/// The call, if `arguments` (without our own name) are one.
pub fn called(arguments: &[OsString]) -> Option<Result<Call>> {
    let arguments = match arguments {
        [mamo, rest @ ..] if mamo == "mamo" => rest,
        all => all,
    };
    let (word, rest) = arguments.split_first()?;
    let is_asked = rest.iter().any(|word| word == "--help" || word == "-h") && rest.len() == 1;
    (word == WORD && !is_asked).then(|| read(rest))
}

fn read(words: &[OsString]) -> Result<Call> {
    let count = words
        .first()
        .and_then(|word| word.to_str()?.strip_prefix(CHAIN));
    let (count, words) = match count {
        Some(count) => (
            count
                .parse()
                .with_context(|| format!("read `{CHAIN}{count}`"))?,
            &words[1..],
        ),
        None => (0, words),
    };
    let chain = words.get(..count).unwrap_or(words).to_vec();
    let mut rest = words.iter().skip(count).cloned();
    let program = rest.next().context("there is no program to start\nhint: cargo calls this as a runner; `cargo mamo init` tells it to")?;
    Ok(Call {
        chain,
        program: program.into(),
        arguments: rest.collect(),
    })
}

/// The words that make cargo start programs by us; `chain` are those of the runner that was there before. On Unix a
/// shell starts programs without us where we are not installed.
pub fn words(chain: &[String], unix: bool) -> Vec<String> {
    let count = match chain.len() {
        0 => String::new(),
        count => format!(" {CHAIN}{count}"),
    };
    let own = if unix {
        let [before, behind] = SCRIPT;
        vec![
            "sh".into(),
            "-c".into(),
            format!("{before}{count}{behind}"),
            "mamo".into(),
        ]
    } else {
        let own = ["cargo-mamo".to_string(), WORD.to_string()].into_iter();
        own.chain((!count.is_empty()).then(|| count.trim().to_string()))
            .collect()
    };
    own.into_iter().chain(chain.iter().cloned()).collect()
}

/// The runner that `words` chain, if they are ours.
pub fn chained(words: &[String]) -> Option<Vec<String>> {
    let texts: Vec<&str> = words.iter().map(String::as_str).collect();
    if let ["sh", "-c", script, _, rest @ ..] = texts.as_slice()
        && script.starts_with(SCRIPT[0])
    {
        return Some(rest.iter().map(ToString::to_string).collect());
    }
    let (program, rest) = texts.split_first()?;
    let is_ours = Path::new(program)
        .file_stem()
        .is_some_and(|stem| stem == "cargo-mamo");
    let rest = rest.strip_prefix(&[WORD]).filter(|_| is_ours)?;
    let rest = match rest.split_first() {
        Some((first, behind)) if first.starts_with(CHAIN) => behind,
        _ => rest,
    };
    Some(rest.iter().map(ToString::to_string).collect())
}

/// Sees to the snapshot and starts the program.
pub fn run(call: &Call) -> Result<ExitCode> {
    let directory = match refreshed(&call.program) {
        Ok(directory) => directory,
        Err(error) => {
            Shell::default().warn(format!(
                "the snapshot of `{}` is not refreshed: {error:#}",
                call.program.display()
            ));
            None
        }
    };
    call.start(directory)
}

/// Refreshes the snapshot of `program`, and gives mamo's directory if the program would not find it by itself.
fn refreshed(program: &Path) -> Result<Option<PathBuf>> {
    if is_documentation(program) || !may_remember() {
        return Ok(None);
    }
    let Ok(executable) = Executable::at(program) else {
        return Ok(None); // starting it will say why
    };
    let caller = Caller::parent();
    let cwd = match &caller {
        Some(caller) if !caller.cwd.as_os_str().is_empty() => caller.cwd.clone(),
        _ => std::env::current_dir().context("find the working directory")?,
    };
    let found = found(&executable.path);
    let root = directory(&cwd, &executable.path);
    let away = |root: &Path| (found.as_deref() != Some(root)).then(|| root.to_path_buf());
    if let Some(root) = &root
        && Footing::holds(&Home::new(root.clone()), &executable, session)
    {
        return Ok(away(root));
    }
    let mut child = refresher(caller, &cwd, &executable.path)?;
    let output = child.output().context("start `cargo-mamo`")?;
    let said = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        anyhow::bail!("{}", String::from_utf8_lossy(&output.stderr).trim());
    }
    let root = said.lines().last().map(PathBuf::from);
    Ok(root.filter(|root| layout::find(&executable.path).as_deref() != Some(root)))
}

/// The directory that the program would find.
fn found(executable: &Path) -> Option<PathBuf> {
    let named = std::env::var_os(layout::DIRECTORY_VARIABLE).filter(|name| !name.is_empty());
    let relative = named
        .as_ref()
        .is_some_and(|name| Path::new(name).is_relative());
    // Relative to where the program is, it is another one.
    (!relative).then(|| layout::find(executable)).flatten()
}

/// Where mamo's directory is: as `MAMO_DIR` or `mamo.toml` says, else near the program.
fn directory(cwd: &Path, executable: &Path) -> Option<PathBuf> {
    let named = std::env::var_os(layout::DIRECTORY_VARIABLE).filter(|name| !name.is_empty());
    named
        .map(|named| cwd.join(named))
        .or_else(|| settings::directory_near(cwd))
        .or_else(|| layout::find(executable))
}

/// May the program hold memos and fixtures? Not where the lockfiles of its package know no runtime.
fn may_remember() -> bool {
    let package = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let above = package.iter().flat_map(|package| package.ancestors());
    let cwd = std::env::current_dir().unwrap_or_default();
    let named = Config::load(&cwd, &[]).path(&["resolver", "lockfile-path"]);
    let paths = above.map(|dir| dir.join("Cargo.lock"));
    let paths = paths.chain(named.map(|path| cwd.join(path)));
    let locks = paths.filter_map(|path| std::fs::read_to_string(path).ok());
    let mut locks = locks.peekable();
    locks.peek().is_none() || locks.any(|lock| locks_runtime(&lock))
}

/// Does a lockfile know the runtime?
pub(crate) fn locks_runtime(lock: &str) -> bool {
    lock.contains("name = \"mamo-runtime\"")
}

/// Does rustdoc start a doctest by us? Those are made anew each time.
fn is_documentation(program: &Path) -> bool {
    let named = program.file_stem().is_some_and(|stem| stem == "rust_out");
    let mut above = program.ancestors().filter_map(Path::file_name);
    named || above.any(|name| name.to_string_lossy().starts_with("rustdoctest"))
}

/// The command that refreshes, as if the user had typed it instead of what cargo was called with.
fn refresher(caller: Option<Caller>, cwd: &Path, executable: &Path) -> Result<Command> {
    let own = std::env::current_exe().context("find `cargo-mamo`")?;
    let mut command = Command::new(own);
    command
        .arg("mamo")
        .arg("refresh")
        .arg(executable)
        .arg("--session")
        .arg(session());
    command.current_dir(cwd).stdin(Stdio::null());
    let manifest = std::env::var_os("CARGO_MANIFEST_PATH").map(PathBuf::from);
    let manifest = manifest
        .or_else(|| Some(Path::new(&std::env::var_os("CARGO_MANIFEST_DIR")?).join("Cargo.toml")));
    if let Some(manifest) = manifest {
        command.arg("--package-manifest").arg(manifest);
    }
    let cargo = std::env::var_os("CARGO");
    let told = caller
        .as_ref()
        .and_then(|caller| caller.environment.clone());
    command.env_clear();
    command.envs(told.unwrap_or_else(|| own_environment(executable)));
    command.envs(cargo.map(|cargo| ("CARGO", cargo)));
    if let Some(caller) = caller {
        command.arg("--").args(caller.arguments);
    }
    Ok(command)
}

/// Our environment without what cargo added.
fn own_environment(executable: &Path) -> Vec<(OsString, OsString)> {
    let left = std::env::vars_os().filter(|(name, _)| without_cargo(name));
    let left = left.map(|(name, value)| {
        let is_path = name == "LD_LIBRARY_PATH" || name == "DYLD_FALLBACK_LIBRARY_PATH";
        let value = if is_path {
            without_own(&value, executable)
        } else {
            value
        };
        (name, value, is_path)
    });
    let left = left.filter(|(_, value, is_path)| !(*is_path && value.is_empty()));
    left.map(|(name, value, _)| (name, value)).collect()
}

impl Call {
    /// Becomes the program where the system has that, else starts it and hands on how it ended.
    fn start(&self, directory: Option<PathBuf>) -> Result<ExitCode> {
        let program: &OsStr = self.program.as_os_str();
        let mut words = self.chain.iter().map(OsString::as_os_str).chain([program]);
        let first = words.next().unwrap_or(program);
        let mut command = Command::new(first);
        command.args(words).args(&self.arguments);
        command.envs(directory.map(|directory| (layout::DIRECTORY_VARIABLE, directory)));
        become_it(&mut command).with_context(|| format!("start `{}`", Path::new(first).display()))
    }
}

#[cfg(unix)]
fn become_it(command: &mut Command) -> std::io::Result<ExitCode> {
    use std::os::unix::process::CommandExt as _;
    Err(command.exec())
}

#[cfg(not(unix))]
fn become_it(command: &mut Command) -> std::io::Result<ExitCode> {
    command.status().map(super::exit_code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(words: &[&str]) -> Vec<String> {
        words.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_runner_that_was_there_is_found_again_in_ours() {
        for chain in [texts(&[]), texts(&["valgrind", "-q", "--"])] {
            for unix in [true, false] {
                let words = words(&chain, unix);
                assert_eq!(chained(&words), Some(chain.clone()), "{words:?}");
            }
        }
        assert_eq!(chained(&texts(&["valgrind", "runner"])), None);
        assert_eq!(chained(&texts(&["sh", "-c", "exec \"$@\"", "x"])), None);
    }

    #[test]
    fn a_call_is_read_with_and_without_a_chain() {
        let read = |words: &[&str]| {
            let words: Vec<OsString> = words.iter().map(OsString::from).collect();
            called(&words).map(|call| call.unwrap())
        };
        let call = read(&["runner", "target/p", "--chain=1"]).unwrap();
        assert_eq!((call.chain.len(), call.arguments.len()), (0, 1));
        let call = read(&["mamo", "runner", "--chain=2", "a", "-b", "p", "--", "x"]).unwrap();
        assert_eq!(call.chain, ["a", "-b"]);
        assert_eq!((call.program, call.arguments.len()), ("p".into(), 2));
        assert!(read(&["run", "p"]).is_none());
        assert!(called(&["runner".into()]).unwrap().is_err());
    }
}
