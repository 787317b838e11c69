//! What `gc` takes and what it leaves, and that nobody who uses the store meanwhile notices.

use crate::program::{Program, files_below, finish};
use mamo::__private::format::{Executable, Snapshot, layout, preamble};
use mamo::__private::gc::{self, Collected, Why};
use std::fs::{self, File};
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

/// What a file of a few bytes takes.
const BLOCK: u64 = 4096;
const DAY: Duration = Duration::from_secs(24 * 3600);

fn collect(program: &Program, bound: u64) -> Collected {
    gc::collect(&program.mamo_dir(), Some(bound), false)
        .unwrap()
        .expect("nobody else collects")
}

/// Causes and numbers of files.
fn causes(collected: &Collected) -> Vec<(Why, u64)> {
    let gone = collected.gone.iter();
    gone.map(|gone| (gone.why, gone.files)).collect()
}

fn set_modified(path: &Path, time: SystemTime) {
    let file = File::options().write(true).open(path).unwrap();
    file.set_modified(time).unwrap();
}

#[test]
fn values_of_older_code_stay_below_the_bound() {
    let mut program = Program::new();
    program.results("square 3; square 4");
    program.set("square", 2, &[]);
    program.write_snapshot();
    program.results("square 3");
    let collected = collect(&program, 3 * BLOCK);
    assert_eq!((collected.before, collected.after), (3 * BLOCK, 3 * BLOCK));
    assert_eq!(causes(&collected), []);
    program.computed();
    program.set("square", 1, &[]);
    program.write_snapshot();
    assert_eq!(program.results("square 3; square 4"), ["9", "16"]);
    assert!(
        program.computed().is_empty(),
        "the old code is served again"
    );
}

#[test]
fn over_the_bound_old_code_goes_first_and_then_what_is_cheap_for_its_size() {
    let mut program = Program::new();
    program.results("slow; square 3; square 4");
    program.set("square", 2, &[]);
    program.write_snapshot();
    program.results("slowly 3; big 1");
    program.computed();
    let dry = gc::collect(&program.mamo_dir(), Some(2 * BLOCK), true);
    let dry = dry.unwrap().unwrap();
    assert_eq!(program.value_files().len(), 5, "nothing went");
    let collected = collect(&program, 2 * BLOCK);
    assert_eq!(dry.gone, collected.gone);
    assert_eq!(
        causes(&collected),
        [(Why::Superseded, 2), (Why::Cheapest, 1)],
        "{collected:?}"
    );
    assert_eq!(collected.after, 2 * BLOCK);
    assert_eq!(program.results("slow; slowly 3"), ["7", "9"]);
    assert!(program.computed().is_empty(), "{collected:?}");
    assert!(files_below(&layout::blobs(&program.mamo_dir())).is_empty());
    collect(&program, BLOCK);
    program.results("slow; slowly 3");
    assert_eq!(program.computed(), ["slowly"]);
}

#[test]
fn what_no_snapshot_tells_counts_as_usable() {
    let mut program = Program::new();
    program.results("slow");
    program.set("slow", 2, &[]);
    let snapshot = program.write_snapshot();
    program.results("square 3");
    for damage in [None, Some("damaged")] {
        fs::remove_file(&snapshot).unwrap();
        if let Some(text) = damage {
            fs::write(&snapshot, text).unwrap();
        }
        let dry = gc::collect(&program.mamo_dir(), Some(BLOCK), true);
        let gone = dry.unwrap().unwrap().gone;
        assert_eq!(gone.len(), 1);
        assert_eq!(gone[0].why, Why::Cheapest);
        assert!(gone[0].function.as_ref().unwrap().ends_with("::square"));
        program.write_snapshot();
    }
}

#[test]
fn a_blob_goes_with_the_last_value_that_refers_to_it() {
    let program = Program::new();
    program.results("chain 2; chain 3");
    let blobs = || files_below(&layout::blobs(&program.mamo_dir())).len();
    let whole = collect(&program, u64::MAX);
    assert_eq!((program.value_files().len(), blobs()), (5, 2));
    let mut bound = whole.before;
    while bound > 0 {
        bound = bound.saturating_sub(10 * BLOCK);
        let collected = collect(&program, bound);
        let left = collect(&program, u64::MAX);
        assert_eq!(
            collected.after, left.before,
            "what was told is what is there"
        );
        assert!(collected.after <= bound && collected.kept.is_empty());
    }
    assert_eq!((program.value_files().len(), blobs()), (0, 0));
    assert_eq!(program.results("chain 2"), ["199990000 [true, true]"]);
}

