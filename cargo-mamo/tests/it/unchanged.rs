//! Where nothing looks different the last answers are taken as they are; whatever a test can see makes them void.

use crate::project::{Project, names};
use std::time::Duration;

const LIB: &str = r#"
#[cfg(test)]
mod tests {
    fn data() -> std::path::PathBuf { std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("data") }
    #[test] fn lists() { assert!(std::fs::read_dir(data()).unwrap().count() > 0); }
    #[test] fn reads() { assert!(std::fs::read_to_string(data().join("one.txt")).is_ok_and(|text| text.len() == 4)); }
    #[test] fn asks() { assert!(std::env::var("DEMO_MODE").map_or(true, |mode| mode.len() == 4)); }
    #[test] fn rests() { assert_eq!(super::one(), 1); }
}
pub fn one() -> u32 { 1 }
"#;

/// Longer than a file must have been left alone to be known by its looks.
const LEFT_ALONE: Duration = Duration::from_millis(2300);

/// A project whose tests have passed, and whose files have been left alone since.
fn settled(git: bool) -> Project {
    settled_with(git, |_| {})
}

fn settled_with(git: bool, prepare: impl FnOnce(&Project)) -> Project {
    let project = Project::new(&[
        ("src/lib.rs", LIB),
        ("data/one.txt", "text"),
        ("data/hidden.txt", "text"),
        (".gitignore", "target\nCargo.lock\ndata/hidden.txt\n"),
    ]);
    if git {
        project.git(&["init", "--quiet"]);
    }
    prepare(&project);
    assert_eq!(project.ran(&["--lib"]).len(), 4);
    std::thread::sleep(LEFT_ALONE);
    assert_eq!(project.ran(&["--lib"]), names(&[]));
    uses_the_last_answers(&project);
    project
}

fn uses_the_last_answers(project: &Project) {
    let outcome = project.mamo_with(&["test", "--lib"], &[("MAMO_TIMES", "1")]);
    assert!(
        outcome.stderr.contains("source 0.0, graph 0.0,"),
        "the answers of the last analysis are not used:\n{}",
        outcome.stderr
    );
}

fn edited(git: bool, edit: impl FnOnce(&Project)) -> std::collections::BTreeSet<String> {
    let project = settled(git);
    edit(&project);
    project.ran(&["--lib"])
}

#[test]
fn other_bytes_of_the_same_length_and_time_are_noticed() {
    let ran = edited(false, |project| {
        let path = project.path("data/one.txt");
        let time = path.metadata().unwrap().modified().unwrap();
        project.write("data/one.txt", "else");
        let file = std::fs::File::options().append(true).open(path).unwrap();
        file.set_modified(time).unwrap();
    });
    assert!(ran.is_superset(&names(&["tests::lists", "tests::reads"])));
    assert!(!ran.contains("tests::rests"));
}

#[test]
fn a_file_that_appears_or_goes_is_noticed() {
    for git in [false, true] {
        let ran = edited(git, |project| project.write("data/two.txt", "text"));
        assert!(ran.contains("tests::lists"), "{git}: {ran:?}");
    }
    let ran = edited(true, |project| {
        project.write("data/deep/two.txt", "text");
    });
    assert!(ran.contains("tests::lists"), "{ran:?}");
    for git in [false, true] {
        let project = settled_with(git, |project| {
            std::fs::create_dir(project.path("data/empty")).unwrap();
        });
        project.write("data/empty/two.txt", "text");
        let ran = project.ran(&["--lib"]);
        assert!(
            ran.contains("tests::lists"),
            "where nothing was, {git}: {ran:?}"
        );
    }
    let ran = edited(true, |project| {
        project.write("data/one.txt", "five!");
        std::fs::remove_file(project.path("data/one.txt")).unwrap();
    });
    assert!(ran.contains("tests::reads"), "{ran:?}");
}

#[test]
fn what_git_goes_by_is_noticed() {
    let ran = edited(true, |project| {
        project.write(".gitignore", "target\nCargo.lock\n");
    });
    assert!(ran.contains("tests::lists"), "{ran:?}");
    let ran = edited(true, |project| {
        project.git(&["add", "--force", "data/hidden.txt"]);
    });
    assert!(ran.contains("tests::lists"), "{ran:?}");
}

#[test]
fn what_cargo_builds_is_no_input_of_a_build_script_that_names_none() {
    let project = settled_with(false, |project| {
        project.write("build.rs", "fn main() {}");
    });
    let tag = project.path("target/CACHEDIR.TAG");
    assert!(tag.exists(), "as if cargo had made the directory");
    std::fs::remove_file(tag).unwrap();
    project.write("target/debug/written", "later");
    uses_the_last_answers(&project);
}

#[test]
fn of_gits_index_its_names_count() {
    let project = settled_with(true, |project| {
        project.git(&["add", "."]);
    });
    project.git(&["rm", "--quiet", "--cached", "data/one.txt"]);
    project.git(&["add", "data/one.txt"]);
    uses_the_last_answers(&project);
    project.git(&["add", "--force", "data/hidden.txt"]);
    let ran = project.ran(&["--lib"]);
    assert!(ran.contains("tests::lists"), "{ran:?}");
}

