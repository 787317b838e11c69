//! Each way to start a program, by what was edited before: never a value of other code, and mostly none computed twice.

use crate::project::Project;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

/// A program with a fixture of which `scale` is a part and `unrelated` is not; `DATA` it reads when it runs.
const MAIN: &str = r#"
fn scale() -> u64 { 1 }
fn unrelated() -> u64 { 1 }
#[mamo::fixture]
fn table() -> u64 {
    println!("computed");
    if cfg!(feature = "big") { 1000 } else { 10 * scale() }
}
#[mamo::fixture]
fn read() -> u64 {
    println!("computed");
    std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/data.txt")).unwrap().trim().parse().unwrap()
}
fn main() {
    let read = std::env::args().any(|word| word == "read").then(read);
    println!("value {} {}", read.unwrap_or_else(table), unrelated());
}
#[test]
fn uses() { println!("value {} {}", table(), unrelated()); }
"#;

/// The package with a program of this name, for all of them have one target directory. Its dependencies are locked as
/// those of `test-fixtures/memos`.
fn package(program: &str) -> Project {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../test-fixtures/memos");
    let runtime = root.join("../../mamo-runtime").canonicalize().unwrap();
    let read = |file: &str| std::fs::read_to_string(root.join(file)).unwrap();
    let manifest = read("Cargo.toml").replace("../../mamo-runtime", runtime.to_str().unwrap());
    let manifest = format!(
        "{manifest}\n[features]\nbig = []\n[[bin]]\nname = \"{program}\"\npath = \"src/main.rs\"\n"
    );
    let lock = read("Cargo.lock");
    Project::new(&[
        ("Cargo.toml", &manifest),
        ("Cargo.lock", &lock),
        ("src/main.rs", MAIN),
        ("data.txt", "1"),
    ])
}

/// Gives the package a build script, and what that is locked to.
fn embed(project: &Project) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let manifest = std::fs::read_to_string(project.path("Cargo.toml")).unwrap();
    let own = root.to_str().unwrap();
    let needed = format!(
        "[build-dependencies]\ncargo-mamo = {{ path = \"{own}\", default-features = false }}\n"
    );
    project.write("Cargo.toml", &format!("{manifest}\n{needed}"));
    let lock = std::fs::read_to_string(root.join("../Cargo.lock")).unwrap();
    project.write("Cargo.lock", &lock);
    let script = "fn main() {\n    cargo_mamo::build_script::emit();\n}\n";
    project.write("build.rs", script);
}

/// What a start came to.
#[derive(Debug)]
struct Start {
    /// `computed 10 1` or `served 10 1`.
    cell: String,
    stderr: String,
}

fn start(command: &mut Command) -> Start {
    let output = command.output().unwrap();
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    // nextest passes on what a test prints as its own.
    let all = format!("{stdout}{stderr}");
    let value = all.lines().find_map(|line| line.strip_prefix("value "));
    let value = value.unwrap_or_else(|| panic!("no value in\n{all}"));
    let how = if all.lines().any(|line| line == "computed") {
        "computed"
    } else {
        "served"
    };
    Start {
        cell: format!("{how} {value}"),
        stderr,
    }
}

/// The shared target directory: what all projects need is compiled once. Those that embed have another than those that do
/// not: which build scripts ran in it counts for them.
fn target(project: &Project) -> PathBuf {
    let embeds = project.path("build.rs").exists();
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(if embeds { "embedded" } else { "memos" })
}

/// A command in the project's environment, with a store of its own and `cargo-mamo` on PATH.
fn within(mut command: Command, project: &Project, store: &str) -> Command {
    let own = Path::new(env!("CARGO_BIN_EXE_cargo-mamo"))
        .parent()
        .unwrap();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let dirs = std::iter::once(own.to_path_buf()).chain(std::env::split_paths(&path));
    command
        .env("PATH", std::env::join_paths(dirs).unwrap())
        .env("CARGO_TARGET_DIR", target(project))
        .env("MAMO_DIR", project.path(store));
    command
}

