//! Which build made a program, as the command line of the cargo that starts it tells.
//!
//! Nothing is believed of it: cargo is asked for that build, and has to name the program. Where `cargo run` has become the
//! program, what was typed is gone, and the program's own place tells.

use crate::cargo::{Request, manifest};
use crate::cli::{Cli, Command, Compile, Selection};
use crate::command::nextest::meant::Meant as Nextest;
use crate::facts::is_unit_hash;
use crate::session::Session;
use clap::Parser;
use std::ffi::OsString;
use std::path::Path;

/// A build that may have made the program.
#[derive(Clone, Debug)]
pub struct Meant {
    /// How it compiles, and where.
    pub compile: Compile,
    /// All of it.
    pub request: Request,
}

/// Options that change nothing of what is built.
const SILENT: [&str; 4] = [
    "--timings",
    "--keep-going",
    "--future-incompat-report",
    "--unit-graph",
];
/// How many aliases may stand for each other.
const ALIASES: usize = 8;
/// Cargo's options before its verb that have a value.
const VALUED: [&str; 4] = ["--config", "--color", "-Z", "-C"];

/// The builds that a cargo with these arguments may have made, the likeliest first. `alias` tells what a subcommand of the
/// user's own stands for.
pub fn builds(
    words: &[OsString],
    program: &Path,
    package: Option<&Path>,
    alias: &dyn Fn(&str) -> Vec<String>,
) -> Vec<Meant> {
    let words: Vec<String> = words
        .iter()
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    match typed(&words, alias, 0) {
        Some(Typed::Build(meant)) => vec![*meant],
        Some(Typed::Run(selection, compile)) => {
            run(&selection, &compile, program).into_iter().collect()
        }
        None => placed(program, package),
    }
}

enum Typed {
    Build(Box<Meant>),
    Run(Box<Selection>, Box<Compile>),
}

fn meant(verb: &'static str, selection: &Selection, compile: Compile) -> Meant {
    Meant {
        request: Session::request(verb, selection, &compile),
        compile,
    }
}

/// What was typed, if it is understood.
fn typed(words: &[String], alias: &dyn Fn(&str) -> Vec<String>, depth: usize) -> Option<Typed> {
    let mut general = Vec::new();
    let mut words = words.iter();
    let verb = loop {
        let word = words.next()?;
        if !word.starts_with('-') {
            break word;
        }
        general.push(word.clone());
        if VALUED.contains(&word.as_str()) {
            general.push(words.next()?.clone());
        }
    };
    let rest: Vec<String> = words.cloned().collect();
    if verb == "nextest" {
        let ("run" | "r", rest) = rest
            .split_first()
            .map(|(verb, rest)| (verb.as_str(), rest))?
        else {
            return None;
        };
        let words: Vec<String> = general.into_iter().chain(rest.iter().cloned()).collect();
        let Nextest {
            selection, compile, ..
        } = Nextest::of(&words).ok()?;
        return Some(Typed::Build(Box::new(meant("test", &selection, compile))));
    }
    let verb = match verb.as_str() {
        "test" | "t" => "test",
        "run" | "r" => "run",
        "bench" => "bench",
        own => {
            let meant = alias(own);
            let is_alias = depth < ALIASES && !meant.is_empty();
            let words = general.into_iter().chain(meant).chain(rest);
            let words: Vec<String> = words.collect();
            return is_alias.then(|| typed(&words, alias, depth + 1)).flatten();
        }
    };
    let own = ["cargo mamo".to_string(), verb.to_string()].into_iter();
    let parsed = Cli::try_parse_from(own.chain(general).chain(understood(&rest))).ok()?;
    Some(match parsed.command {
        Command::Test(args) => Typed::Build(Box::new(meant("test", &args.selection, args.compile))),
        Command::Bench(args) => {
            Typed::Build(Box::new(meant("bench", &args.selection, args.compile)))
        }
        Command::Run(args) => Typed::Run(Box::new(args.selection), Box::new(args.compile)),
        _ => return None,
    })
}

