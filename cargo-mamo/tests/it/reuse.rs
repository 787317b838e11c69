//! What runs and what is reused.

use crate::project::{Project, names};

const LIB: &str = "
pub fn leaf() -> u32 { 1 }
pub fn other() -> u32 { 2 }
#[test] fn a() { assert_eq!(leaf(), 1); }
#[test] fn b() { assert_eq!(other(), 2); }
#[test] #[ignore] fn slow() {}
";

#[test]
fn an_edit_runs_the_tests_that_reach_it_a_failure_stays_and_undoing_reuses() {
    let project = Project::new(&[("src/lib.rs", LIB)]);
    let first = project.mamo(&["test", "--lib"]);
    assert_eq!(first.code, Some(0), "{}", first.stderr);
    assert!(
        first
            .stdout
            .contains("mamo: 0 reused, 2 run, 0 failed, 1 ignored"),
        "{}",
        first.stdout
    );
    assert!(project.ran(&["--lib"]).is_empty());

    project.write("src/lib.rs", &format!("// a comment\n{LIB}"));
    assert!(project.ran(&["--lib"]).is_empty());

    project.write("src/lib.rs", &LIB.replace("{ 1 }", "{ 9 }"));
    let broken = project.mamo(&["test", "--lib"]);
    assert_eq!(broken.code, Some(101));
    assert!(
        broken
            .stdout
            .contains("mamo: 1 reused, 1 run, 1 failed, 1 ignored"),
        "{}",
        broken.stdout
    );
    assert!(
        broken.stdout.contains("demo::leaf (src/lib.rs:2) changed"),
        "{}",
        broken.stdout
    );
    assert_eq!(project.ran(&["--lib"]), names(&["a"]));

    project.write("src/lib.rs", LIB);
    // The failure was another code's: this one has passed.
    assert!(project.ran(&["--lib"]).is_empty());
}

#[test]
fn skipping_by_filter_is_not_reuse_and_all_runs_all() {
    let project = Project::new(&[("src/lib.rs", LIB)]);
    assert_eq!(project.ran(&["--lib", "a", "--", "--exact"]), names(&["a"]));
    assert_eq!(project.ran(&["--lib"]), names(&["b"]));
    assert_eq!(
        project.ran(&["--lib", "--all", "--", "--skip", "b"]),
        names(&["a"])
    );
    assert_eq!(project.ran(&["--lib", "--", "--ignored"]), names(&["slow"]));
    assert_eq!(
        project.planned("reuse", &["test", "--lib", "--", "--include-ignored"]),
        names(&["a", "b", "slow"])
    );
}

#[test]
fn every_kind_of_target_is_run_once() {
    let manifest = "[package]\nname = \"demo\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[[test]]\nname = \"own\"\nharness = false\n";
    let project = Project::new(&[
        ("Cargo.toml", manifest),
        (
            "build.rs",
            "fn main() { println!(\"cargo::rustc-env=MADE=5\"); println!(\"cargo::rerun-if-changed=build.rs\"); }",
        ),
        (
            "src/lib.rs",
            "/// ```\n/// assert_eq!(demo::f(), 5);\n/// ```\npub fn f() -> u32 { env!(\"MADE\").parse().unwrap() }\n#[test] fn unit() {}",
        ),
        (
            "src/bin/prog.rs",
            "fn main() { std::process::exit(demo::f() as i32) }\n#[test] fn in_bin() {}",
        ),
        (
            "tests/it.rs",
            "#[test] fn child() { let s = std::process::Command::new(env!(\"CARGO_BIN_EXE_prog\")).status().unwrap(); assert_eq!(s.code(), Some(5)); }",
        ),
        (
            "tests/own.rs",
            "fn main() { assert_eq!(std::env::var(\"CARGO_PKG_NAME\").unwrap(), \"demo\"); }",
        ),
    ]);
    let ran = project.ran(&[]);
    assert_eq!(
        ran,
        names(&["unit", "in_bin", "child", "main", "src/lib.rs - f (line 1)"])
    );
    assert!(project.ran(&[]).is_empty());
    let reused = project.planned("reuse", &["test", "--dry-run"]);
    assert_eq!(reused, ran);

    project.write("build.rs", "fn main() { println!(\"cargo::rustc-env=MADE=6\"); println!(\"cargo::rerun-if-changed=build.rs\"); }");
    let outcome = project.mamo(&["test", "--no-fail-fast", "--message-format", "json"]);
    let failed: Vec<_> = outcome
        .events()
        .into_iter()
        .filter(|event| event["outcome"] == "failed")
        .collect();
    let failed = failed
        .iter()
        .map(|event| event["name"].as_str().unwrap())
        .collect::<Vec<_>>();
    assert_eq!(failed, ["child", "src/lib.rs - f (line 1)"]);
    // A doctest that failed marks its library's whole group, until the code is again what it passed with.
    assert_eq!(project.ran(&["--doc"]), names(&["src/lib.rs - f (line 1)"]));
    project.write(
        "build.rs",
        "fn main() { println!(\"cargo::rustc-env=MADE=5\"); println!(\"cargo::rerun-if-changed=build.rs\"); }",
    );
    assert!(project.ran(&["--doc"]).is_empty());
}

