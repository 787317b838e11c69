//! Changes of the world that once left a test out although it fails: each is made where all tests passed, and the test that
//! it breaks must fail.

use crate::project::Project;
use std::time::{Duration, Instant};

/// Longer than a file must have been left alone to be known by its looks.
const LEFT_ALONE: Duration = Duration::from_millis(2300);

/// What an edit breaks.
type Edit = (&'static str, fn(&Project), fn(&Project));

fn test(project: &Project) -> crate::project::Outcome {
    project.mamo(&["test", "--no-fail-fast"])
}

fn passes(project: &Project, when: &str) {
    let outcome = test(project);
    assert_eq!(
        outcome.code,
        Some(0),
        "{when}: {}{}",
        outcome.stdout,
        outcome.stderr
    );
}

fn fails(project: &Project, name: &str) {
    let outcome = test(project);
    let said = format!("test {name} ... FAILED");
    let all = outcome.stdout + &outcome.stderr;
    assert!(
        outcome.code == Some(101) && all.contains(&said),
        "`{said}` is missing:\n{all}"
    );
}

/// Each edit by itself, in what has been left alone for a while.
fn each(project: &Project, edits: &[Edit]) {
    passes(project, "at first");
    for (name, edit, undo) in edits {
        std::thread::sleep(LEFT_ALONE);
        passes(project, "left alone");
        edit(project);
        fails(project, name);
        undo(project);
        passes(project, name);
    }
}

#[cfg(unix)]
fn mode(project: &Project, path: &str, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(project.path(path), PermissionsExt::from_mode(mode)).unwrap();
}

#[cfg(unix)]
fn link(project: &Project, path: &str, to: &str) {
    std::os::unix::fs::symlink(to, project.path(path)).unwrap();
}

fn remove(project: &Project, path: &str) {
    std::fs::remove_file(project.path(path)).unwrap();
}

const FILES: &str = r#"
use std::fs;
#[test] fn starts() { assert!(std::process::Command::new("./start").status().is_ok_and(|status| status.success())); }
#[test] fn plain() { assert!(fs::symlink_metadata("kinds/one").unwrap().is_file()); }
#[test] fn counts() { assert_eq!(fs::read_dir("kinds").unwrap().count(), 2); }
fn all(dir: &std::path::Path) -> String {
    let paths = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    paths.map(|path| if path.is_dir() { all(&path) } else { fs::read_to_string(path).unwrap() }).collect()
}
#[test] fn walks() { assert!(!all("texts".as_ref()).contains("wrong")); }
#[test] fn beyond() { assert!(!all("../beside".as_ref()).contains("wrong")); }
"#;

#[cfg(unix)]
#[test]
fn all_that_a_test_sees_of_files_counts() {
    for git in [false, true] {
        let project = Project::new(&[
            (
                "Cargo.toml",
                "[workspace]\nmembers = [\"a\"]\nresolver = \"2\"\n",
            ),
            (
                "a/Cargo.toml",
                "[package]\nname = \"a\"\nversion = \"0.1.0\"\nedition = \"2021\"\n",
            ),
            ("a/src/lib.rs", ""),
            ("a/tests/files.rs", FILES),
            ("a/start", "#!/bin/sh\n"),
            ("a/kinds/one", "1"),
            ("a/kinds/two", "1"),
            ("a/texts/.hidden/one", "right"),
            ("shared/one", "right"),
            ("beside/one", "right"),
            (".gitignore", "target\n"),
        ]);
        mode(&project, "a/start", 0o755);
        link(&project, "a/texts/shared", "../../shared");
        if git {
            project.git(&["init", "--quiet"]);
        }
        let edits: &[Edit] = &[
            (
                "starts",
                |at| mode(at, "a/start", 0o644),
                |at| mode(at, "a/start", 0o755),
            ),
            (
                "plain",
                |at| {
                    remove(at, "a/kinds/one");
                    link(at, "a/kinds/one", "two");
                },
                |at| {
                    remove(at, "a/kinds/one");
                    at.write("a/kinds/one", "1");
                },
            ),
            (
                "counts",
                |at| std::fs::create_dir(at.path("a/kinds/three")).unwrap(),
                |at| std::fs::remove_dir(at.path("a/kinds/three")).unwrap(),
            ),
            (
                "walks",
                |at| at.write("a/texts/.hidden/one", "wrong"),
                |at| at.write("a/texts/.hidden/one", "right"),
            ),
            (
                "walks",
                |at| at.write("shared/one", "wrong"),
                |at| at.write("shared/one", "right"),
            ),
            (
                "walks",
                |at| at.write("shared/two", "wrong"),
                |at| remove(at, "shared/two"),
            ),
            (
                "beyond",
                |at| at.write("beside/two", "wrong"),
                |at| remove(at, "beside/two"),
            ),
        ];
        each(&project, edits);
    }
}

const SCRIPT: &str = r#"
use std::io::Write;
fn main() {
    std::io::stdout().write_all(b"\xff\n").unwrap();
    println!("  cargo:rerun-if-changed=../blanks ");
    println!("cargo::rerun-if-changed=named");
    for (name, path) in [("BLANKS", "../blanks"), ("KEPT", "named/.gitkeep"), ("LINKED", "named/linked/one")] {
        println!("cargo::rustc-env={name}={}", std::fs::read_to_string(path).unwrap());
    }
}
"#;

#[cfg(unix)]
#[test]
fn inputs_of_build_scripts_are_those_that_cargo_takes() {
    let project = Project::new(&[
        (
            "Cargo.toml",
            "[workspace]\nmembers = [\"a\"]\nresolver = \"2\"\n",
        ),
        (
            "a/Cargo.toml",
            "[package]\nname = \"a\"\nversion = \"0.1.0\"\nedition = \"2021\"\n",
        ),
        ("a/build.rs", SCRIPT),
        (
            "a/src/lib.rs",
            "#[test] fn blanks() { assert_eq!(env!(\"BLANKS\"), \"1\"); }
            #[test] fn kept() { assert_eq!(env!(\"KEPT\"), \"1\"); }
            #[test] fn linked() { assert_eq!(env!(\"LINKED\"), \"1\"); }",
        ),
        ("blanks", "1"),
        ("a/named/.gitkeep", "1"),
        ("shared/one", "1"),
    ]);
    link(&project, "a/named/linked", "../../shared");
    link(&project, "a/named/back", ".");
    each(
        &project,
        &[
            (
                "blanks",
                |at| at.write("blanks", "2"),
                |at| at.write("blanks", "1"),
            ),
            (
                "kept",
                |at| at.write("a/named/.gitkeep", "2"),
                |at| at.write("a/named/.gitkeep", "1"),
            ),
            (
                "linked",
                |at| at.write("shared/one", "2"),
                |at| at.write("shared/one", "1"),
            ),
        ],
    );
}

fn outer(description: &str) -> String {
    format!(
        "[workspace]\nmembers = [\"dep\"]\n[workspace.package]\ndescription = \"{description}\"\n"
    )
}

fn manifest(first: &str, second: &str) -> String {
    format!(
        "[package]\nname = \"demo\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[workspace]\nmembers = [\"more?\"]\n[dependencies]
        dep = {{ path = \"../outer/dep\" }}\na = {{ path = \"../{first}\", package = \"{first}\" }}\nb = {{ path = \"../{second}\", package = \"{second}\" }}
        v1 = {{ path = \"../v1\", package = \"v\" }}\nv2 = {{ path = \"../v2\", package = \"v\" }}\n"
    )
}

fn package(name: &str, version: &str) -> String {
    format!("[package]\nname = \"{name}\"\nversion = \"{version}\"\nedition = \"2021\"\n")
}

/// A project in a directory below its own, so that others can lie beside it.
#[test]
fn packages_beside_the_workspace_count_by_name_version_and_what_they_inherit() {
    let dependency = "[package]\nname = \"dep\"\nversion = \"0.1.0\"\nedition = \"2021\"\ndescription.workspace = true\n";
    let reads = "pub fn says() -> &'static str { env!(\"CARGO_PKG_DESCRIPTION\") }
        pub fn reads() -> String { std::fs::read_to_string(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/text\")).unwrap() }";
    let tests = "#[test] fn inherits() { assert_eq!(dep::says(), \"1\"); }
        #[test] fn reads() { assert_eq!(dep::reads(), \"1\"); }
        #[test] fn renamed() { assert_eq!((a::name(), b::name()), (\"x\", \"y\")); }
        #[test] fn versions() { assert_eq!((v1::name(), v2::name()), (\"1\", \"2\")); }";
    let name = |name: &str| format!("pub fn name() -> &'static str {{ {name:?} }}");
    let project = Project::new(&[
        (
            "Cargo.toml",
            "[workspace]\nmembers = []\nexclude = [\"ws\", \"x\", \"y\", \"v1\", \"v2\", \"outer\"]\n",
        ),
        ("outer/Cargo.toml", &outer("1")),
        ("outer/dep/Cargo.toml", dependency),
        ("outer/dep/src/lib.rs", reads),
        ("outer/dep/text", "1"),
        ("x/Cargo.toml", &package("x", "0.1.0")),
        ("x/src/lib.rs", &name("x")),
        ("y/Cargo.toml", &package("y", "0.1.0")),
        ("y/src/lib.rs", &name("y")),
        ("v1/Cargo.toml", &package("v", "1.0.0")),
        ("v1/src/lib.rs", &name("1")),
        ("v2/Cargo.toml", &package("v", "2.0.0")),
        ("v2/src/lib.rs", &name("2")),
        ("ws/Cargo.toml", &manifest("x", "y")),
        ("ws/src/lib.rs", ""),
        ("ws/more0/Cargo.toml", &package("more0", "0.1.0")),
        ("ws/more0/src/lib.rs", ""),
        ("ws/tests/all.rs", tests),
    ]);
    let test = || {
        let mut command = project.command(&["test", "--no-fail-fast", "--workspace"], &[]);
        let output = command.current_dir(project.path("ws")).output().unwrap();
        let text = [output.stdout, output.stderr].concat();
        (
            output.status.code(),
            String::from_utf8_lossy(&text).into_owned(),
        )
    };
    let passes = |when: &str| {
        let (code, said) = test();
        assert_eq!(code, Some(0), "{when}: {said}");
    };
    let fails = |name: &str| {
        let (code, said) = test();
        let failed = said.contains(&format!("test {name} ... FAILED"));
        assert!(code == Some(101) && failed, "{name}: {said}");
    };
    passes("at first");
    std::thread::sleep(LEFT_ALONE);
    passes("left alone");
    project.write("outer/Cargo.toml", &outer("2"));
    fails("inherits");
    project.write("outer/Cargo.toml", &outer("1"));
    project.write("outer/dep/text", "2");
    fails("reads");
    project.write("outer/dep/text", "1");
    project.write("ws/Cargo.toml", &manifest("y", "x"));
    fails("renamed");
    project.write("ws/Cargo.toml", &manifest("x", "y"));
    project.write("v1/src/lib.rs", &name("2"));
    project.write("v2/src/lib.rs", &name("1"));
    fails("versions");
    project.write("v1/src/lib.rs", &name("1"));
    project.write("v2/src/lib.rs", &name("2"));
    passes("undone");
    project.write("ws/more1/Cargo.toml", &package("more1", "0.1.0"));
    project.write("ws/more1/src/lib.rs", "#[test] fn more() { panic!(); }");
    fails("more");
}

#[test]
fn namesakes_that_change_places_are_noticed() {
    let text = |one: u32, two: u32| {
        format!(
            "pub trait Size {{ fn size() -> u32; }} pub struct A; pub struct B;
            const _: () = {{ fn own() -> u32 {{ {one} }} impl Size for A {{ fn size() -> u32 {{ own() }} }} }};
            const _: () = {{ fn own() -> u32 {{ {two} }} impl Size for B {{ fn size() -> u32 {{ own() }} }} }};
            macro_rules! now {{ () => {{ {one} }} }}
            fn early() -> u32 {{ now!() }}
            macro_rules! now {{ () => {{ {two} }} }}
            fn late() -> u32 {{ now!() }}
            #[test] fn sizes() {{ assert_eq!((A::size(), B::size()), (1, 2)); }}
            #[test] fn times() {{ assert_eq!((early(), late()), (1, 2)); }}"
        )
    };
    let project = Project::new(&[("src/lib.rs", &text(1, 2))]);
    passes(&project, "at first");
    project.write("src/lib.rs", &text(2, 1));
    fails(&project, "sizes");
    fails(&project, "times");
}

#[test]
fn what_starts_programs_and_what_configuration_includes_counts() {
    let lib = "#[test] fn unset() { assert!(std::env::var(\"DEMO_RUN\").is_err()); }
        #[test] fn plain() { assert!(!cfg!(demo)); }
        #[test] fn traced() { assert!(std::backtrace::Backtrace::force_capture().to_string().contains(\"lib.rs\")); }";
    let config = "include = [{ path = \"more.toml\", optional = true }]\n";
    let project = Project::new(&[
        (
            "Cargo.toml",
            "[package]\nname = \"demo\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[lints.rust]\nunexpected_cfgs = \"allow\"\n",
        ),
        ("src/lib.rs", lib),
        (".cargo/config.toml", config),
    ]);
    let mut edits: Vec<Edit> = vec![(
        "traced",
        |at| at.write(".cargo/config.toml", "[profile.dev]\ndebug = false\n"),
        |at| {
            at.write(
                ".cargo/config.toml",
                "include = [{ path = \"more.toml\", optional = true }]\n",
            );
        },
    )];
    if cfg!(unix) {
        edits.push((
            "traced",
            |at| at.write(".cargo/config.toml", "[profile.dev]\nstrip = true\n"),
            |at| at.write(".cargo/config.toml", "[profile.dev]\nstrip = false\n"),
        ));
        edits.push((
            "unset",
            |at| {
                at.write(
                    ".cargo/config.toml",
                    "[target.'cfg(unix)']\nrunner = [\"env\", \"DEMO_RUN=1\"]\n",
                );
            },
            |at| {
                at.write(
                    ".cargo/config.toml",
                    "include = [{ path = \"more.toml\", optional = true }]\n",
                );
            },
        ));
    }
    each(&project, &edits);
    // Cargo before 1.94 knows no such table.
    project.write(
        ".cargo/more.toml",
        "build.rustflags = [\"--cfg\", \"demo\"]\n",
    );
    let plain = project
        .cargo(&["test", "--lib", "--target-dir", "target/plain"])
        .output()
        .unwrap();
    assert_eq!(test(&project).code, plain.status.code());
}

/// Runs mamo, and edits as soon as the build script has begun to wait.
fn edited_while_built(project: &Project, edit: impl FnOnce()) {
    let mut run = project.command(&["test"], &[]).spawn().unwrap();
    let started = Instant::now();
    while !project.path("target/begun").exists() && started.elapsed() < Duration::from_secs(120) {
        std::thread::sleep(Duration::from_millis(20));
    }
    // The clock of a file system goes in steps.
    std::thread::sleep(Duration::from_millis(100));
    edit();
    run.wait().unwrap();
}

#[test]
fn inputs_that_are_written_while_they_are_built_are_built_again() {
    let script = "fn main() {
        println!(\"cargo::rerun-if-changed=build.rs\");
        std::fs::write(\"target/begun\", \"\").unwrap();
        std::thread::sleep(std::time::Duration::from_secs(2));
    }";
    let manifest = |features: &str| {
        format!(
            "[package]\nname = \"demo\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[features]\ndefault = [{features}]\nmore = []\n"
        )
    };
    let project = Project::new(&[
        ("Cargo.toml", &manifest("")),
        ("build.rs", script),
        (
            "src/lib.rs",
            "#[test] fn few() { assert!(!cfg!(feature = \"more\")); }",
        ),
    ]);
    edited_while_built(&project, || {
        project.write("Cargo.toml", &manifest("\"more\""));
    });
    fails(&project, "few");
    let project = Project::new(&[
        ("build.rs", script),
        ("src/lib.rs", ""),
        ("tests/old.rs", "#[test] fn old() {}"),
    ]);
    edited_while_built(&project, || {
        project.write("tests/new.rs", "#[test] fn new() { panic!(); }");
    });
    fails(&project, "new");
}

#[test]
fn a_pass_of_what_plain_cargo_built_of_another_text_is_not_remembered() {
    let project = Project::new(&[
        ("src/lib.rs", "pub fn size() -> u32 { 1 }"),
        (
            "tests/all.rs",
            "#[test] fn size() { assert_eq!(demo::size(), 2); }",
        ),
    ]);
    fails(&project, "size");
    std::fs::rename(project.path("src/lib.rs"), project.path("kept")).unwrap();
    project.write("src/lib.rs", "pub fn size() -> u32 { 2 }");
    assert!(project.cargo(&["test"]).output().unwrap().status.success());
    std::fs::rename(project.path("kept"), project.path("src/lib.rs")).unwrap();
    project.write(
        "tests/all.rs",
        "#[test] fn size() { assert_eq!(demo::size(), 2, \"again\"); }",
    );
    // Cargo links what it takes for fresh.
    let misled = test(&project);
    assert!(
        misled.stderr.contains("cargo calls `demo` fresh"),
        "{}",
        misled.stderr
    );
    project.write("src/lib.rs", "pub fn size() -> u32 { 1 }");
    fails(&project, "size");
}
