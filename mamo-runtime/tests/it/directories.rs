//! Fixtures that fill directories: filled once, lent whole, copied without a trace in the original.
//!
//! This executable starts itself as the program, whose calls stand in a variable.
#![cfg(unix)]

use crate::program::{CALLS, Program, Run, computed, finish};
use crate::shapes::now;
use mamo::__private::format::layout;
use mamo::__private::{gc, usage};
use mamo::Directory;
use std::ffi::OsStr;
use std::fs::{self, Permissions};
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// What the keys of these functions end with.
pub(crate) const FUNCTIONS: [&str; 8] = [
    "odd", "rows", "refused", "special", "astray", "later", "slowly", "upset",
];

fn command(program: &Program, calls: &str) -> Command {
    let mut command = program.start("directories::child");
    command.env(CALLS, calls);
    command
}

fn run(program: &Program, calls: &str) -> Run {
    finish(command(program, calls).spawn().unwrap())
}

fn results(program: &Program, calls: &str) -> Vec<String> {
    let run = run(program, calls);
    assert_eq!(run.warnings, [""; 0], "{calls}");
    run.results
}

/// The only container of a tree.
fn container(program: &Program) -> PathBuf {
    let fans = fs::read_dir(layout::trees(&program.mamo_dir())).unwrap();
    let mut all = fans.flat_map(|fan| fs::read_dir(fan.unwrap().path()).unwrap());
    let only = all.next().unwrap().unwrap().path();
    assert!(all.next().is_none());
    only
}

/// How many trees and private directories there are.
fn left(program: &Program) -> (usize, usize) {
    let count = |directory: PathBuf| fs::read_dir(directory).map_or(0, Iterator::count);
    let fans = fs::read_dir(layout::trees(&program.mamo_dir()));
    let trees = fans.map_or(0, |fans| fans.map(|fan| count(fan.unwrap().path())).sum());
    (trees, count(program.mamo_dir().join("unfinished")))
}

#[test]
fn a_directory_is_filled_once_and_all_that_can_be_in_it_is_kept() {
    let program = Program::new();
    let all = listing(&["odd", "copy odd"], &program);
    assert_eq!(all[0], all[1]);
    assert_eq!(program.computed(), ["odd"]);
    assert_eq!(listing(&["odd", "copy odd"], &program), all, "of the store");
    assert_eq!(program.computed(), [""; 0]);
    for line in [
        "dir 0700 ",
        "dir 0755 empty",
        "file 0640 a",
        "file 0755 run",
        "file 0000 secret",
        "link deep/b x",
        "file 0644 \\xff",
    ] {
        assert!(all[0].contains(&line.to_owned()), "{line} in {all:?}");
    }
    assert_eq!(left(&program), (1, 0));
}

/// What the calls list, line by line.
fn listing(calls: &[&str], program: &Program) -> Vec<Vec<String>> {
    let results = results(program, &calls.join("; "));
    results
        .iter()
        .map(|line| line.split('|').map(ToOwned::to_owned).collect())
        .collect()
}

#[test]
fn arguments_and_code_tell_directories_apart_and_equal_ones_are_one() {
    let mut program = Program::new();
    assert_eq!(
        results(&program, "rows 2; rows 3; rows 2"),
        ["2 2", "3 3", "2 2"]
    );
    assert_eq!((program.computed().len(), left(&program)), (2, (2, 0)));
    program.set_key("mamo-runtime/it::directories::rows".into(), 2);
    program.write_snapshot();
    assert_eq!(results(&program, "rows 2"), ["2 2"]);
    assert_eq!((program.computed().len(), left(&program)), (1, (2, 0)));
    let usage = usage::of(&program.mamo_dir()).unwrap();
    let of_rows = &usage.functions["mamo-runtime/it::directories::rows"];
    assert_eq!(of_rows.entries, 3);
    assert!(of_rows.bytes > 3 * 4096, "{of_rows:?}");
}