/// The words without those that are no concern of ours.
fn understood(words: &[String]) -> Vec<String> {
    let mut kept = Vec::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let name = word.split('=').next().unwrap_or_default();
        match name {
            "--" => {
                kept.push(word.clone());
                kept.extend(words.cloned());
                break;
            }
            "--message-format" if word == name => drop(words.next()),
            "--message-format" => {}
            "--all" => kept.push("--workspace".to_string()),
            name if SILENT.contains(&name) => {}
            _ => kept.push(word.clone()),
        }
    }
    kept
}

/// The build of a program that `cargo run` starts: that one and no other.
fn run(selection: &Selection, compile: &Compile, program: &Path) -> Option<Meant> {
    let name = program.file_stem()?.to_string_lossy().into_owned();
    let mut selection = selection.clone();
    if selection.bin.is_empty() && selection.example.is_empty() {
        let (_, is_example) = profile_dir(program)?;
        if is_example {
            selection.example.push(name);
        } else {
            selection.bin.push(name);
        }
    }
    Some(meant("build", &selection, compile.clone()))
}

/// The digest of its build that a program bears in its name, as those do that are not linked to where they are looked for.
pub fn hash_of(program: &Path) -> Option<&str> {
    let dir = program.parent()?.file_name()?;
    let (_, hash) = program.file_stem()?.to_str()?.rsplit_once('-')?;
    (is_unit_hash(hash) && (dir == "deps" || dir == "out")).then_some(hash)
}

/// The directory of a program's profile, and whether it is an example. `None` for those that `cargo run` does not start.
fn profile_dir(program: &Path) -> Option<(&Path, bool)> {
    let dir = program.parent()?;
    match dir.file_name()?.to_str()? {
        "deps" | "out" => None,
        "examples" => Some((dir.parent()?, true)),
        _ => Some((dir, false)),
    }
}

/// The builds that put a program at its place: with the features that are on by default, and with those that the last
/// build of its package had.
fn placed(program: &Path, package: Option<&Path>) -> Vec<Meant> {
    let Some((dir, _)) = profile_dir(program) else {
        return Vec::new();
    };
    let profile = dir
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let plain = Compile {
        release: profile == "release",
        profile: (!["debug", "release"].contains(&profile.as_str())).then_some(profile),
        ..Compile::default()
    };
    let name = package.and_then(|manifest| {
        let table = manifest::read(manifest);
        Some(table.get("package")?.get("name")?.as_str()?.to_owned())
    });
    let chosen = Selection {
        package: name.iter().cloned().collect(),
        ..Selection::default()
    };
    let features = features_of(program, dir);
    let exact = features.map(|features| Compile {
        no_default_features: true,
        features: if features.is_empty() {
            features
        } else {
            vec![features.join(",")]
        },
        ..plain.clone()
    });
    let compiles: Vec<_> = std::iter::once(plain).chain(exact).collect();
    let mut all = Vec::new();
    for compile in &compiles {
        all.extend(run(&Selection::default(), compile, program));
        all.extend(name.as_ref().and_then(|_| run(&chosen, compile, program)));
        // From outside of its workspace.
        all.extend(
            run(
                &Selection::default(),
                &Compile {
                    manifest_path: Some(package.map(Path::to_path_buf)).flatten(),
                    ..compile.clone()
                },
                program,
            )
            .filter(|meant| meant.compile.manifest_path.is_some()),
        );
    }
    all
}