#[test]
fn of_an_index_that_is_read_every_byte_counts() {
    let reads = "#[test] fn embeds() { assert!(!include_bytes!(\"../.git/index\").is_empty()); }\n";
    // Only where files are listed is the index asked for names.
    let lists = "#[test] fn lists() { assert!(std::fs::read_dir(env!(\"CARGO_MANIFEST_DIR\")).unwrap().count() > 0); }\n";
    let ran = |build_script: &str, lib: &str| {
        let project = Project::new(&[
            ("build.rs", build_script),
            ("src/lib.rs", &format!("{lib}{lists}")),
            (".gitignore", "target\nCargo.lock\n"),
        ]);
        project.git(&["init", "--quiet"]);
        project.git(&["add", "."]);
        // Then it is known by its looks when it is first read.
        std::thread::sleep(LEFT_ALONE);
        project.ran(&["--lib"]);
        std::thread::sleep(LEFT_ALONE);
        assert_eq!(project.ran(&["--lib"]), names(&[]));
        project.git(&["update-index", "--chmod=+x", ".gitignore"]);
        project.ran(&["--lib"])
    };
    let plain = "fn main() { println!(\"cargo::rerun-if-changed=build.rs\"); }";
    assert_eq!(ran(plain, reads), names(&["embeds"]));
    let counting = "fn main() { let index = std::fs::read(\".git/index\").unwrap(); let sum: u32 = index.iter().map(|byte| u32::from(*byte)).sum(); println!(\"cargo::rerun-if-changed=.git/index\\ncargo::rustc-env=SUM={sum}\"); }";
    let told = "#[test] fn tells() { assert!(!env!(\"SUM\").is_empty()); }\n";
    assert!(ran(counting, told).contains("tells"));
}

#[test]
fn variables_and_their_configuration_are_noticed() {
    let project = settled(false);
    let outcome = project.mamo_with(
        &["test", "--lib", "--message-format", "json"],
        &[("DEMO_MODE", "loud")],
    );
    let run = outcome.events();
    let run = run.iter().filter(|event| event["plan"] == "run");
    let run: Vec<_> = run.map(|event| &event["name"]).collect();
    assert_eq!(run, ["tests::asks"]);
    let ran = edited(false, |project| {
        project.write(".cargo/config.toml", "[env]\nDEMO_MODE = \"calm\"\n");
    });
    assert!(ran.contains("tests::asks"), "{ran:?}");
}

#[test]
fn source_manifests_and_features_are_noticed() {
    let ran = edited(false, |project| {
        project.write("src/lib.rs", &LIB.replace("u32 { 1 }", "u32 { 2 - 1 }"));
    });
    assert_eq!(ran, names(&["tests::rests"]));
    let ran = edited(false, |project| {
        project.write(
            "Cargo.toml",
            "[package]\nname = \"demo\"\nversion = \"0.1.1\"\nedition = \"2024\"\n",
        );
    });
    assert_eq!(ran.len(), 4);
    let project = settled(false);
    project.write("tests/new.rs", "#[test] fn appears() {}");
    assert!(project.ran(&[]).contains("appears"));
}

/// When the kept analysis was written.
fn kept_at(project: &Project) -> Vec<std::time::SystemTime> {
    let all = std::fs::read_dir(project.path("target/mamo/v1")).unwrap();
    let mut all = all.map(|entry| entry.unwrap());
    // Its name changes with its format.
    let standing = all.find(|entry| entry.file_name().to_string_lossy().starts_with("standing-"));
    let kept = std::fs::read_dir(standing.unwrap().path()).unwrap();
    let kept = kept.map(|entry| entry.unwrap().metadata().unwrap().modified().unwrap());
    kept.collect()
}

#[test]
fn source_that_was_not_built_is_analysed_once() {
    let project = settled(false);
    let more = format!("{LIB}pub fn two() -> u32 {{ one() + 1 }}\n");
    project.write(
        "src/lib.rs",
        &more.replace("super::one(), 1", "super::two(), 2"),
    );
    let before = kept_at(&project);
    let planned = |project: &Project| project.mamo(&["test", "--lib", "--dry-run"]).stdout;
    let first = planned(&project);
    std::thread::sleep(LEFT_ALONE);
    let first_at = kept_at(&project);
    assert_ne!(first_at, before);
    assert!(first.contains("3 would be reused, 1 would run"), "{first}");
    let second = planned(&project);
    assert!(
        second.contains("3 would be reused, 1 would run"),
        "{second}"
    );
    // Each analysis is kept: that it was not written anew shows that there was none.
    assert_eq!(kept_at(&project), first_at);
    assert_eq!(project.ran(&["--lib"]), names(&["tests::rests"]));
    assert_eq!(project.ran(&["--lib"]), names(&[]));
}
