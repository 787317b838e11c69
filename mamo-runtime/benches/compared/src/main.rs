//! mamo's runtime beside `cached`, `cacache`, plain files and two Python libraries, in one run.
//!
//! The program starts itself, and Python, once for each measurement and round, so that everyone is met by a process that
//! knows nothing yet. Sides take turns within a round; what the machine does meanwhile falls on all, and can only add. It
//! prints a table in Markdown: the lowest times and their ratio, and the median of the ratios of the rounds.
#![expect(
    clippy::cast_precision_loss,
    clippy::unnecessary_wraps,
    reason = "a program that measures, for which `cached` wants a `Result`"
)]

mod child;
mod clock;
mod others;
mod ours;
mod table;

use std::path::{Path, PathBuf};
use std::process::Command;
use table::Samples;

/// Who measures, in which turn.
const SIDES: [&str; 4] = ["floor", "mamo", "cached", "cacache"];
/// What each of them measures. Storing comes first, for the others read what it left.
const TASKS: [&str; 6] = ["ram", "store", "first", "short", "large", "argument"];

fn main() {
    if let Some(role) = std::env::var_os(child::ROLE) {
        child::run(role.to_str().unwrap());
        return;
    }
    let mut rounds = 7;
    let (mut python, mut kept) = (None, None);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--rounds" => rounds = arguments.next().unwrap().parse().unwrap(),
            "--python" => python = Some(PathBuf::from(arguments.next().unwrap())),
            "--dir" => kept = Some(PathBuf::from(arguments.next().unwrap())),
            other => {
                panic!("`{other}` is no option; there are --rounds N, --python PROGRAM, --dir DIR")
            }
        }
    }
    let fleeting = tempfile::tempdir().unwrap();
    let directory = kept.unwrap_or_else(|| fleeting.path().to_owned());
    ours::write_snapshot(&directory);
    let mut samples = Samples::default();
    for round in 0..rounds {
        eprintln!("round {} of {rounds}", round + 1);
        for task in TASKS {
            // Whoever comes first in a round comes last in the next.
            let turn = |at: usize| SIDES[(at + round) % SIDES.len()];
            for side in (0..SIDES.len()).map(turn) {
                samples.add(&measured(&directory, &format!("{side} {task} {round}")));
            }
        }
        if let Some(python) = &python {
            for script in ["joblib_side.py", "mamo_side.py"] {
                samples.add(&by_python(python, script, &directory, round));
            }
        }
    }
    table::print(&samples, rounds);
}

/// What this program prints in a role.
fn measured(directory: &Path, role: &str) -> String {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .env(child::ROLE, role)
        .env(child::DIRECTORY, directory)
        .env("MAMO_DIR", directory.join("mamo"))
        .env("XDG_CACHE_HOME", directory.join("cached"));
    output(&mut command)
}

fn by_python(python: &Path, script: &str, directory: &Path, round: usize) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("python")
        .join(script);
    let mut all = String::new();
    for task in ["store", "serve"] {
        let mut command = Command::new(python);
        command
            .arg(&script)
            .arg(directory)
            .arg(task)
            .arg(round.to_string());
        all += &output(&mut command);
    }
    all
}

fn output(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {said}");
    if !said.is_empty() {
        eprint!("{said}");
    }
    String::from_utf8(output.stdout).unwrap()
}
