//! Procedural macros that read files and variables of which cargo is not told: what their program says belongs to what they
//! read when it was compiled, not to what is there now.

use crate::project::{Outcome, Project, names};
use std::path::Path;

const MANIFEST: &str = "[workspace]\nmembers = [\"reading\"]\n\n[package]\nname = \"demo\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\nreading = { path = \"reading\" }\n";

const MACROS_MANIFEST: &str = "[package]\nname = \"reading\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[lib]\nproc-macro = true\n";

const MACROS: &str = r#"
use proc_macro::TokenStream;
#[proc_macro]
pub fn count(input: TokenStream) -> TokenStream {
    let dir = std::env::var("CARGO_MANIFEST_DIR").unwrap();
    let dir = std::path::Path::new(&dir).join(input.to_string().trim_matches('"'));
    std::fs::read_dir(dir).unwrap().count().to_string().parse().unwrap()
}
#[proc_macro]
pub fn mode(_: TokenStream) -> TokenStream {
    format!("{:?}", std::env::var("MODE").unwrap_or_default()).parse().unwrap()
}
"#;

const LIB: &str = r#"
pub fn migrations() -> usize { reading::count!("migrations") }
pub fn mode() -> &'static str { reading::mode!() }
#[test] fn counted() { assert_eq!(migrations(), 1); }
#[test] fn by_mode() { assert_eq!(mode(), ""); }
"#;

fn reading() -> Project {
    Project::new(&[
        ("Cargo.toml", MANIFEST),
        ("reading/Cargo.toml", MACROS_MANIFEST),
        ("reading/src/lib.rs", MACROS),
        ("src/lib.rs", LIB),
        ("migrations/1.sql", "one"),
        ("README.md", "demo"),
    ])
}

fn test(project: &Project, mode: Option<&str>) -> Outcome {
    let mode = mode.map(|mode| ("MODE", mode));
    project.mamo_with(&["test", "--lib", "--no-fail-fast"], mode.as_slice())
}

fn assert_fails(outcome: &Outcome, name: &str) {
    let all = format!("{}{}", outcome.stdout, outcome.stderr);
    let said = format!("test {name} ... FAILED");
    assert!(outcome.code == Some(101) && all.contains(&said), "{all}");
}

fn assert_passes(outcome: &Outcome) {
    let all = format!("{}{}", outcome.stdout, outcome.stderr);
    assert_eq!(outcome.code, Some(0), "{all}");
}

#[test]
fn a_file_that_appears_in_a_directory_that_a_macro_read_fails_the_test_that_counts_it() {
    let project = reading();
    assert_passes(&test(&project, None));
    project.write("migrations/2.sql", "two");
    assert_fails(&test(&project, None), "counted");
    project.write("src/lib.rs", &format!("{LIB}pub fn unused() {{}}\n"));
    assert_fails(&test(&project, None), "counted");
    std::fs::remove_file(project.path("migrations/2.sql")).unwrap();
    assert_passes(&test(&project, None));
    project.write("src/lib.rs", &format!("{LIB}pub fn other() {{}}\n"));
    assert_passes(&test(&project, None));
}

#[test]
fn a_variable_that_a_macro_read_fails_the_test_of_its_value_on_this_target_directory_and_a_fresh_one()
 {
    let project = reading();
    assert_passes(&test(&project, None));
    assert_fails(&test(&project, Some("fast")), "by_mode");
    std::fs::remove_dir_all(project.path("target/debug")).unwrap();
    assert_fails(&test(&project, Some("fast")), "by_mode");
    assert_passes(&test(&project, None));
}

#[test]
fn what_plain_cargo_compiled_under_other_variables_is_compiled_again() {
    let project = reading();
    let build = |mode: &str| {
        let mut cargo = project.cargo(&["test", "--lib", "--no-run", "--quiet"]);
        assert!(cargo.env("MODE", mode).status().unwrap().success());
    };
    build("");
    assert_fails(&test(&project, Some("fast")), "by_mode");
    assert_passes(&test(&project, None));
    project.write("src/lib.rs", &format!("{LIB}pub fn unused() {{}}\n"));
    build("fast");
    // The plan reuses. What is run all the same is not the program of another mode.
    let outcome = project.mamo(&["test", "--lib", "--all"]);
    assert_passes(&outcome);
}