#[test]
fn a_private_copy_is_writable_shares_nothing_and_goes_when_it_is_dropped() {
    let program = Program::new();
    assert_eq!(
        results(&program, "change; rows 2; rows 2"),
        ["changed", "2 2", "2 2"]
    );
    assert_eq!(results(&program, "rows 2; keep"), ["2 2", "true"]);
    assert_eq!(program.computed(), ["rows"]);
    assert_eq!(left(&program), (1, 1), "what was to be kept is");
    results(&program, "odd");
    assert_eq!(left(&program), (2, 1), "also after the next that stores");
    usage::remove_all(&program.mamo_dir()).unwrap();
    assert_eq!(left(&program), (0, 0));
}

#[test]
fn what_a_killed_process_left_the_next_that_stores_deletes() {
    let program = Program::new();
    let mut child = command(&program, "hold").spawn().unwrap();
    program.wait_for("held");
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(left(&program), (1, 2), "a copy and its lock");
    results(&program, "odd");
    assert_eq!(left(&program), (2, 0));
}

#[test]
fn a_damaged_tree_is_one_warning_and_filled_anew() {
    let program = Program::new();
    results(&program, "rows 3");
    let damages: [&dyn Fn(&Path); 7] = [
        &|tree| fs::write(tree.join("1"), "other").unwrap(),
        &|tree| fs::write(tree.join("new"), "").unwrap(),
        &|tree| fs::remove_file(tree.join("1")).unwrap(),
        &|tree| fs::set_permissions(tree.join("1"), Permissions::from_mode(0o755)).unwrap(),
        &|tree| {
            fs::remove_file(tree.join("1")).unwrap();
            symlink("0", tree.join("1")).unwrap();
        },
        &|tree| fs::remove_dir_all(tree).unwrap(),
        &|tree| fs::rename(tree.join("1"), tree.join("2")).unwrap(),
    ];
    for (at, damage) in damages.iter().enumerate() {
        program.computed();
        let tree = container(&program).join("tree");
        fs::set_permissions(&tree, Permissions::from_mode(0o755)).unwrap();
        if fs::symlink_metadata(tree.join("1")).unwrap().is_file() {
            fs::set_permissions(tree.join("1"), Permissions::from_mode(0o644)).unwrap();
        }
        damage(&tree);
        let run = run(&program, "rows 3");
        assert_eq!(
            (run.results, program.computed()),
            (vec!["3 3".to_owned()], vec!["rows".to_owned()]),
            "{at}"
        );
        assert_eq!(run.warnings.len(), 1, "{:?}", run.warnings);
        assert!(
            run.warnings[0].contains("a stored tree is not used"),
            "{:?}",
            run.warnings
        );
        assert_eq!(results(&program, "rows 3"), ["3 3"]);
    }
}

#[test]
fn links_out_of_a_tree_are_not_followed_and_damage_around_it_is_a_miss() {
    let program = Program::new();
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("0"), "outside").unwrap();
    let link_to = |path: PathBuf, target: &Path| {
        let is_directory = path.is_dir();
        let moved = outside.path().with_extension("moved");
        fs::rename(&path, &moved).unwrap();
        symlink(target, path).unwrap();
        let _ = Command::new("chmod")
            .args(["-R", "u+w"])
            .arg(&moved)
            .status();
        if is_directory {
            fs::remove_dir_all(moved).unwrap();
        } else {
            fs::remove_file(moved).unwrap();
        }
    };
    let flip = |path: &Path| {
        let mut bytes = fs::read(path).unwrap();
        let at = bytes.len() / 2;
        bytes[at] ^= 1;
        fs::write(path, bytes).unwrap();
    };
    let writable = |path: PathBuf| {
        fs::set_permissions(&path, Permissions::from_mode(0o755)).unwrap();
        path
    };
    let damages: [&dyn Fn(&Path); 6] = [
        &|_| flip(&program.only_value_file()),
        &|container| flip(&container.join("seal")),
        &|container| link_to(container.to_owned(), outside.path()),
        &|container| link_to(writable(container.join("tree")), outside.path()),
        &|container| {
            link_to(
                writable(container.join("tree")).join("0"),
                &outside.path().join("0"),
            );
        },
        &|container| fs::remove_file(container.join("lock")).unwrap(),
    ];
    for (at, damage) in damages.iter().enumerate() {
        assert_eq!(run(&program, "rows 3").results, ["3 3"], "{at}");
        damage(&container(&program));
        assert_eq!(run(&program, "rows 3").results, ["3 3"], "{at}");
        let whole = fs::read(outside.path().join("0")).unwrap();
        assert_eq!((count(&outside), whole), (1, b"outside".to_vec()), "{at}");
    }
}

