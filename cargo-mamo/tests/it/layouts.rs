//! What a new user meets, wherever cargo puts what it builds: its older layout and its newer one, with and without a build
//! directory of its own. And what no layout tells, which must not count as nothing.

use crate::project::{Outcome, Project, names};
use std::collections::BTreeSet;

/// Variables that make cargo choose a layout.
const LAYOUTS: [&[(&str, &str)]; 4] = [&[], &NEWER, &[ELSEWHERE], &[NEWER[0], NEWER[1], ELSEWHERE]];
const NEWER: [(&str, &str); 2] = [
    ("RUSTC_BOOTSTRAP", "1"),
    ("CARGO_UNSTABLE_BUILD_DIR_NEW_LAYOUT", "true"),
];
const ELSEWHERE: (&str, &str) = ("CARGO_BUILD_BUILD_DIR", "elsewhere");

/// A project, and how cargo is called in it.
struct User {
    project: Project,
    layout: &'static [(&'static str, &'static str)],
}

impl User {
    /// One for each layout.
    fn each(files: &[(&str, &str)]) -> impl Iterator<Item = Self> {
        LAYOUTS.into_iter().map(move |layout| Self {
            project: Project::new(files),
            layout,
        })
    }

    fn mamo(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Outcome {
        self.project
            .mamo_with(arguments, &[self.layout, variables].concat())
    }

    /// Names of the tests that ran, and of those that failed; that plain cargo fails as well is looked at, too.
    fn ran(&self, variables: &[(&str, &str)]) -> BTreeSet<String> {
        let arguments = ["test", "--no-fail-fast", "--message-format", "json"];
        let outcome = self.mamo(&arguments, variables);
        assert!(
            matches!(outcome.code, Some(0 | 101)),
            "{:?}: {}",
            self.layout,
            outcome.stderr
        );
        let mut plain = self.project.cargo(&["test", "--no-fail-fast", "--quiet"]);
        plain.envs([self.layout, variables].concat());
        let plain = plain.output().unwrap().status;
        assert_eq!(plain.code(), outcome.code, "{:?}", self.layout);
        let events = outcome.events().into_iter();
        let ran = events.filter(|event| event["plan"] == "run");
        ran.map(|event| event["name"].as_str().unwrap().to_owned())
            .collect()
    }
}

#[test]
fn a_binary_and_the_test_that_starts_it_are_followed_in_every_layout() {
    const MAIN: &str = "fn word() -> &'static str { \"one\" }\nfn main() { print!(\"{}\", word()) }\n\
        #[test] fn unit() { assert_eq!(word(), \"one\") }\n#[test] fn apart() {}\n";
    const TEST: &str = "#[test] fn starts() {\n let program = env!(\"CARGO_BIN_EXE_demo-bin\");\n\
        let output = std::process::Command::new(program).output().unwrap();\n assert_eq!(output.stdout, b\"one\") }\n";
    let files = [("src/bin/demo-bin.rs", MAIN), ("tests/t.rs", TEST)];
    for user in User::each(&files) {
        assert_eq!(user.ran(&[]), names(&["unit", "apart", "starts"]));
        assert_eq!(user.ran(&[]), names(&[]), "{:?}", user.layout);
        let edited = MAIN.replace("{ \"one\" }", "{ \"two\" }");
        user.project.write("src/bin/demo-bin.rs", &edited);
        assert_eq!(user.ran(&[]), names(&["unit", "starts"]));
        user.project.write("src/bin/demo-bin.rs", MAIN);
        assert_eq!(user.ran(&[]), names(&[]), "{:?}", user.layout);
    }
}

#[test]
fn what_a_build_script_asks_to_be_run_again_for_counts_in_every_layout() {
    const SCRIPT: &str = "fn main() {\n println!(\"cargo::rerun-if-changed=../outside.txt\");\n\
        println!(\"cargo::rerun-if-env-changed=DEMO_MODE\");\n\
        println!(\"cargo::rustc-env=MODE={}\", std::env::var(\"DEMO_MODE\").unwrap_or_default());\n\
        println!(\"cargo::rustc-env=TEXT={}\", std::fs::read_to_string(\"../outside.txt\").unwrap()) }\n";
    const LIB: &str = "#[test] fn mode() { assert_eq!(env!(\"MODE\"), \"\") }\n\
        #[test] fn text() { assert_eq!(env!(\"TEXT\"), \"one\") }\n";
    let manifest = "[package]\nname = \"p\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";
    let files = [
        (
            "Cargo.toml",
            "[workspace]\nmembers = [\"p\"]\nresolver = \"2\"\n",
        ),
        ("p/Cargo.toml", manifest),
        ("p/build.rs", SCRIPT),
        ("p/src/lib.rs", LIB),
        ("outside.txt", "one"),
    ];
    for user in User::each(&files) {
        assert_eq!(user.ran(&[]), names(&["mode", "text"]));
        assert_eq!(user.ran(&[]), names(&[]), "{:?}", user.layout);
        user.project.write("outside.txt", "two");
        assert!(user.ran(&[]).contains("text"), "{:?}", user.layout);
        user.project.write("outside.txt", "one");
        assert_eq!(user.ran(&[]), names(&[]), "{:?}", user.layout);
        let mode = [("DEMO_MODE", "x")];
        assert!(user.ran(&mode).contains("mode"), "{:?}", user.layout);
    }
}

#[test]
fn what_a_library_that_is_loaded_includes_counts_for_those_who_link_it_in_every_layout() {
    let member = |name: &str, more: &str| {
        format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n{more}")
    };
    let loaded = member("a", "[lib]\ncrate-type = [\"cdylib\", \"rlib\"]\n");
    let user = member("b", "[dependencies]\na = { path = \"../a\" }\n");
    let test = "#[test] fn text() { assert_eq!(a::n(), \"one\") }\n";
    let files = [
        (
            "Cargo.toml",
            "[workspace]\nmembers = [\"a\", \"b\"]\nresolver = \"2\"\n",
        ),
        ("a/Cargo.toml", &loaded),
        ("a/src/lib.rs", "#[test] fn unit() {}\n"),
        ("a/src/n.txt", "one"),
        ("b/Cargo.toml", &user),
        ("b/src/lib.rs", ""),
        ("b/tests/t.rs", "#[test] fn text() {}\n"),
    ];
    for user in User::each(&files) {
        assert_eq!(user.ran(&[]), names(&["unit", "text"]));
        user.project.write(
            "a/src/lib.rs",
            "pub fn n() -> &'static str { include_str!(\"n.txt\") }\n#[test] fn unit() {}\n",
        );
        user.project.write("b/tests/t.rs", test);
        // What was written just before a build is built again.
        user.mamo(&["test", "-p", "b"], &[]);
        user.mamo(&["test", "-p", "b"], &[]);
        let again = user.mamo(&["test", "-p", "b"], &[]).stdout;
        assert!(again.contains("1 reused, 0 run"), "{again}");
        user.project.write("a/src/n.txt", "two");
        let outcome = user.mamo(&["test", "-p", "b"], &[]);
        assert_eq!(outcome.code, Some(101), "{:?}", user.layout);
    }
}

#[test]
fn where_two_libraries_put_a_file_of_one_name_nothing_that_links_it_is_remembered() {
    let member = |name: &str, more: &str| {
        format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n{more}")
    };
    let lib = "[lib]\nname = \"same\"\ncrate-type = [\"cdylib\", \"rlib\"]\n";
    let (one, other) = (member("one", lib), member("other", lib));
    let users = ["one", "other"].map(|name| {
        let dependency = format!("[dependencies]\n{name} = {{ path = \"../{name}\" }}\n");
        member(&format!("user-of-{name}"), &dependency)
    });
    let project = Project::new(&[
        (
            "Cargo.toml",
            "[workspace]\nmembers = [\"one\", \"other\", \"user-of-one\", \"user-of-other\"]\nresolver = \"2\"\n",
        ),
        ("one/Cargo.toml", &one),
        ("one/src/lib.rs", "pub fn f() {}\n"),
        ("other/Cargo.toml", &other),
        ("other/src/lib.rs", "pub fn f() {}\n"),
        ("user-of-one/Cargo.toml", &users[0]),
        ("user-of-one/src/lib.rs", "#[test] fn links() {}\n"),
        ("user-of-other/Cargo.toml", &users[1]),
        ("user-of-other/src/lib.rs", "#[test] fn links() {}\n"),
    ]);
    for _ in 0..3 {
        let outcome = project.mamo(&["test", "--lib"]);
        let said = format!("{}{}", outcome.stdout, outcome.stderr);
        assert!(said.contains("0 reused, 2 run"), "{said}");
        assert!(
            said.contains("every test of `other` (target `same`) runs"),
            "{said}"
        );
    }
}

#[test]
fn a_lockfile_that_configuration_names_counts() {
    let config = "[resolver]\nlockfile-path = \"locks/Cargo.lock\"\n";
    let project = Project::new(&[
        (".cargo/config.toml", config),
        ("src/lib.rs", "#[test] fn a() {}\n"),
    ]);
    project.write(
        "locks/Cargo.lock",
        "version = 4\n\n[[package]]\nname = \"demo\"\nversion = \"0.1.0\"\n",
    );
    project.mamo(&["test", "--lib"]);
    let plan = || project.mamo(&["test", "--lib", "--dry-run"]).stderr;
    assert!(!plan().contains("Finished"), "cargo is not asked");
    project.write(
        "locks/Cargo.lock",
        "version = 4\n# other\n[[package]]\nname = \"demo\"\nversion = \"0.1.0\"\n",
    );
    assert!(plan().contains("Finished"), "cargo is asked");
}

#[test]
fn a_directory_that_cargo_builds_in_may_hold_the_package_and_its_data() {
    const LIB: &str = "#[test] fn data() { assert_eq!(std::fs::read_to_string(\"data.txt\").unwrap(), \"one\") }\n";
    let project = Project::new(&[("src/lib.rs", LIB), ("data.txt", "one")]);
    for variable in ["CARGO_TARGET_DIR", "CARGO_BUILD_BUILD_DIR"] {
        project.write("data.txt", "one");
        let here = [(variable, ".")];
        assert_eq!(project.mamo_with(&["test"], &here).code, Some(0));
        project.write("data.txt", "two");
        let outcome = project.mamo_with(&["test"], &here);
        assert_eq!(outcome.code, Some(101), "{}", outcome.stderr);
    }
}

#[test]
fn a_vendored_package_counts_by_what_it_holds() {
    const CONFIG: &str = "[source.crates-io]\nreplace-with = \"vendored\"\n[source.vendored]\ndirectory = \"vendor\"\n";
    let manifest = "[package]\nname = \"demo\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[dependencies]\ndep = \"1\"\n";
    let project = Project::new(&[
        ("Cargo.toml", manifest),
        (".cargo/config.toml", CONFIG),
        (
            "src/lib.rs",
            "#[test] fn uses() { assert_eq!(dep::n(), 1) }\n",
        ),
        (
            "vendor/dep/Cargo.toml",
            "[package]\nname = \"dep\"\nversion = \"1.0.0\"\nedition = \"2024\"\n",
        ),
        ("vendor/dep/.cargo-checksum.json", "{\"files\":{}}"),
        ("vendor/dep/src/lib.rs", "pub fn n() -> u8 { 1 }\n"),
    ]);
    // What was written just before a build is built again.
    project.mamo(&["test", "--lib"]);
    project.mamo(&["test", "--lib"]);
    assert_eq!(project.ran(&["--lib"]), names(&[]));
    project.write("vendor/dep/src/lib.rs", "pub fn n() -> u8 { 2 }\n");
    let misled = project.mamo(&["test", "--lib"]);
    assert!(
        misled.stderr.contains("cargo calls `dep` fresh"),
        "{}",
        misled.stderr
    );
    assert_eq!(project.ran(&["--lib"]), names(&["uses"]));
    assert!(
        project
            .cargo(&["clean", "-p", "dep"])
            .status()
            .unwrap()
            .success()
    );
    assert_eq!(project.mamo(&["test", "--lib"]).code, Some(101));
    project.write("vendor/dep/src/lib.rs", "pub fn n() -> u8 { 1 }\n");
    assert!(
        project
            .cargo(&["clean", "-p", "dep"])
            .status()
            .unwrap()
            .success()
    );
    assert_eq!(project.mamo(&["test", "--lib"]).code, Some(0));
}

#[test]
fn what_a_build_script_would_read_counts_although_cargo_does_not_run_it_again() {
    let files = [
        (
            "build.rs",
            "fn main() { println!(\"cargo::rerun-if-changed=text\");\n\
                println!(\"cargo::rustc-env=TEXT={}\", std::fs::read_to_string(\"text\").unwrap()); }",
        ),
        ("text", "one"),
        ("older", "two"),
        (
            "src/lib.rs",
            "#[test] fn reads() { assert_eq!(env!(\"TEXT\"), \"one\"); }",
        ),
    ];
    let reads = BTreeSet::from(["reads".to_owned()]);
    for user in User::each(&files) {
        assert_eq!(user.ran(&[]), reads);
        assert_eq!(user.ran(&[]), BTreeSet::new());
        // With its older time: to cargo nothing is different.
        std::fs::rename(user.project.path("older"), user.project.path("text")).unwrap();
        let outcome = user.mamo(&["test"], &[]);
        let said = "did not run the build script of `demo` again";
        let ran = outcome.stdout.contains("0 reused, 1 run");
        assert!(
            outcome.code == Some(0) && outcome.stderr.contains(said) && ran,
            "{}{}",
            outcome.stdout,
            outcome.stderr
        );
        user.project.write("text", "two");
        assert_eq!(user.mamo(&["test"], &[]).code, Some(101));
        user.project.write("text", "one");
        assert_eq!(user.ran(&[]), BTreeSet::new());
    }
}