/// A way to build and start.
struct Way {
    name: &'static str,
    /// Is `cargo mamo init` called before?
    init: bool,
    /// Has the package a build script that embeds its fingerprints?
    embeds: bool,
    /// Are values remembered?
    remembers: bool,
    /// Builds if there is need, and starts.
    start: fn(&Project) -> Command,
    /// Where the program is.
    program: fn(&Project) -> PathBuf,
}

/// All ways.
const WAYS: [Way; 7] = [
    Way {
        name: "cargo mamo run",
        init: false,
        embeds: false,
        remembers: true,
        start: |project| project.command(&["run", "--quiet", "--bin", "ways"], &[]),
        program: run_program,
    },
    Way {
        name: "runner, cargo run",
        init: true,
        embeds: false,
        remembers: true,
        start: |project| project.cargo(&["run", "--quiet", "--bin", "ways"]),
        program: run_program,
    },
    Way {
        name: "runner, cargo test",
        init: true,
        embeds: false,
        remembers: true,
        start: |project| project.cargo(&["test", "--bin", "ways", "--", "--nocapture"]),
        program: test_program,
    },
    Way {
        name: "runner, cargo nextest run",
        init: true,
        embeds: false,
        remembers: true,
        start: |project| project.cargo(&["nextest", "run", "--bin", "ways", "--no-capture"]),
        program: test_program,
    },
    Way {
        name: "build script, cargo run",
        init: false,
        embeds: true,
        remembers: true,
        start: |project| project.cargo(&["run", "--quiet", "--bin", "ways"]),
        program: run_program,
    },
    Way {
        name: "build script, cargo test",
        init: false,
        embeds: true,
        remembers: true,
        start: |project| project.cargo(&["test", "--bin", "ways", "--", "--nocapture"]),
        program: test_program,
    },
    Way {
        name: "nothing",
        init: false,
        embeds: false,
        remembers: false,
        start: |project| project.cargo(&["run", "--quiet", "--bin", "ways"]),
        program: run_program,
    },
];

fn run_program(project: &Project) -> PathBuf {
    program(project, "ways")
}

