//! `cargo-mamo` in rustdoc's place: cargo starts it once for each library, and it chooses which doctests rustdoc runs.
//!
//! So that one `cargo test --doc` with the user's own arguments does for all libraries, and features are those of the whole
//! command. rustdoc itself is started with cargo's arguments and a choice of tests; what it prints goes on as it
//! comes. A call that no order is known for is left to rustdoc as it is.

pub mod orders;
mod tool;

use super::doctests::{DocRun, library_name, listed, read};
use super::{exit_code, manifest};
use crate::shell::Shell;
use anyhow::{Context, Result};
use orders::{Exchange, Order, Orders, Others};
use std::ffi::{OsStr, OsString};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus, Stdio};
use std::time::Instant;

/// The variable that names the orders, and so says that cargo takes us for rustdoc.
pub(super) const ORDERS: &str = "MAMO_RUSTDOC";

/// Where the orders are, if it was cargo that started us in rustdoc's place. `first` is the first argument.
pub fn called(first: Option<&OsString>) -> Option<PathBuf> {
    // What cargo starts may start `cargo mamo` itself.
    let is_command = first.is_some_and(|first| first == "mamo");
    let named = std::env::var_os(ORDERS).filter(|_| !is_command);
    named.map(PathBuf::from)
}

/// Does for cargo what rustdoc would, as far as the orders go.
pub fn stand_in(orders: &Path, arguments: &[OsString]) -> Result<ExitCode> {
    let exchange = Exchange::at(orders);
    let orders = exchange.read()?;
    let call = Call {
        arguments,
        orders: &orders,
    };
    let is_test = arguments.iter().any(|argument| argument == "--test");
    let Some(library) = library_in(&orders, arguments).filter(|_| is_test) else {
        return call.unordered(is_test);
    };
    let (run, code) = match &library.order {
        Order::Skip { reused } => {
            if *reused > 0 {
                let note = format!("             not started, {reused} reused");
                Shell::default().progress(note);
            }
            return Ok(ExitCode::SUCCESS);
        }
        Order::Run { names, chosen, all } => call.run(names, chosen.as_deref(), all)?,
        Order::List => call.list()?,
    };
    exchange.report(library.unit, &run);
    Ok(code)
}

/// The library that cargo calls for: a package has one, and two packages may give theirs one name.
fn library_in<'o>(orders: &'o Orders, arguments: &[OsString]) -> Option<&'o orders::Library> {
    let dir = std::env::var_os("CARGO_MANIFEST_DIR")?;
    let library = orders.libraries.get(Path::new(&dir))?;
    let name = value_of(arguments, "--crate-name")?;
    (name == library.crate_name.as_str()).then_some(library)
}

/// Does the library's manifest say that it has no doctests?
fn has_none() -> bool {
    let dir = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default();
    let manifest = manifest::read(&Path::new(&dir).join("Cargo.toml"));
    let said = manifest.get("lib").and_then(|lib| lib.get("doctest"));
    said.and_then(toml::Value::as_bool) == Some(false)
}

/// The argument behind `option`.
fn value_of<'a>(arguments: &'a [OsString], option: &str) -> Option<&'a OsStr> {
    let at = arguments.iter().position(|argument| argument == option)?;
    arguments.get(at + 1).map(OsString::as_os_str)
}

/// One call of cargo's.
struct Call<'c> {
    arguments: &'c [OsString],
    orders: &'c Orders,
}