#[test]
fn tags_are_never_taken() {
    let program = Program::new();
    program.results("tag 7; square 3");
    let collected = collect(&program, 0);
    assert_eq!(causes(&collected), [(Why::Cheapest, 1)]);
    assert_eq!(collected.after, collected.tags);
    assert_eq!(collected.kept.len(), 1, "{collected:?}");
    assert_eq!(program.results("tagged"), ["Some(7)"]);
}

#[test]
fn what_nobody_can_use_goes_at_any_bound() {
    let program = Program::new();
    program.results("square 3; square 4; square 5; big 1");
    let mamo_dir = program.mamo_dir();
    let files = program.value_files();
    let inline: Vec<_> = files
        .iter()
        .filter(|file| !has_blob(&mamo_dir, file))
        .collect();
    fs::write(inline[0], "some notes").unwrap();
    fs::copy(inline[1], files[0].with_file_name("00")).unwrap();
    fs::write(layout::blob(&mamo_dir, &[9; 32]), "nobody's").unwrap_or_else(|_| {
        let place = layout::blob(&mamo_dir, &[9; 32]);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(place, "nobody's").unwrap();
    });
    fs::write(layout::lock(&mamo_dir, &[9; 32]), "").unwrap();
    fs::write(mamo_dir.join("unfinished/.unfinished-1-2-3"), "half").unwrap();
    let collected = collect(&program, u64::MAX);
    let locks = u64::from(cfg!(unix));
    assert_eq!(
        causes(&collected),
        [
            (Why::Abandoned, 1 + locks),
            (Why::Damaged, 2),
            (Why::Unreferred, 1)
        ]
    );
    assert_eq!(causes(&collect(&program, u64::MAX)), []);
}

#[test]
fn a_newer_mamos_value_stays_and_so_does_any_blob_it_may_refer_to() {
    let program = Program::new();
    program.results("square 3; big 1");
    let mamo_dir = program.mamo_dir();
    let files = program.value_files();
    let large = files.iter().find(|file| has_blob(&mamo_dir, file));
    let large = large.unwrap();
    let mut newer = fs::read(large).unwrap();
    newer[..preamble::LENGTH].copy_from_slice(&preamble::of(*b"MAMOVAL\0", 9));
    fs::write(large, &newer).unwrap();
    let collected = collect(&program, 0);
    assert_eq!(causes(&collected), [(Why::Cheapest, 1)]);
    assert_eq!(collected.kept.len(), 1, "{collected:?}");
    assert_eq!(fs::read(large).unwrap(), newer);
    let blobs = files_below(&layout::blobs(&mamo_dir));
    assert_eq!(blobs.len(), 1);
    assert_eq!(collected.after, 26 * BLOCK);
}

fn has_blob(mamo_dir: &Path, file: &Path) -> bool {
    let digest = fs::read(file).unwrap()[112..144].first_chunk().copied();
    layout::blob(mamo_dir, &digest.unwrap()).exists()
}

#[test]
fn a_lock_that_is_held_and_a_file_that_is_being_written_stay() {
    let program = Program::new();
    let mut computing = program.command("endless");
    let mut computing = computing.env("MAMO_TEST_ENDLESS", "1").spawn().unwrap();
    let start = Instant::now();
    let locks = || files_below(&layout::locks(&program.mamo_dir()));
    while locks().is_empty() {
        assert!(start.elapsed() < Duration::from_secs(20));
        std::thread::sleep(Duration::from_millis(5));
    }
    program.results("square 3");
    let unfinished = program.mamo_dir().join("unfinished/.unfinished-1-2-3");
    let writing = File::create(&unfinished).unwrap();
    writing.lock().unwrap();
    assert_eq!(causes(&collect(&program, u64::MAX)), []);
    assert!(unfinished.exists() && locks().len() == 1);
    computing.kill().unwrap();
    computing.wait().unwrap();
    drop(writing);
    assert_eq!(causes(&collect(&program, u64::MAX)), [(Why::Abandoned, 2)]);
}