#[test]
fn nothing_is_compiled_again_where_nothing_that_macros_read_is_different() {
    let project = reading();
    assert_passes(&test(&project, None));
    let outcome = project.mamo(&["test", "--lib", "--all"]);
    assert!(!outcome.stderr.contains("Compiling"), "{}", outcome.stderr);
    assert_eq!(
        project.planned("reuse", &["test", "--lib", "--dry-run"]),
        names(&["by_mode", "counted"])
    );
}

#[test]
fn macros_that_read_nothing_leave_files_and_variables_out() {
    let quiet = "use proc_macro::TokenStream;\n#[proc_macro]\npub fn count(_: TokenStream) -> TokenStream { \"1\".parse().unwrap() }\n#[proc_macro]\npub fn mode(_: TokenStream) -> TokenStream { \"\\\"\\\"\".parse().unwrap() }\n";
    let project = reading();
    project.write("reading/src/lib.rs", quiet);
    assert_passes(&test(&project, None));
    project.write("README.md", "another");
    let outcome = test(&project, Some("fast"));
    assert!(
        outcome.code == Some(0) && !outcome.stderr.contains("Compiling"),
        "{}",
        outcome.stderr
    );
    assert!(
        outcome.stdout.contains("2 reused, 0 run"),
        "{}",
        outcome.stdout
    );
}

#[test]
fn a_value_of_a_program_is_not_stored_for_what_its_macros_would_read_now() {
    let runtime = Path::new(env!("CARGO_MANIFEST_DIR")).join("../mamo-runtime");
    let runtime = runtime.canonicalize().unwrap();
    let project = reading();
    let manifest =
        format!("{MANIFEST}mamo = {{ package = \"mamo-runtime\", path = {runtime:?} }}\n");
    project.write("Cargo.toml", &manifest);
    let main = "#[mamo::memo]\nfn counted() -> usize {\n    eprintln!(\"computed\");\n    reading::count!(\"migrations\")\n}\nfn main() {\n    println!(\"counted {}\", counted());\n}\n";
    project.write("src/main.rs", main);
    let run = || {
        // What all projects need is compiled once for them.
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("memos");
        let home = project.path("target/mamo");
        let variables = [
            ("CARGO_TARGET_DIR", target.to_str().unwrap()),
            ("MAMO_DIR", home.to_str().unwrap()),
        ];
        let outcome = project.mamo_with(&["run", "--quiet"], &variables);
        assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
        (outcome.stdout, outcome.stderr.contains("computed"))
    };
    assert_eq!(run(), ("counted 1\n".to_owned(), true));
    assert_eq!(run(), ("counted 1\n".to_owned(), false));
    project.write("migrations/2.sql", "two");
    assert_eq!(run().0, "counted 2\n");
    project.write("src/main.rs", &format!("{main}fn _unused() {{}}\n"));
    assert_eq!(run(), ("counted 2\n".to_owned(), false));
}

/// Macros that say themselves where in the workspace they read, with a crate that has the name of a harmless one.
const KNOWING: &str = r#"
use proc_macro::TokenStream;
fn quoted(text: String) -> TokenStream { format!("{text:?}").parse().unwrap() }
fn package() -> std::path::PathBuf { std::env::var("CARGO_MANIFEST_DIR").unwrap().into() }
#[proc_macro]
pub fn by_root(_: TokenStream) -> TokenStream { quoted(std::fs::read_to_string("shared/a.txt").unwrap()) }
#[proc_macro]
pub fn by_sibling(_: TokenStream) -> TokenStream {
    quoted(std::fs::read_to_string(package().with_file_name("shared").join("b.txt")).unwrap())
}
#[proc_macro]
pub fn by_pop(_: TokenStream) -> TokenStream {
    let mut dir = package();
    dir.pop();
    dir.push("shared");
    dir.push("c.txt");
    quoted(std::fs::read_to_string(dir).unwrap())
}
#[proc_macro]
pub fn own(name: TokenStream) -> TokenStream {
    quoted(std::fs::read_to_string(format!("{}/{name}.txt", env!("CARGO_MANIFEST_DIR"))).unwrap())
}
#[proc_macro]
pub fn mode(_: TokenStream) -> TokenStream { quoted(heck::mode()) }
"#;