#[test]
fn a_tree_is_checked_by_content_where_its_seal_says_nothing() {
    let program = Program::new();
    results(&program, "rows 3");
    let moved = program.mamo_dir().with_file_name("moved");
    let copied = Command::new("cp")
        .arg("-a")
        .args([container(&program).join("tree"), moved.clone()])
        .status();
    assert!(copied.unwrap().success());
    // Other inodes and times, the same content.
    let tree = container(&program).join("tree");
    fs::set_permissions(&tree, Permissions::from_mode(0o755)).unwrap();
    fs::remove_dir_all(&tree).unwrap();
    fs::rename(moved, &tree).unwrap();
    assert_eq!(results(&program, "rows 3"), ["3 3"]);
    std::thread::sleep(Duration::from_millis(100)); // what is younger is not sealed
    fs::write(container(&program).join("seal"), "none").unwrap();
    assert_eq!(results(&program, "rows 3"), ["3 3"]);
    assert_eq!(program.computed(), ["rows"]);
    assert!(
        fs::read(container(&program).join("seal")).unwrap().len() > 100,
        "sealed again"
    );
}

#[test]
fn without_a_snapshot_a_directory_is_the_process_own() {
    let program = Program::untrusted();
    let temporary = tempfile::tempdir().unwrap();
    let mut command = command(&program, "rows 2; rows 2; copy odd");
    let run = finish(command.env("TMPDIR", temporary.path()).spawn().unwrap());
    assert_eq!(run.results[..2], ["2 2", "2 2"]);
    assert_eq!(program.computed(), ["rows", "odd"]);
    assert_eq!(run.warnings.len(), 1, "{run:?}");
    assert_eq!(fs::read_dir(temporary.path()).unwrap().count(), 0);
}

#[test]
fn what_cannot_be_filled_or_kept_says_so_once_a_run() {
    let program = Program::new();
    let start = |id: &str, calls: &str| {
        let mut command = command(&program, calls);
        command.env("NEXTEST_RUN_ID", id);
        finish(command.spawn().unwrap()).results.join("; ")
    };
    assert_eq!(start("a", "refused"), "no rows today");
    let told = start("a", "refused");
    assert!(
        told.contains("`mamo-runtime/it::directories::refused` failed: no rows today (in another"),
        "{told}"
    );
    assert_eq!(program.computed(), ["refused"]);
    let told = start("a", "special");
    assert!(
        told.contains("`pipe`: it is neither file, directory nor link"),
        "{told}"
    );
    let told = start("a", "astray");
    assert!(
        told.contains("`link`: it is a link to the directory that was filled"),
        "{told}"
    );
    let told = start("a", "upset");
    assert!(told.contains("halfway"), "{told}");
    assert!(start("a", "upset").contains("in another process of this run"));
    assert_eq!(left(&program), (0, 0));
}

#[test]
fn async_fixtures_fill_directories_too() {
    let program = Program::new();
    assert_eq!(results(&program, "later"), ["1"]);
    assert_eq!(results(&program, "later"), ["1"]);
    assert_eq!(program.computed(), ["later"]);
}