/// The features that cargo noted for the build whose file `program` is a link to. Only asked for, never believed.
fn features_of(program: &Path, dir: &Path) -> Option<Vec<String>> {
    let ends = |path: &Path, end: &str| {
        let stem = path.file_stem().and_then(|stem| stem.to_str());
        stem.is_some_and(|stem| stem.replace('-', "_").ends_with(end))
    };
    let (of_build, name) = if let Some(same) = same_file(program, &dir.join("deps")) {
        let stem = same.file_stem()?.to_str()?.to_owned();
        let (name, hash) = stem.rsplit_once('-')?;
        let notes = entries(&dir.join(".fingerprint"));
        let mut notes = notes.filter(|path| ends(path, hash));
        (notes.next()?, name.to_owned())
    } else {
        let units = entries(&dir.join("build")).flat_map(|package| entries(&package));
        let mut same =
            units.filter_map(|unit| Some((same_file(program, &unit.join("out"))?, unit)));
        let (same, unit) = same.next()?;
        (
            unit.join("fingerprint"),
            same.file_stem()?.to_str()?.to_owned(),
        )
    };
    let name = name.as_str();
    let note = entries(&of_build)
        .find(|path| path.extension().is_some_and(|end| end == "json") && ends(path, name))?;
    let text = std::fs::read(note).ok()?;
    let noted: serde_json::Value = serde_json::from_slice(&text).ok()?;
    serde_json::from_str(noted.get("features")?.as_str()?).ok()
}

/// What lies in a directory.
fn entries(dir: &Path) -> impl Iterator<Item = std::path::PathBuf> + use<> {
    let read = std::fs::read_dir(dir).into_iter().flatten().flatten();
    read.map(|entry| entry.path())
}

/// The file in `dir` that is the same as `program`.
#[cfg(unix)]
fn same_file(program: &Path, dir: &Path) -> Option<std::path::PathBuf> {
    use std::os::unix::fs::MetadataExt as _;
    let wanted = program.metadata().ok()?;
    let files = std::fs::read_dir(dir).ok()?.flatten();
    let same = |entry: &std::fs::DirEntry| {
        entry
            .metadata()
            .is_ok_and(|found| (found.dev(), found.ino()) == (wanted.dev(), wanted.ino()))
    };
    files.into_iter().find(same).map(|entry| entry.path())
}

#[cfg(not(unix))]
fn same_file(_: &Path, _: &Path) -> Option<std::path::PathBuf> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn builds_of(line: &str, program: &str) -> Vec<String> {
        let words: Vec<OsString> = line.split_whitespace().map(OsString::from).collect();
        let shown = |meant: Meant| {
            let Request {
                verb,
                packages,
                targets,
                compile,
                ..
            } = meant.request;
            let words = [packages, targets, compile].concat();
            let words: Vec<_> = words.iter().map(|word| word.to_string_lossy()).collect();
            format!("{verb} {}", words.join(" ")).trim_end().to_string()
        };
        let alias = |name: &str| match name {
            "mine" => vec!["ours".to_string(), "--lib".to_string()],
            "ours" => vec!["test".to_string(), "-p".to_string(), "a".to_string()],
            "round" => vec!["round".to_string()],
            _ => Vec::new(),
        };
        builds(&words, Path::new(program), None, &alias)
            .into_iter()
            .map(shown)
            .collect()
    }

    #[test]
    fn the_build_is_that_of_the_command_line() {
        let test = "/w/target/debug/deps/p-0123456789abcdef";
        for (line, build) in [
            ("test", "test"),
            (
                "-q --config a.b=1 t --all name -- --nocapture",
                "test --workspace --config a.b=1",
            ),
            (
                "test -p a --lib --message-format=json --features x -- t --exact",
                "test --package a --lib --features x",
            ),
            ("bench --timings --bench b", "bench --bench b"),
            (
                "nextest run -p a --cargo-profile slow -j 2 name",
                "test --package a --profile slow",
            ),
        ] {
            assert_eq!(builds_of(line, test), [build], "{line}");
        }
        assert_eq!(
            builds_of("-q mine --release", test),
            ["test --package a --lib --release"]
        );
        assert!(builds_of("round", test).is_empty());
        assert!(builds_of("make test", test).is_empty());
        assert!(
            builds_of("test --artifact-dir x", test).is_empty(),
            "not understood"
        );
    }

    #[test]
    fn a_program_that_is_run_is_built_alone() {
        let ran = builds_of("run --release -- x", "/w/target/release/p");
        assert_eq!(ran, ["build --bin p --release"]);
        assert_eq!(
            builds_of("", "/w/target/debug/examples/e"),
            ["build --example e"]
        );
        assert_eq!(
            builds_of("", "/w/target/slow/p"),
            ["build --bin p --profile slow"]
        );
    }
}
