//! Source and manifests that tests read without a text that names them.

use crate::project::{Outcome, Project};

const TOOL: &str = "[package]\nname = \"tool\"\nversion = \"0.1.0\"\nedition = \"2021\"\n";
const LIB: &str = r#"pub fn one() -> u32 { 1 }
#[cfg(test)] mod beside;
#[cfg(test)] mod tests {
    use std::path::Path;
    fn clean(path: impl AsRef<Path>) -> bool { !std::fs::read_to_string(path).unwrap().contains(concat!("FOR", "BIDDEN")) }
    fn all(dir: &Path) -> bool {
        std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).all(|path| {
            if path.is_dir() { path.ends_with("target") || all(&path) } else { path.extension().is_none_or(|kind| kind != "rs") || clean(path) }
        })
    }
    #[test] fn own_file() { assert!(clean(Path::new("..").join(file!()))); }
    #[test] fn from_own_file() { assert!(all(&Path::new("..").join(Path::new(file!()).parent().unwrap()))); }
    #[test] fn working_directory() { assert!(all(&std::env::current_dir().unwrap())); }
    #[test] fn says_its_file() { assert!(file!().ends_with("lib.rs"), "in {}", file!()); }
    #[test] fn reads() { assert!(clean("Cargo.toml")); }
    #[test] fn manifests() {
        let cargo = std::process::Command::new(env!("CARGO")).args(["metadata", "--no-deps", "--offline", "--format-version", "1"]).output();
        assert!(String::from_utf8(cargo.unwrap().stdout).unwrap().contains("\"loud\""));
    }
}
"#;

fn project() -> Project {
    let project = Project::new(&[
        (
            "Cargo.toml",
            "[workspace]\nresolver = \"2\"\nmembers = [\"app\", \"tool\"]\n",
        ),
        ("app/Cargo.toml", &TOOL.replace("tool", "app")),
        ("app/src/lib.rs", LIB),
        ("app/src/beside.rs", ""),
        ("tool/Cargo.toml", &format!("{TOOL}[features]\nloud = []\n")),
        ("tool/src/main.rs", "fn main() {}"),
    ]);
    let first = test(&project);
    assert_eq!(first.code, Some(0), "{}{}", first.stdout, first.stderr);
    project
}

fn test(project: &Project) -> Outcome {
    project.mamo(&["test", "--no-fail-fast", "-p", "app", "--lib"])
}

/// The tests that fail. Those that read none of it do not run.
fn failing(project: &Project) -> Vec<String> {
    let outcome = test(project);
    let ran = outcome.stdout.lines().filter_map(|line| {
        let (name, said) = line.strip_prefix("test tests::")?.split_once(" ... ")?;
        assert!(!["says_its_file", "reads"].contains(&name), "{name}");
        (said == "FAILED").then(|| name.to_owned())
    });
    let mut ran: Vec<_> = ran.collect();
    ran.sort();
    ran
}

#[test]
fn source_that_is_read_by_its_own_path_or_from_where_it_stands_counts() {
    let edited = |path: &str, text: &str| {
        let project = project();
        project.write(path, &format!("{text}// FORBIDDEN\n"));
        failing(&project)
    };
    let all = ["from_own_file", "own_file", "working_directory"];
    assert_eq!(edited("app/src/lib.rs", LIB), all);
    let listing = ["from_own_file", "working_directory"];
    assert_eq!(edited("app/src/beside.rs", ""), listing);
}

#[test]
fn manifests_of_members_that_nobody_reaches_count_for_who_starts_cargo() {
    let project = project();
    project.write(
        "tool/Cargo.toml",
        &format!("{TOOL}[features]\nquiet = []\n"),
    );
    assert_eq!(failing(&project), ["manifests"]);
}