#[test]
fn processes_that_want_one_directory_wait_for_the_one_who_fills_it() {
    let program = Program::new();
    let children: Vec<_> = (0..6)
        .map(|_| command(&program, "slowly").spawn().unwrap())
        .collect();
    for child in children {
        assert_eq!(finish(child).results, ["50"]);
    }
    assert_eq!(
        (program.computed(), left(&program)),
        (vec!["slowly".to_owned()], (1, 0))
    );
}

#[test]
fn gc_takes_a_tree_with_its_value_and_none_that_is_in_use() {
    let program = Program::new();
    results(&program, "rows 2; odd");
    let collect = |bound| {
        gc::collect(&program.mamo_dir(), Some(bound), false)
            .unwrap()
            .unwrap()
    };
    let all = collect(u64::MAX);
    assert!(all.gone.is_empty() && all.after >= 10 * 4096, "{all:?}");
    let mut child = command(&program, "hold").spawn().unwrap();
    program.wait_for("held");
    assert_eq!(collect(0).gone.len(), 2);
    assert_eq!(left(&program).0, 1, "the one in use stays");
    child.kill().unwrap();
    child.wait().unwrap();
    collect(0);
    assert_eq!(left(&program), (0, 0));
}

/// Makes the calls named in the variable, and shows panics as results.
#[test]
#[ignore = "the program that the other tests start"]
fn child() {
    for call in std::env::var(CALLS).unwrap_or_default().split("; ") {
        let words: Vec<_> = call.split_whitespace().collect();
        let result = std::panic::catch_unwind(|| make_call(&words)).unwrap_or_else(|payload| {
            let text = payload.downcast_ref::<&str>().map(ToString::to_string);
            text.or_else(|| payload.downcast_ref::<String>().cloned())
                .unwrap_or_default()
        });
        #[expect(clippy::print_stdout, reason = "the parent reads it")]
        {
            println!("\n> {result}");
        }
    }
}

fn make_call(words: &[&str]) -> String {
    match *words {
        ["odd"] => listed(odd().path(), true),
        ["copy", "odd"] => listed(odd().copy().unwrap().path(), false),
        ["rows", n] => {
            let directory = rows(n.parse().unwrap());
            let copy = directory.copy().unwrap();
            format!("{} {}", count(directory.path()), count(copy.path()))
        }
        ["change"] => {
            let copy = rows(2).copy().unwrap();
            fs::write(copy.path().join("0"), "changed").unwrap();
            fs::remove_file(copy.path().join("1")).unwrap();
            fs::read_to_string(copy.path().join("0")).unwrap()
        }
        ["keep"] => rows(2)
            .copy()
            .unwrap()
            .keep()
            .unwrap()
            .join("1")
            .exists()
            .to_string(),
        ["hold"] => {
            let _copy = rows(2).copy().unwrap();
            computed("held");
            std::thread::sleep(Duration::from_secs(60));
            String::new()
        }
        ["refused"] => refused().as_ref().unwrap_err().to_string(),
        ["special"] => special().as_ref().map(count).unwrap().to_string(),
        ["astray"] => count(astray()).to_string(),
        ["later"] => count(now(later()).as_ref().unwrap()).to_string(),
        ["slowly"] => count(slowly()).to_string(),
        ["upset"] => count(upset()).to_string(),
        _ => panic!("no such call"),
    }
}

fn count(directory: impl AsRef<Path>) -> usize {
    fs::read_dir(directory).unwrap().count()
}