/// Where cargo puts a program that it runs.
fn program(project: &Project, name: &str) -> PathBuf {
    target(project)
        .join("debug")
        .join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

fn test_program(project: &Project) -> PathBuf {
    let asked = ["test", "--bin", "ways", "--no-run", "--message-format=json"];
    let said = within(project.cargo(&asked), project, "none")
        .output()
        .unwrap()
        .stdout;
    let said = String::from_utf8(said).unwrap();
    let paths = said.lines().filter_map(|line| {
        let message: serde_json::Value = serde_json::from_str(line).ok()?;
        Some(PathBuf::from(message["executable"].as_str()?))
    });
    paths.collect::<Vec<_>>().pop().unwrap()
}

fn edit(project: &Project, from: &str, to: &str) {
    let text = std::fs::read_to_string(project.path("src/main.rs")).unwrap();
    assert!(text.contains(from), "{from}");
    project.write("src/main.rs", &text.replace(from, to));
}

/// Turns mamo on for plain cargo.
fn init(project: &Project) {
    let init = within(project.command(&["init"], &[]), project, "store")
        .output()
        .unwrap();
    assert!(
        init.status.success(),
        "{}",
        String::from_utf8_lossy(&init.stderr)
    );
}

/// The cells of a way's row, and what was said at the first start.
fn row(way: &Way) -> (Vec<String>, String) {
    let project = package("ways");
    if way.embeds {
        embed(&project);
    }
    if way.init {
        init(&project);
    }
    let begin = || start(&mut within((way.start)(&project), &project, "store"));
    let first = begin();
    let mut cells = vec![first.cell, begin().cell];
    edit(
        &project,
        "fn unrelated() -> u64 { 1 }",
        "fn unrelated() -> u64 { 2 }",
    );
    cells.push(begin().cell);
    edit(
        &project,
        "fn scale() -> u64 { 1 }",
        "fn scale() -> u64 { 2 }",
    );
    cells.push(begin().cell);
    edit(
        &project,
        "fn scale() -> u64 { 2 }",
        "fn scale() -> u64 { 1 }",
    );
    cells.push(begin().cell);
    let program = (way.program)(&project);
    edit(
        &project,
        "fn scale() -> u64 { 1 }",
        "fn scale() -> u64 { 3 }",
    );
    let mut by_hand = Command::new(program);
    by_hand.arg("--nocapture").current_dir(project.path(""));
    cells.push(start(&mut within(by_hand, &project, "store")).cell);
    (cells, first.stderr)
}

#[test]
fn each_way_in_is_never_stale() {
    let mut table = String::from(
        "| way in | first start | again | unrelated edit | a dependency edited | taken back | old program by hand after an edit |\n|---|---|---|---|---|---|---|\n",
    );
    let values = ["10 1", "10 1", "10 2", "20 2", "10 2", "10 2"];
    let remembered = [
        "computed", "served", "served", "computed", "served", "served",
    ];
    let installed = Command::new("cargo")
        .args(["nextest", "--version"])
        .output();
    let installed = installed.is_ok_and(|output| output.status.success());
    for way in WAYS
        .iter()
        .filter(|way| installed || !way.name.contains("nextest"))
    {
        let (cells, said) = row(way);
        writeln!(table, "| {} | {} |", way.name, cells.join(" | ")).unwrap();
        let how = |at: usize| {
            if way.remembers {
                remembered[at]
            } else {
                "computed"
            }
        };
        let expected: Vec<_> = (0..values.len())
            .map(|at| format!("{} {}", how(at), values[at]))
            .collect();
        assert_eq!(cells, expected, "{}\n{said}", way.name);
        let told = said.matches("`cargo mamo init`").count();
        assert_eq!(told, usize::from(!way.remembers), "{}\n{said}", way.name);
    }
    #[expect(clippy::print_stdout, reason = "the table is what this test shows")]
    {
        println!("{table}");
    }
}

/// A project with the runner, and its program started by `cargo run`.
struct Plain(Project, &'static str);

impl Plain {
    fn new(program: &'static str) -> Self {
        let project = package(program);
        init(&project);
        Self(project, program)
    }

    fn run(&self, arguments: &[&str]) -> Start {
        let words = [&["run", "--quiet", "--bin", self.1], arguments].concat();
        start(&mut within(self.0.cargo(&words), &self.0, "store"))
    }

    /// Starts the program as cargo does, without building before.
    fn started(&self) -> Start {
        let mut runner = Command::new(env!("CARGO_BIN_EXE_cargo-mamo"));
        runner
            .arg("runner")
            .arg(program(&self.0, self.1))
            .current_dir(self.0.path(""));
        runner
            .env("CARGO_MANIFEST_PATH", self.0.path("Cargo.toml"))
            .env("CARGO_NET_OFFLINE", "true");
        runner.env("CARGO_INCREMENTAL", "0");
        start(&mut within(runner, &self.0, "store"))
    }

    fn forget_snapshots(&self) {
        std::fs::remove_dir_all(self.0.path("store/snapshots")).unwrap();
    }
}

#[test]
fn a_program_of_another_text_than_the_source_has_no_snapshot() {
    let plain = Plain::new("ways_text");
    assert_eq!(plain.run(&[]).cell, "computed 10 1");
    assert_eq!(plain.started().cell, "served 10 1", "of its own snapshot");
    plain.forget_snapshots();
    assert_eq!(
        plain.started().cell,
        "served 10 1",
        "found again without cargo building"
    );
    let built = program(&plain.0, plain.1)
        .metadata()
        .unwrap()
        .modified()
        .unwrap();
    edit(
        &plain.0,
        "fn scale() -> u64 { 1 }",
        "fn scale() -> u64 { 2 }",
    );
    assert_eq!(
        plain.started().cell,
        "served 10 1",
        "what it was made of has not changed"
    );
    plain.forget_snapshots();
    let edited = plain.started();
    assert_eq!(edited.cell, "computed 10 1");
    assert!(
        edited.stderr.contains("cargo would compile `memos`"),
        "{}",
        edited.stderr
    );
    assert_eq!(
        program(&plain.0, plain.1)
            .metadata()
            .unwrap()
            .modified()
            .unwrap(),
        built,
        "nothing is built"
    );
    assert_eq!(plain.run(&[]).cell, "computed 20 1");
    // Cargo is misled by a time, the runner is not.
    edit(
        &plain.0,
        "fn scale() -> u64 { 2 }",
        "fn scale() -> u64 { 3 }",
    );
    let file = std::fs::File::options()
        .append(true)
        .open(plain.0.path("src/main.rs"))
        .unwrap();
    file.set_modified(SystemTime::now() - Duration::from_secs(3600))
        .unwrap();
    assert_eq!(plain.run(&[]).cell, "served 20 1", "of its own snapshot");
    if cfg!(unix) {
        plain.forget_snapshots();
        let misled = plain.run(&[]);
        assert_eq!(misled.cell, "computed 20 1");
        assert!(
            misled.stderr.contains("after the program was built"),
            "{}",
            misled.stderr
        );
    }
}

#[test]
fn what_a_fixture_reads_when_it_runs_counts_although_nothing_is_built() {
    let plain = Plain::new("ways_data");
    let read = || plain.run(&["--", "read"]).cell;
    assert_eq!(
        (read(), read()),
        ("computed 1 1".into(), "served 1 1".into())
    );
    plain.0.write("data.txt", "2");
    assert_eq!(
        (read(), read()),
        ("computed 2 1".into(), "served 2 1".into())
    );
    plain.0.write("data.txt", "1");
    assert_eq!(read(), "served 1 1", "as before");
    // Both at once: then nobody knows what the program rests on.
    edit(
        &plain.0,
        "fn unrelated() -> u64 { 1 }",
        "fn unrelated() -> u64 { 2 }",
    );
    plain.0.write("data.txt", "3");
    let mut started = within(
        Command::new(env!("CARGO_BIN_EXE_cargo-mamo")),
        &plain.0,
        "store",
    );
    started
        .arg("runner")
        .arg(program(&plain.0, plain.1))
        .arg("read")
        .current_dir(plain.0.path(""));
    started
        .env("CARGO_MANIFEST_PATH", plain.0.path("Cargo.toml"))
        .env("CARGO_INCREMENTAL", "0");
    assert_eq!(start(&mut started).cell, "computed 3 1");
}

#[test]
fn a_program_that_a_fixture_starts_counts_although_the_test_is_not_built_again() {
    let plain = Plain::new("ways_tool");
    let test = r#"
        #[mamo::fixture]
        fn said() -> String {
            println!("computed");
            let tool = std::process::Command::new(env!("CARGO_BIN_EXE_ways_tool")).output().unwrap();
            String::from_utf8(tool.stdout).unwrap()
        }
        #[test]
        fn asks() { println!("{}", said().lines().last().unwrap()); }
    "#;
    plain.0.write("tests/asks.rs", test);
    let words = ["test", "--test", "asks", "--", "--nocapture"];
    let asks = || start(&mut within(plain.0.cargo(&words), &plain.0, "store")).cell;
    assert_eq!(
        (asks(), asks()),
        ("computed 10 1".into(), "served 10 1".into())
    );
    edit(
        &plain.0,
        "fn scale() -> u64 { 1 }",
        "fn scale() -> u64 { 2 }",
    );
    assert_eq!(
        (asks(), asks()),
        ("computed 20 1".into(), "served 20 1".into())
    );
}

#[test]
fn features_of_cargo_run_are_found_though_what_was_typed_is_gone() {
    let plain = Plain::new("ways_features");
    assert_eq!(plain.run(&[]).cell, "computed 10 1");
    let big = ["--features", "big"];
    assert_eq!(plain.run(&big).cell, "computed 1000 1");
    assert_eq!(plain.run(&big).cell, "served 1000 1");
    assert_eq!(plain.run(&[]).cell, "served 10 1");
    assert_eq!(plain.run(&big).cell, "served 1000 1");
}

#[test]
fn many_programs_that_start_at_once_are_all_served_by_one_analysis() {
    let plain = Plain::new("ways_many");
    assert_eq!(plain.run(&[]).cell, "computed 10 1");
    plain.forget_snapshots();
    std::thread::scope(|scope| {
        let started: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| plain.started().cell))
            .collect();
        for cell in started.into_iter().map(|thread| thread.join().unwrap()) {
            assert_eq!(cell, "served 10 1");
        }
    });
}

