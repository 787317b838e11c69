//! Programs that remember values, built and run: cells, five steps with a large value, and values computed again.

use crate::project::{Outcome, Project};
use std::fmt::Write as _;
use std::path::Path;

/// The package in `test-fixtures/memos`.
fn memos() -> Project {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../test-fixtures/memos");
    let runtime = root.join("../../mamo-runtime").canonicalize().unwrap();
    let read = |file: &str| std::fs::read_to_string(root.join(file)).unwrap();
    let manifest = read("Cargo.toml").replace("../../mamo-runtime", runtime.to_str().unwrap());
    let programs = ["cells", "moody", "steps"].map(|name| format!("src/bin/{name}.rs"));
    let texts = programs.each_ref().map(|file| read(file));
    let mut files = vec![("Cargo.toml", manifest.as_str())];
    let lock = read("Cargo.lock");
    files.push(("Cargo.lock", &lock));
    files.extend(
        programs
            .iter()
            .map(String::as_str)
            .zip(texts.iter().map(String::as_str)),
    );
    Project::new(&files)
}

/// Runs `cargo mamo`; what all projects need is compiled once for them, and remembered by each for itself.
fn mamo(project: &Project, arguments: &[&str]) -> Outcome {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("memos");
    let home = project.path("mamo");
    let variables = [
        ("CARGO_TARGET_DIR", target.to_str().unwrap()),
        ("MAMO_DIR", home.to_str().unwrap()),
    ];
    project.mamo_with(arguments, &variables)
}

/// Replaces a piece of a program's text.
fn edit(project: &Project, program: &str, from: &str, to: &str) {
    let file = format!("src/bin/{program}.rs");
    let text = std::fs::read_to_string(project.path(&file)).unwrap();
    assert!(text.contains(from), "{from}");
    project.write(&file, &text.replace(from, to));
}

/// What a program prints, run by `cargo mamo run`.
fn output(project: &Project, arguments: &[&str]) -> String {
    let outcome = mamo(project, &[&["run", "--quiet"], arguments].concat());
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    outcome.stdout
}

/// What `cells` computes: the names of its blocks.
fn cells(project: &Project) -> String {
    let printed = output(project, &["--bin", "cells"]);
    let blocks = printed
        .lines()
        .filter_map(|line| line.strip_prefix("computing "));
    blocks.collect::<Vec<_>>().join(" ")
}

#[test]
fn variables_of_computed_names_count_as_they_are_at_the_call() {
    let project = memos();
    let program = r#"
        #[mamo::memo]
        fn setting(name: &str) -> String {
            std::env::var(name).unwrap_or_default()
        }

        fn main() {
            let value = std::env::args().nth(1).unwrap();
            // SAFETY: there is one thread.
            unsafe { std::env::set_var("SET_BY_ITSELF", value) };
            print!("{}", setting("SET_BY_ITSELF"));
        }
    "#;
    project.write("src/bin/settings.rs", program);
    let set = |value| output(&project, &["--bin", "settings", "--", value]);
    assert_eq!(["one", "other", "one"].map(set), ["one", "other", "one"]);
}

/// Edits a constant that one cell uses.
fn take_shorter_words(project: &Project) {
    let [from, to] = ["SHORTEST: usize = 4", "SHORTEST: usize = 3"];
    edit(project, "cells", from, to);
}

#[test]
fn there_are_no_snapshots_until_a_program_can_ask_for_one() {
    let project = memos();
    let files = ["Cargo.toml", "Cargo.lock", "src/bin/cells.rs"];
    let texts = files.map(|file| std::fs::read_to_string(project.path(file)).unwrap());
    for program in ["moody", "steps"] {
        std::fs::remove_file(project.path(&format!("src/bin/{program}.rs"))).unwrap();
    }
    let without_runtime = || {
        let manifest = texts[0].split("[dependencies]").next().unwrap();
        project.write("Cargo.toml", manifest);
        std::fs::remove_file(project.path("Cargo.lock")).unwrap();
        project.write("src/bin/cells.rs", "fn main() { println!(\"plain\"); }");
        assert_eq!(output(&project, &["--bin", "cells"]), "plain\n");
    };
    let with_runtime = || {
        for (file, text) in files.iter().zip(&texts) {
            project.write(file, text);
        }
    };
    without_runtime();
    assert!(!project.path("mamo/snapshots").exists());
    with_runtime();
    assert_eq!(cells(&project), "words long longest letters");
    assert_eq!(cells(&project), "");
    without_runtime();
    with_runtime();
    assert_eq!(cells(&project), "", "the old values are of the same text");
    without_runtime();
    with_runtime();
    take_shorter_words(&project);
    assert_eq!(cells(&project), "long");
}