#[test]
fn a_flaky_failure_takes_back_the_pass_of_the_same_code() {
    let flaky = "#[test] fn t() { assert!(std::path::Path::new(concat!(env!(\"CARGO_TARGET_TMPDIR\"), \"/ok\")).exists()) }";
    let project = Project::new(&[
        ("src/lib.rs", ""),
        ("tests/it.rs", flaky),
        ("target/tmp/ok", ""),
    ]);
    assert_eq!(project.mamo(&["test", "--test", "it"]).code, Some(0));
    std::fs::remove_file(project.path("target/tmp/ok")).unwrap();
    assert_eq!(
        project.mamo(&["test", "--test", "it", "--all"]).code,
        Some(101)
    );
    assert_eq!(project.ran(&["--test", "it"]), names(&["t"]));
}

#[test]
fn a_test_that_ends_its_process_is_not_remembered() {
    let project = Project::new(&[(
        "src/lib.rs",
        "#[test] fn a() {}\n#[test] fn z() { std::process::exit(0) }",
    )]);
    let run = |project: &Project| project.mamo(&["test", "--lib", "--", "--test-threads", "1"]);
    let first = run(&project);
    assert!(
        first.stderr.contains("without a result"),
        "{}",
        first.stderr
    );
    assert_eq!(
        project.planned("run", &["test", "--lib", "--dry-run"]),
        names(&["z"])
    );
}

#[test]
fn two_at_once_lose_nothing() {
    let project = Project::new(&[("src/lib.rs", LIB)]);
    std::thread::scope(|scope| {
        let runs =
            ["a", "b"].map(|name| scope.spawn(|| project.mamo(&["test", "--lib", name]).code));
        for run in runs {
            assert_eq!(run.join().unwrap(), Some(0));
        }
    });
    assert!(
        project
            .planned("run", &["test", "--lib", "--dry-run"])
            .is_empty()
    );
}

#[test]
fn a_program_runs_with_its_arguments_and_exit_code() {
    let project = Project::new(&[(
        "src/main.rs",
        "fn main() { assert_eq!(std::env::args().skip(1).collect::<Vec<_>>(), [\"-x\", \"a b\"]); std::process::exit(7) }",
    )]);
    assert_eq!(project.mamo(&["run", "--", "-x", "a b"]).code, Some(7));
}

#[test]
fn a_data_file_in_a_submodule_counts() {
    let inner = Project::new(&[("Cargo.toml", ""), ("data.txt", "one")]);
    inner.git(&["init", "--quiet"]);
    inner.git(&["add", "data.txt"]);
    inner.git(&["commit", "--quiet", "-m", "data"]);
    let test = "#[test]\nfn reads() { assert!(std::fs::read_to_string(\"given/data.txt\").is_ok()); }\n#[test]\nfn plain() {}\n";
    let project = Project::new(&[("src/lib.rs", test), (".gitignore", "target\n")]);
    project.git(&["init", "--quiet"]);
    let from = inner.path("");
    let allow = ["-c", "protocol.file.allow=always"];
    let add = [
        "submodule",
        "--quiet",
        "add",
        from.to_str().unwrap(),
        "given",
    ];
    project.git(&[&allow[..], &add].concat());
    assert_eq!(project.ran(&["--lib"]), names(&["plain", "reads"]));
    assert_eq!(project.ran(&["--lib"]), names(&[]));
    project.write("given/data.txt", "two");
    assert_eq!(project.ran(&["--lib"]), names(&["reads"]));
}

#[test]
fn a_module_that_a_cfg_leaves_out_is_source_and_no_data() {
    let library = "#[cfg(fuzzing)]\nmod fuzz;\n#[cfg(test)]\nmod tests {\n\
        fn text(name: &str) -> String { std::fs::read_to_string(format!(\"{}/{name}\", env!(\"CARGO_MANIFEST_DIR\"))).unwrap() }\n\
        #[test] fn data() { assert!(!text(\"data.txt\").is_empty()); }\n\
        #[test] fn inner() { assert!(!text(\"src/fuzz/inner.rs\").is_empty()); }\n}\n";
    let project = Project::new(&[
        ("src/lib.rs", library),
        ("src/fuzz.rs", "mod inner;\n"),
        ("src/fuzz/inner.rs", "fn inner() {}\n"),
        ("data.txt", "1"),
    ]);
    assert_eq!(project.ran(&["--lib"]).len(), 2);
    project.write("src/fuzz.rs", "// why\nmod inner;\nfn outer() {}\n");
    assert_eq!(project.ran(&["--lib"]), names(&[]));
    project.write("src/fuzz/inner.rs", "fn inner() { 1 + 1; }\n");
    assert_eq!(project.ran(&["--lib"]), names(&["tests::inner"]));
    project.write("data.txt", "2");
    assert_eq!(
        project.ran(&["--lib"]),
        names(&["tests::data", "tests::inner"])
    );
}
