//! PostgreSQL's programs: where they are, and under which user they may run.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Why there is no database.
#[derive(Debug)]
pub enum Failed {
    /// PostgreSQL is not there.
    NotInstalled,
    /// One of its programs, or the system, refused.
    Refused(String),
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotInstalled => f.write_str(
                "PostgreSQL's `initdb` is neither on the path nor in `/usr/lib/postgresql`: install it (Debian: `apt install postgresql`)",
            ),
            Self::Refused(what) => f.write_str(what),
        }
    }
}

impl std::error::Error for Failed {}

impl From<io::Error> for Failed {
    fn from(error: io::Error) -> Self {
        Self::Refused(error.to_string())
    }
}

/// The programs, and who runs them.
#[derive(Clone, Debug)]
pub struct Programs {
    directory: PathBuf,
    /// Another user, where this one is root: PostgreSQL refuses to run as root.
    user: Option<(&'static str, u32)>,
}

impl Programs {
    /// Those that are installed.
    ///
    /// # Errors
    /// If none are, or there is no user who may run them.
    pub fn find() -> Result<Self, Failed> {
        let directory = directory().ok_or(Failed::NotInstalled)?;
        let user = if id(&["-u"])? == 0 { Some(other_user()?) } else { None };
        Ok(Self { directory, user })
    }

    /// Makes a data directory in the empty directory `data`.
    ///
    /// # Errors
    /// If `initdb` fails.
    pub fn initialise(&self, data: &Path) -> Result<(), Failed> {
        let mut initdb = self.command("initdb");
        initdb.args(["--no-sync", "--auth=trust", "--username=test", "--encoding=UTF8", "--locale=C"]);
        run(initdb.arg("-D").arg(data)).map(drop)
    }

    /// Gives a directory and all in it to the user who runs the programs.
    ///
    /// # Errors
    /// If that is not allowed.
    pub fn own(&self, path: &Path) -> Result<(), Failed> {
        let Some((_, user)) = self.user else { return Ok(()) };
        let mut open = vec![path.to_owned()];
        while let Some(path) = open.pop() {
            std::os::unix::fs::lchown(&path, Some(user), None)?;
            if path.symlink_metadata()?.is_dir() {
                for entry in path.read_dir()? {
                    open.push(entry?.path());
                }
            }
        }
        Ok(())
    }

    /// One of the programs, about to be run by its user.
    pub fn command(&self, name: &str) -> Command {
        let program = self.directory.join(name);
        let mut command = match self.user {
            None => Command::new(program),
            Some((user, _)) => {
                let mut other = Command::new("runuser");
                other.args(["-u", user, "--"]).arg(program);
                other
            }
        };
        command.current_dir("/");
        command
    }
}

/// Runs a program to its end; what it said if it failed.
///
/// # Errors
/// If it cannot be started, or fails.
pub fn run(command: &mut Command) -> Result<Output, Failed> {
    let output = command.output()?;
    if output.status.success() {
        return Ok(output);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(Failed::Refused(format!("{command:?} failed: {}", said.trim())))
}

fn directory() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let installed = Path::new("/usr/lib/postgresql").read_dir().into_iter().flatten();
    let versions = installed.flatten().map(|version| version.path().join("bin"));
    let mut all = std::env::split_paths(&path).chain(versions);
    // A link on the path leads to where the other programs are.
    let found = all.find(|directory| directory.join("initdb").is_file())?;
    let initdb = found.join("initdb").canonicalize().ok()?;
    initdb.parent().map(Path::to_owned)
}

fn other_user() -> Result<(&'static str, u32), Failed> {
    let known = ["postgres", "nobody"].into_iter();
    let mut known = known.filter_map(|user| Some((user, id(&["-u", user]).ok()?)));
    let none = || Failed::Refused("PostgreSQL refuses to run as root, and there is no user `postgres`".into());
    known.next().ok_or_else(none)
}

fn id(arguments: &[&str]) -> Result<u32, Failed> {
    let output = run(Command::new("id").args(arguments))?;
    let number = String::from_utf8_lossy(&output.stdout).trim().parse();
    number.map_err(|_| Failed::Refused("`id` gave no number".into()))
}