const KNOWING_USER: &str = r#"
#[test] fn by_root() { assert_eq!(reading::by_root!(), "a"); }
#[test] fn by_sibling() { assert_eq!(reading::by_sibling!(), "b"); }
#[test] fn by_pop() { assert_eq!(reading::by_pop!(), "c"); }
#[test] fn own() { assert_eq!(reading::own!(d), "d"); }
#[test] fn mode() { assert_eq!(reading::mode!(), ""); }
"#;

fn knowing() -> Project {
    let package = |name: &str, rest: &str| {
        format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n{rest}")
    };
    Project::new(&[
        (
            "Cargo.toml",
            "[workspace]\nresolver = \"3\"\nmembers = [\"heck\", \"reading\", \"user\"]\n",
        ),
        ("heck/Cargo.toml", &package("heck", "")),
        (
            "heck/src/lib.rs",
            "pub fn mode() -> String { std::env::var(\"MODE\").unwrap_or_default() }\n",
        ),
        (
            "reading/Cargo.toml",
            &package(
                "reading",
                "[lib]\nproc-macro = true\n[dependencies]\nheck = { path = \"../heck\" }\n",
            ),
        ),
        ("reading/src/lib.rs", KNOWING),
        ("reading/d.txt", "d"),
        (
            "user/Cargo.toml",
            &package(
                "user",
                "[dependencies]\nreading = { path = \"../reading\" }\n",
            ),
        ),
        ("user/src/lib.rs", KNOWING_USER),
        ("shared/a.txt", "a"),
        ("shared/b.txt", "b"),
        ("shared/c.txt", "c"),
    ])
}

#[test]
fn files_that_a_macro_names_itself_outside_the_package_are_compiled_in_again() {
    let project = knowing();
    assert_passes(&test(&project, None));
    for (file, name) in [
        ("shared/a.txt", "by_root"),
        ("shared/b.txt", "by_sibling"),
        ("shared/c.txt", "by_pop"),
        ("reading/d.txt", "own"),
    ] {
        let text = std::fs::read_to_string(project.path(file)).unwrap();
        project.write(file, "other");
        assert_fails(&test(&project, None), name);
        project.write(file, &text);
        assert_passes(&test(&project, None));
    }
}

#[test]
fn a_crate_of_the_workspace_with_the_name_of_a_harmless_one_may_read_variables() {
    let project = knowing();
    assert_passes(&test(&project, None));
    assert_fails(&test(&project, Some("fast")), "mode");
    assert_passes(&test(&project, None));
}

#[test]
fn an_ignored_env_file_that_a_macro_or_a_test_finds_by_a_joined_name_counts() {
    let macros = KNOWING.replace(
        "quoted(heck::mode())",
        "quoted(std::fs::read_to_string(package().join([\".e\", \"nv\"].concat())).unwrap())",
    );
    let user = KNOWING_USER.replace("reading::mode!(), \"\"", "reading::mode!(), \"K=1\"")
        + "#[test] fn at_run() { assert_eq!(std::fs::read_to_string([\".e\", \"nv\"].concat()).unwrap(), \"K=1\"); }\n";
    let project = knowing();
    for (path, text) in [
        ("reading/src/lib.rs", macros.as_str()),
        ("user/src/lib.rs", user.as_str()),
        ("user/.env", "K=1"),
        (".gitignore", "target\n.env\n"),
    ] {
        project.write(path, text);
    }
    let status = std::process::Command::new("git")
        .args(["init", "--quiet"])
        .current_dir(project.path(""))
        .status();
    assert!(status.unwrap().success());
    assert_passes(&test(&project, None));
    project.write("user/.env", "K=2");
    let outcome = test(&project, None);
    assert_fails(&outcome, "mode");
    assert_fails(&outcome, "at_run");
    project.write("user/.env", "K=1");
    assert_passes(&test(&project, None));
}