#[test]
fn a_cell_is_computed_again_when_its_own_block_or_what_it_uses_changes() {
    let project = memos();
    assert_eq!(cells(&project), "words long longest letters");
    assert_eq!(cells(&project), "");
    take_shorter_words(&project);
    assert_eq!(cells(&project), "long");
    edit(
        &project,
        "cells",
        "map(String::len).max()",
        "map(String::len).min()",
    );
    assert_eq!(cells(&project), "longest");
    edit(&project, "cells", "// Needs no", "// Indeed needs no");
    edit(
        &project,
        "cells",
        "words()\n    });",
        "let same = words();\n        same\n    });",
    );
    assert_eq!(cells(&project), "words", "what comes of it is equal");
    edit(&project, "cells", "and the cat", "and the bird");
    assert_eq!(cells(&project), "words long longest letters");
    edit(&project, "cells", "and the bird", "and the cat");
    assert_eq!(cells(&project), "", "the earlier code is back");
}

/// A row of the table that the test prints: an edit, and what it came to.
fn row(project: &Project, mebibytes: &str, edit: &str, table: &mut String) -> (String, String) {
    let release = if mebibytes.len() > 3 {
        "--release"
    } else {
        "--profile=dev"
    };
    let printed = output(project, &["--bin", "steps", release, "--", mebibytes]);
    let field = |name: &str| {
        let line = printed.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap().trim().to_owned()
    };
    let (computed, loaded) = (field("computed:"), field("middle in memory:"));
    let took = field("milliseconds:");
    writeln!(table, "| {edit} | {computed} | {loaded} | {took} |").unwrap();
    (computed, loaded)
}

/// With `MAMO_STEPS_MIB=1024` and `--nocapture`: the table for 1 GiB.
#[test]
fn fresh_steps_read_nothing_and_an_edit_computes_no_more_than_it_changes() {
    let size = std::env::var("MAMO_STEPS_MIB").unwrap_or_else(|_| "4".to_owned());
    let project = memos();
    let mut table =
        format!("| {size} MiB | computed | middle read or made | ms |\n|---|---|---|---|\n");
    let mut row = |edit: &str| row(&project, &size, edit, &mut table);
    let steps = |computed: &str, loaded: &str| (computed.to_owned(), loaded.to_owned());
    assert_eq!(
        row("first start"),
        steps("read plan numbers sums report", "true")
    );
    assert_eq!(row("second start"), steps("", "false"));
    edit(&project, "steps", "numbers, mean", "numbers with mean");
    assert_eq!(row("last step edited"), steps("report", "true"));
    assert_eq!(row("again"), steps("", "false"));
    edit(
        &project,
        "steps",
        "format!(\"0.5 {mebibytes}\")",
        "[\"0.5\", &mebibytes.to_string()].join(\" \")",
    );
    assert_eq!(
        row("first step edited, equal result"),
        steps("read", "false")
    );
    edit(&project, "steps", "65_536", "131_072");
    assert_eq!(
        row("fourth step edited, another result"),
        steps("sums report", "true")
    );
    #[expect(
        clippy::print_stdout,
        reason = "the table is what a large run is made for"
    )]
    {
        println!("{table}");
    }
}

#[test]
fn values_that_depend_on_more_than_their_arguments_are_found_with_a_cause() {
    let project = memos();
    let verify = ["verify", "--values", "--bin", "moody"];
    let nothing = mamo(&project, &verify);
    assert!(
        nothing
            .stderr
            .contains("nothing that is stored was asked for"),
        "{}",
        nothing.stderr
    );
    let outcome = mamo(&project, &verify);
    assert_eq!(
        outcome.code,
        Some(1),
        "{}{}",
        outcome.stdout,
        outcome.stderr
    );
    let said = &outcome.stdout;
    assert!(
        said.contains("differs: memos/moody::letter\n  `.stamp.at`: "),
        "{said}"
    );
    assert!(
        said.contains("likely clock: `std::time::SystemTime::now` at src/bin/moody.rs:"),
        "{said}"
    );
    assert!(said.contains("moody::letter -> moody::now"), "{said}");
    assert!(said.contains("order: memos/moody::bag"), "{said}");
    assert!(said.contains("mamo: 12 values of 3 functions computed again: 10 the same, 1 equal in another order, 1 differ"), "{said}");
    let outcome = mamo(
        &project,
        &[
            "verify",
            "--values",
            "--bin",
            "moody",
            "--message-format",
            "json",
        ],
    );
    let events = outcome.events();
    let letter = events
        .iter()
        .find(|event| event["name"] == "memos/moody::letter")
        .unwrap();
    assert_eq!(letter["causes"][0]["lint"], "clock");
    assert_eq!(events.last().unwrap()["differ"], 1);
    // Tests ask for values, too; what they ask for comes out the same.
    mamo(&project, &["test", "--bins"]);
    let outcome = mamo(
        &project,
        &["verify", "--values", "50%", "--seed", "1", "--", "squares"],
    );
    assert_eq!(
        outcome.code,
        Some(0),
        "{}{}",
        outcome.stdout,
        outcome.stderr
    );
    assert!(outcome.stdout.contains(" 0 differ"), "{}", outcome.stdout);
}
