//! A run that is killed at any moment leaves nothing behind that would make a later one wrong.

use crate::project::Project;
use std::hash::{BuildHasher, RandomState};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Kills; after 50 of them the next run is looked at.
const ROUNDS: usize = 54;

/// `holds` passes with an even number only; the others always, after a while.
fn text(number: usize) -> String {
    let slow = (0..6).map(|n| {
        format!("#[test] fn slow_{n}() {{ std::thread::sleep(std::time::Duration::from_millis(20)); assert!(number() < 99); }}\n")
    });
    format!(
        "pub fn number() -> usize {{ {number} }}\n#[test] fn holds() {{ assert_eq!(number() % 2, 0); }}\n{}",
        slow.collect::<String>()
    )
}

#[test]
fn the_run_after_one_that_was_killed_is_right_each_time() {
    let project = Project::new(&[("src/lib.rs", &text(0))]);
    let begun = Instant::now();
    assert_eq!(project.mamo(&["test", "--lib"]).code, Some(0));
    let whole = u64::try_from(begun.elapsed().as_millis()).unwrap().max(1);
    let random = RandomState::new();
    let mut checked = 0;
    for round in 1..=ROUNDS {
        project.write("src/lib.rs", &text(round));
        let arguments = ["test", "--lib", "--", "--test-threads", "1"];
        let mut run = project.command(&arguments, &[]);
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut run, 0);
        let mut child = run
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(random.hash_one(round) % whole));
        end(&mut child, round % 2 == 0);
        // Now and then the next edit and the next kill follow at once.
        if round % 11 == 0 {
            continue;
        }
        checked += 1;
        let next = project.mamo(&[
            "test",
            "--lib",
            "--no-fail-fast",
            "--message-format",
            "json",
        ]);
        let failed: Vec<_> = next
            .events()
            .into_iter()
            .filter(|event| event["outcome"] == "failed")
            .collect();
        let expected: &[&str] = if round % 2 == 0 { &[] } else { &["holds"] };
        let names: Vec<_> = failed
            .iter()
            .map(|event| event["name"].as_str().unwrap())
            .collect();
        assert_eq!(names, expected, "round {round}\n{}", next.stderr);
        assert_eq!(next.code, Some(if expected.is_empty() { 0 } else { 101 }));
        assert_eq!(next.events().len(), 8, "a test has no end: {}", next.stdout);
        assert!(!next.stderr.contains("damaged"), "{}", next.stderr);
    }
    assert_eq!(checked, 50);
}

#[test]
fn the_log_of_a_killed_run_lies_where_the_next_sweep_finds_it() {
    let slow = "#[test] fn slow() { std::thread::sleep(std::time::Duration::from_secs(60)); }";
    let project = Project::new(&[("src/lib.rs", slow), ("tmp/none", "")]);
    let tmp = project.path("tmp");
    let variables = [("TMPDIR", tmp.to_str().unwrap())];
    assert_eq!(
        project
            .mamo_with(&["test", "--lib", "--no-run"], &variables)
            .code,
        Some(0)
    );
    let unfinished = project.path("target/mamo/unfinished");
    let count = || std::fs::read_dir(&unfinished).map_or(0, Iterator::count);
    let mut run = project.command(&["test", "--lib"], &variables);
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut run, 0);
    let null = || Stdio::null();
    let mut child = run.stdout(null()).stderr(null()).spawn().unwrap();
    let begun = Instant::now();
    let is_recorded = || {
        let parts = std::fs::read_dir(project.path("target/mamo/v1"));
        let mut parts = parts.into_iter().flatten().flatten();
        parts.any(|part| part.file_name().to_string_lossy().starts_with("records"))
    };
    while !is_recorded() || count() == 0 {
        assert!(begun.elapsed() < Duration::from_secs(60), "no log");
        std::thread::sleep(Duration::from_millis(10));
    }
    end(&mut child, true);
    let in_tmp: Vec<_> = std::fs::read_dir(&tmp)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(in_tmp, ["none"], "left in the system's directory");
    assert_eq!(project.mamo(&["gc"]).code, Some(0));
    assert_eq!(count(), 0, "swept");
}

/// Kills mamo, or with `all` every process that it started, too; else those live on for a while.
fn end(child: &mut Child, all: bool) {
    if all && cfg!(unix) {
        let group = format!("-{}", child.id());
        // It may have ended already.
        let _ = Command::new("kill")
            .args(["-s", "KILL", "--", &group])
            .status();
    }
    child.kill().unwrap();
    child.wait().unwrap();
}
