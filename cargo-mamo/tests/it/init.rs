//! `cargo mamo init` and `config`: what is written, left alone, taken back and told.

use crate::project::Project;
use std::collections::BTreeMap;

const LIB: &str = "pub fn f() {}\n";

/// Every file of a project but cargo's and git's, with its text.
fn files(project: &Project) -> BTreeMap<String, String> {
    let mut open = vec![project.path("")];
    let mut found = BTreeMap::new();
    while let Some(dir) = open.pop() {
        for path in std::fs::read_dir(dir)
            .unwrap()
            .map(|entry| entry.unwrap().path())
        {
            let name = path
                .strip_prefix(project.path(""))
                .unwrap()
                .to_string_lossy()
                .into_owned();
            if path.is_dir() && !["target", ".git"].contains(&name.as_str()) {
                found.insert(name, "directory".into());
                open.push(path);
            } else if path.is_file() {
                found.insert(name, std::fs::read_to_string(path).unwrap());
            }
        }
    }
    found
}

fn init(project: &Project, arguments: &[&str]) -> String {
    let outcome = project.mamo(&[&["init"], arguments].concat());
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    outcome.stdout
}

#[test]
fn what_is_written_is_said_line_by_line_once_and_taken_back_whole() {
    let project = Project::new(&[("src/lib.rs", LIB)]);
    project.git(&["init", "--quiet"]);
    let before = files(&project);
    let dry = init(&project, &["--dry-run", "--ci", "github"]);
    assert_eq!(files(&project), before, "{dry}");
    let said = init(&project, &["--ci", "github"]);
    assert_eq!(said, dry.replace("would do: ", ""));
    let wrote = said
        .lines()
        .filter(|line| line.starts_with("wrote `"))
        .count();
    assert_eq!((said.lines().count(), wrote), (4, 4), "{said}");
    let after = files(&project);
    for file in [
        ".cargo/config.toml",
        "mamo.toml",
        ".gitignore",
        ".github/workflows/mamo.yml",
    ] {
        assert!(after.contains_key(file), "{file}");
    }
    let again = init(&project, &["--ci", "github"]);
    assert!(
        again
            .lines()
            .all(|line| line.starts_with("nothing to do: ")),
        "{again}"
    );
    assert_eq!(files(&project), after);
    init(&project, &["--undo"]);
    assert_eq!(files(&project), before);
}

#[test]
fn what_is_there_stays_and_what_was_changed_since_is_not_taken_back() {
    let config = "# ours\n[alias]\nx = \"run\"\n";
    let project = Project::new(&[
        ("src/lib.rs", LIB),
        (".cargo/config.toml", config),
        ("mamo.toml", "[store]\ngc = \"never\"\n"),
        (".gitignore", "target"),
    ]);
    project.git(&["init", "--quiet"]);
    let said = init(&project, &[]);
    assert!(
        said.contains("`mamo.toml` is there and stays as it is"),
        "{said}"
    );
    let after = files(&project);
    assert!(after[".cargo/config.toml"].starts_with(config));
    assert_eq!(
        (after["mamo.toml"].as_str(), after[".gitignore"].as_str()),
        ("[store]\ngc = \"never\"\n", "target")
    );
    let changed = after[".cargo/config.toml"].clone() + "[env]\nA = \"1\"\n";
    project.write(".cargo/config.toml", &changed);
    let said = init(&project, &["--undo"]);
    assert!(said.contains("`mamo.toml` was changed since"), "{said}");
    let left = files(&project);
    assert_eq!(
        left[".cargo/config.toml"].replace("\n\n", "\n"),
        format!("{config}[env]\nA = \"1\"\n")
    );
}

#[test]
fn broken_files_are_an_error_with_a_hint_and_nothing_is_touched() {
    let project = Project::new(&[("src/lib.rs", LIB), (".cargo/config.toml", "[target\n")]);
    std::fs::rename(project.path(".cargo"), project.path("sub")).unwrap();
    // Cargo itself would stop before; the file breaks for us alone.
    project.write(
        ".cargo/config.toml",
        "[target.'cfg(unix)']\nrunner = 'a b'\n",
    );
    let whole = init(&project, &["--dry-run"]);
    assert!(whole.contains("is started by it"), "{whole}");
    project.write("mamo.toml", "[store]\nmaxsize = \"1 GiB\"\n");
    let before = files(&project);
    let outcome = project.mamo(&["init"]);
    assert_eq!(outcome.code, Some(3));
    assert!(
        outcome.stderr.contains("hint: did you mean `max_size`?"),
        "{}",
        outcome.stderr
    );
    assert_eq!(files(&project), before);
}

#[test]
fn each_setting_is_told_with_where_it_comes_from() {
    let project = Project::new(&[
        ("src/lib.rs", LIB),
        ("mamo.toml", "[store]\nmax_size = \"1 GiB\"\n"),
    ]);
    let set = [("MAMO_AUDIT", "5%")];
    let outcome = project.mamo_with(&["config"], &set);
    let lines: Vec<Vec<&str>> = outcome
        .stdout
        .lines()
        .map(|line| line.split_whitespace().collect())
        .collect();
    let line = |name: &str| lines.iter().find(|line| line[0] == name).unwrap().join(" ");
    assert_eq!(
        line("store.max_size"),
        "store.max_size = \"1 GiB\" # mamo.toml:2"
    );
    assert_eq!(line("test.audit"), "test.audit = \"5%\" # MAMO_AUDIT");
    assert_eq!(line("store.gc"), "store.gc = \"daily\" # default");
    let json = project.mamo_with(&["config", "--message-format", "json"], &set);
    let events = json.events();
    let audit = events
        .iter()
        .find(|event| event["name"] == "test.audit")
        .unwrap();
    assert_eq!(
        (&audit["from"], &audit["value"]),
        (&"variable".into(), &"\"5%\"".into())
    );
}

#[test]
fn tests_that_always_run_do_and_files_count_as_the_settings_say() {
    let lib = r#"
        #[test] fn net() {}
        #[test] fn pure() {}
        #[test] fn reads() { assert!(std::fs::read_dir("data").is_ok()); }
    "#;
    let project = Project::new(&[("src/lib.rs", lib), ("data/a.txt", "1")]);
    assert_eq!(project.ran(&["--lib"]).len(), 3);
    project.write("mamo.toml", "[test]\nalways = [\"n?t\"]\n");
    assert!(project.ran(&["--lib"]).contains("net"));
    assert_eq!(project.ran(&["--lib"]), crate::project::names(&["net"]));
    let except =
        "[test.inputs.demo]\nexcept = [\"data/**\", \"mamo.toml\"]\nalso = [\"target/extra\"]\n";
    project.write("mamo.toml", except);
    assert_eq!(
        project.ran(&["--lib"]),
        crate::project::names(&["reads"]),
        "other files count"
    );
    project.write("data/a.txt", "2");
    assert!(project.ran(&["--lib"]).is_empty(), "taken out");
    project.write("target/extra", "new");
    assert_eq!(
        project.ran(&["--lib"]),
        crate::project::names(&["reads"]),
        "counts besides"
    );
    project.write(
        "mamo.toml",
        "[test.inputs.demo]\nexcept = [\"mamo.toml\"]\n",
    );
    assert_eq!(
        project.ran(&["--lib"]),
        crate::project::names(&["reads"]),
        "it counts again"
    );
}