#[test]
fn another_runner_is_kept_with_mamo_and_without_and_the_end_of_the_program_is_its_own() {
    let project = Project::new(&[
        (
            "src/main.rs",
            "fn main() { println!(\"{:?} {:?}\", std::env::args().skip(1).collect::<Vec<_>>(), std::env::var(\"SEEN\")); std::process::exit(7) }",
        ),
        (
            ".cargo/config.toml",
            "[target.'cfg(unix)']\nrunner = 'env SEEN=1'\n",
        ),
    ]);
    let run = |installed: bool| {
        let mut command = project.cargo(&["run", "--quiet", "--", "a b", "--chain=1"]);
        let own = Path::new(env!("CARGO_BIN_EXE_cargo-mamo"))
            .parent()
            .unwrap();
        let path = std::env::var_os("PATH").unwrap();
        let others = std::env::split_paths(&path).filter(|dir| !dir.join("cargo-mamo").exists());
        let dirs = installed
            .then(|| own.to_path_buf())
            .into_iter()
            .chain(others);
        command.env("PATH", std::env::join_paths(dirs).unwrap());
        command.output().unwrap()
    };
    if cfg!(unix) {
        assert!(project.mamo(&["init"]).stdout.contains("is started by it"));
        // Where it is installed beside cargo, it cannot be hidden.
        let path = std::env::var_os("PATH").unwrap();
        let mut dirs = std::env::split_paths(&path);
        let beside = dirs.any(|dir| dir.join("cargo").exists() && dir.join("cargo-mamo").exists());
        for installed in [true, false]
            .into_iter()
            .filter(|installed| *installed || !beside)
        {
            let output = run(installed);
            let stderr = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(7), "{installed}: {stderr}");
            let stdout = String::from_utf8_lossy(&output.stdout);
            assert_eq!(
                stdout, "[\"a b\", \"--chain=1\"] Ok(\"1\")\n",
                "{installed}"
            );
        }
    }
}

#[test]
fn a_program_without_the_runtime_is_started_and_nothing_else_done() {
    let project = Project::new(&[("src/main.rs", "fn main() { println!(\"value 1\"); }")]);
    let own = Path::new(env!("CARGO_BIN_EXE_cargo-mamo"))
        .parent()
        .unwrap();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let dirs = std::iter::once(own.to_path_buf()).chain(std::env::split_paths(&path));
    let path = std::env::join_paths(dirs).unwrap();
    assert_eq!(project.mamo(&["init"]).code, Some(0));
    let started = start(project.cargo(&["run", "--quiet"]).env("PATH", path));
    assert_eq!(
        (started.cell.as_str(), started.stderr.as_str()),
        ("served 1", "")
    );
    let made = project.path("target/mamo/v1/footings-2").exists();
    assert!(!made, "nothing is looked into");
}