/// Kind, permissions and path of all in a directory, and that what is lent has no write permission.
fn listed(root: &Path, lent: bool) -> String {
    fn walk(root: &Path, path: &Path, lent: bool, lines: &mut Vec<String>) {
        let metadata = fs::symlink_metadata(path).unwrap();
        let shown = path
            .strip_prefix(root)
            .unwrap()
            .as_os_str()
            .as_bytes()
            .escape_ascii();
        if metadata.is_symlink() {
            lines.push(format!(
                "link {shown} {}",
                fs::read_link(path).unwrap().display()
            ));
            return;
        }
        let mode = metadata.permissions().mode() & 0o7777;
        assert_eq!(mode & 0o222 == 0, lent || mode == 0, "{mode:o} of {shown}");
        let whole = WHOLE.iter().find(|(name, _)| *name == shown.to_string());
        let mode = whole.filter(|_| lent).map_or(mode, |(_, mode)| *mode);
        if metadata.is_file() {
            lines.push(format!("file {mode:04o} {shown}"));
            return;
        }
        lines.push(format!("dir {mode:04o} {shown}"));
        for entry in fs::read_dir(path).unwrap() {
            walk(root, &entry.unwrap().path(), lent, lines);
        }
    }
    let mut lines = Vec::new();
    walk(root, root, lent, &mut lines);
    lines.sort();
    lines.join("|")
}

/// What `odd` gives permissions to.
const WHOLE: [(&str, u32); 8] = [
    ("", 0o700),
    ("a", 0o640),
    ("run", 0o755),
    ("secret", 0),
    ("empty", 0o755),
    ("deep", 0o755),
    ("\\xff", 0o644),
    ("deep/sealed", 0o700),
];

/// Everything that a directory can have.
#[mamo::fixture(dir)]
fn odd(into: &Path) {
    computed("odd");
    for directory in ["empty", "deep", "deep/sealed"] {
        fs::create_dir(into.join(directory)).unwrap();
    }
    for file in ["a", "run", "secret"] {
        fs::write(into.join(file), file).unwrap();
    }
    fs::write(into.join(OsStr::from_bytes(b"\xff")), "x").unwrap();
    symlink("x", into.join("deep/b")).unwrap();
    symlink("../a", into.join("deep/c")).unwrap();
    symlink("/nowhere", into.join("d")).unwrap();
    for (name, mode) in WHOLE {
        let name = name.replace("\\xff", "");
        let path = into.join(&name);
        if !name.is_empty() || mode == 0o700 {
            fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
        } else {
            let path = into.join(OsStr::from_bytes(b"\xff"));
            fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
        }
    }
}

#[mamo::fixture(dir, cases(few = (1)))]
fn rows(into: &Path, n: usize) {
    computed("rows");
    for row in 0..n {
        fs::write(into.join(row.to_string()), "row").unwrap();
    }
}

#[mamo::fixture(dir)]
fn refused(into: &Path) -> io::Result<()> {
    computed("refused");
    fs::write(into.join("half"), "of it")?;
    Err(io::Error::other("no rows today"))
}

#[mamo::fixture(dir)]
fn special(into: &Path) -> Result<(), io::Error> {
    let status = Command::new("mkfifo").arg(into.join("pipe")).status()?;
    status
        .success()
        .then_some(())
        .ok_or_else(|| io::Error::other("no pipe"))
}

#[mamo::fixture(dir)]
fn astray(into: &Path) {
    symlink(into.join("a"), into.join("link")).unwrap();
}

#[mamo::fixture(dir)]
async fn later(into: &Path) -> io::Result<()> {
    std::future::ready(()).await;
    computed("later");
    fs::write(into.join("a"), "later")
}

#[mamo::fixture(dir)]
fn slowly(into: &Path) {
    computed("slowly");
    for n in 0..50 {
        fs::write(into.join(n.to_string()), "slowly").unwrap();
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[mamo::fixture(dir)]
fn upset(into: &Path) {
    fs::write(into.join("half"), "of it").unwrap();
    panic!("halfway");
}

/// What tests are written with.
#[test]
fn cases_of_directories_lend_directories() {
    let [(name, lend)] = rows::CASES else {
        panic!("there is one case")
    };
    let lend: &fn() -> &'static Directory = lend;
    assert_eq!((*name, count(lend())), ("few", 1));
}