#[test]
fn leftovers_are_cleared_away_by_the_next_start_that_stores() {
    let program = Program::new();
    program.results("square 3");
    let unfinished = program.mamo_dir().join("unfinished/.unfinished-1-2-3");
    fs::write(&unfinished, "half").unwrap();
    program.results("square 3");
    assert!(unfinished.exists(), "a hit looks at nothing else");
    program.results("square 4");
    assert!(!unfinished.exists());
}

#[test]
fn a_value_that_is_being_read_is_read_to_its_end() {
    let program = Program::new();
    program.results("chain 2");
    let child = program.command("held 2").spawn().unwrap();
    let run = finish(child);
    assert_eq!(run.results, ["199990000"]);
    assert_eq!(run.warnings, [""; 0]);
    assert_eq!(collect(&program, u64::MAX).before, 0);
}

#[test]
fn only_snapshots_of_programs_that_are_no_more_go_and_not_at_once() {
    let program = Program::new();
    program.results("square 3");
    let gone = Snapshot::new(Executable {
        path: program.mamo_dir().join("program"),
        size: 1,
        mtime_ns: 2,
    });
    let file = gone.write(&program.mamo_dir()).unwrap();
    let now = SystemTime::now();
    for time in [now, now + 100 * DAY] {
        set_modified(&file, time);
        assert_eq!(causes(&collect(&program, u64::MAX)), []);
    }
    set_modified(&file, now - 2 * DAY);
    assert_eq!(causes(&collect(&program, u64::MAX)), [(Why::Outdated, 1)]);
    assert_eq!(program.results("square 3"), ["9"]);
}

#[test]
fn a_collection_is_due_daily_and_after_the_clock_went_back() {
    let program = Program::new();
    let mamo_dir = program.mamo_dir();
    assert!(!gc::is_due(&mamo_dir), "nothing was stored");
    program.results("square 3");
    assert!(gc::is_due(&mamo_dir));
    gc::collect(&mamo_dir, None, true).unwrap();
    assert!(gc::is_due(&mamo_dir), "a rehearsal is none");
    collect(&program, u64::MAX);
    assert!(!gc::is_due(&mamo_dir));
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let now = now.unwrap().as_secs();
    for (stamp, due) in [
        ((now - 90_000).to_string(), true),
        ((now - 80_000).to_string(), false),
        ((now + 1_000_000).to_string(), true),
        ("18446744073709551615".to_owned(), true),
        ("yesterday".to_owned(), true),
    ] {
        fs::write(mamo_dir.join("gc/last"), &stamp).unwrap();
        assert_eq!(gc::is_due(&mamo_dir), due, "{stamp}");
    }
}

#[test]
fn files_of_the_future_are_as_good_as_others() {
    let program = Program::new();
    program.results("slow; square 3");
    for file in program.value_files() {
        set_modified(&file, SystemTime::now() + 3650 * DAY);
    }
    program.computed();
    assert_eq!(program.results("slow; square 3"), ["7", "9"]);
    assert!(program.computed().is_empty());
    assert_eq!(causes(&collect(&program, BLOCK)), [(Why::Cheapest, 1)]);
    assert_eq!(program.results("slow"), ["7"]);
    assert!(program.computed().is_empty());
}

#[test]
fn two_collections_at_once_are_one() {
    let program = Program::new();
    program.results("square 3");
    collect(&program, u64::MAX);
    let other = File::open(program.mamo_dir().join("gc/lock")).unwrap();
    other.lock().unwrap();
    assert!(
        gc::collect(&program.mamo_dir(), None, false)
            .unwrap()
            .is_none()
    );
    drop(other);
    collect(&program, 0);
    assert!(program.value_files().is_empty());
}

#[test]
fn notes_about_values_that_are_gone_go_too() {
    let mut program = Program::new();
    for code in 1..4 {
        program.set_key("mamo-runtime/it::shapes::skipping".into(), code);
        program.write_snapshot();
        program.results("skipping 4 0");
    }
    program.set_key("mamo-runtime/it::shapes::skipping".into(), 9);
    program.write_snapshot();
    assert!(program.results("ask 4")[0].contains("3 value(s)"));
    collect(&program, BLOCK);
    assert!(program.results("ask 4")[0].contains("1 value(s)"));
    let index = layout::index(&program.mamo_dir(), "mamo-runtime/it::shapes::skipping");
    assert_eq!(fs::metadata(&index).unwrap().len(), 96);
    collect(&program, 0);
    assert!(!index.exists());
}