impl Call<'_> {
    /// Leaves to rustdoc what no order is for.
    fn unordered(&self, is_test: bool) -> Result<ExitCode> {
        let skipped = match self.orders.others {
            Others::Run => false,
            Others::RunIfAny => has_none(),
            Others::Skip => true,
        };
        if is_test && skipped {
            return Ok(ExitCode::SUCCESS);
        }
        let status = self.command(&[]).status();
        Ok(exit_code(status.context("start rustdoc")?))
    }

    /// Runs those that `chosen` chooses; all, if one of `names` is none of rustdoc's.
    fn run(
        &self,
        names: &[String],
        chosen: Option<&[String]>,
        all: &[String],
    ) -> Result<(DocRun, ExitCode)> {
        let (mut run, status) = self.started(chosen.unwrap_or(all), true)?;
        let missed = names.iter().any(|name| !run.outcomes.contains_key(name));
        let broken = !run.success && run.outcomes.is_empty();
        if chosen.is_none() || !missed || broken {
            return Ok((run, exit_code(status)));
        }
        let (whole, status) = self.started(all, true)?;
        run = DocRun {
            misnamed: true,
            ..whole
        };
        Ok((run, exit_code(status)))
    }

    /// Lists them, and says nothing.
    fn list(&self) -> Result<(DocRun, ExitCode)> {
        let ask = |arguments: &[&str]| {
            let arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
            self.ask(&arguments, false)
        };
        let (all, status) = ask(&["--list"])?;
        let (ignored, second) = ask(&["--list", "--ignored"])?;
        let run = DocRun {
            listed: listed(&all, &ignored),
            libraries: self.libraries(),
            success: status.success() && second.success(),
            ..DocRun::default()
        };
        Ok((
            run,
            exit_code(if status.success() { second } else { status }),
        ))
    }

    fn started(&self, arguments: &[String], aloud: bool) -> Result<(DocRun, ExitStatus)> {
        let started = Instant::now();
        let (text, status) = self.ask(arguments, aloud)?;
        let run = DocRun {
            libraries: self.libraries(),
            success: status.success(),
            took: started.elapsed(),
            ..read(&text)
        };
        Ok((run, status))
    }

    /// Starts rustdoc, and takes what it prints; `aloud`: hands it on as it comes.
    fn ask(&self, arguments: &[String], aloud: bool) -> Result<(String, ExitStatus)> {
        let mut child = self
            .command(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .context("start rustdoc")?;
        let mut stdout = child.stdout.take().context("rustdoc's stdout is piped")?;
        let (mut text, mut chunk) = (Vec::new(), [0; 8192]);
        loop {
            let length = stdout.read(&mut chunk).context("read rustdoc's output")?;
            if length == 0 {
                break;
            }
            if aloud {
                Shell::pass_on(&chunk[..length]);
            }
            text.extend_from_slice(&chunk[..length]);
        }
        let status = child.wait().context("wait for rustdoc")?;
        Ok((String::from_utf8_lossy(&text).into_owned(), status))
    }

    /// rustdoc with cargo's arguments and these for the tests, in the environment that cargo would have given it.
    fn command(&self, arguments: &[String]) -> Command {
        let program = self.orders.rustdoc.clone();
        let mut command = Command::new(program.unwrap_or_else(tool::unconfigured));
        command.args(self.arguments).env_remove(ORDERS);
        for argument in arguments {
            command.arg("--test-args").arg(argument);
        }
        if let Some(value) = &self.orders.variable {
            command.env("RUSTDOC", value);
        }
        command
    }

    /// The libraries that doctests are linked with: `--extern name=path`.
    fn libraries(&self) -> std::collections::BTreeSet<String> {
        let pairs = self.arguments.windows(2);
        let named = pairs.filter(|pair| pair[0] == "--extern");
        let paths = named.filter_map(|pair| pair[1].to_str()?.split_once('='));
        paths
            .filter_map(|(_, path)| library_name(Path::new(path)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_libraries_that_are_linked_with_are_read_from_the_call() {
        let arguments = [
            "--extern",
            "a=/t/deps/liba-0123456789abcdef.rlib",
            "--extern",
            "noprelude:b=/t/b.so",
        ];
        let arguments: Vec<OsString> = arguments.iter().map(OsString::from).collect();
        let call = Call {
            arguments: &arguments,
            orders: &Orders::default(),
        };
        let names: Vec<String> = call.libraries().into_iter().collect();
        assert_eq!(names, ["b.so None", "liba-0123456789abcdef.rlib"]);
        assert_eq!(
            value_of(&arguments, "--extern").unwrap(),
            "a=/t/deps/liba-0123456789abcdef.rlib"
        );
        assert_eq!(value_of(&arguments, "--crate-name"), None);
    }
}
