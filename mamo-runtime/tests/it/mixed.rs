//! Many processes at once that do everything with one store, half of which are killed again and again: no wrong value,
//! no torn value, nobody waits for ever, and the next start finds nothing left behind.
//!
//! The whole campaign: `cargo test --release -p mamo-runtime --test it -- --ignored --exact mixed::sixteen_processes
//! --nocapture`, with another `MAMO_TEST_SEED` for another course.

use crate::campaign;
use crate::chance::Dice;
use crate::program::{Program, files_below, finish};
use mamo::__private::format::{UNFINISHED, layout};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

const SEED: &str = "MAMO_TEST_SEED";

#[test]
fn processes_that_are_killed_leave_a_store_that_is_whole() {
    run(4, 150, Duration::from_millis(300), Duration::from_secs(180));
}

#[test]
#[ignore = "takes minutes; see the module's head"]
fn sixteen_processes() {
    run(
        16,
        10_000,
        Duration::from_secs(20),
        Duration::from_secs(3000),
    );
}

/// Half of `processes` do `operations` each and end; the others are killed at moments up to `longest` apart, and started
/// anew until the first half has ended; then they end, too.
fn run(processes: u64, operations: u64, longest: Duration, limit: Duration) {
    let program = campaign::program();
    let seed = Dice::seed(SEED);
    let mut dice = Dice::new(seed);
    let start = Instant::now();
    let spawn = |dice: &mut Dice| quiet(&program, dice.any(), operations);
    let mut steady: Vec<Child> = (0..processes / 2).map(|_| spawn(&mut dice)).collect();
    let mut killed = 0;
    let mut mortal: Vec<(Child, Instant)> = Vec::new();
    while steady
        .iter_mut()
        .any(|child| child.try_wait().unwrap().is_none())
    {
        assert!(
            start.elapsed() < limit,
            "seed {seed}: somebody waits for ever"
        );
        for (child, end) in &mut mortal {
            let over = child.try_wait().unwrap();
            if let Some(status) = over {
                assert!(status.success(), "seed {seed}");
            } else if Instant::now() < *end {
                continue;
            } else {
                child.kill().unwrap();
                child.wait().unwrap();
                killed += 1;
            }
            *child = spawn(&mut dice);
            *end = Instant::now() + longest.mul_f64(fraction(&mut dice));
        }
        if (mortal.len() as u64) < processes / 2 {
            let end = Instant::now() + longest.mul_f64(fraction(&mut dice));
            mortal.push((spawn(&mut dice), end));
        }
        std::thread::sleep(Duration::from_millis(3));
    }
    for (child, _) in &mut mortal {
        child.kill().unwrap();
        child.wait().unwrap();
        killed += 1;
    }
    for child in steady {
        assert_eq!(finish(child).warnings, [""; 0], "seed {seed}");
    }
    assert!(killed >= processes / 2, "seed {seed}: {killed} were killed");
    let left = leftovers(&program);
    assert_nothing_left(&program, seed);
    #[expect(
        clippy::print_stderr,
        reason = "the figures are what the campaign is for"
    )]
    {
        eprintln!(
            "seed {seed}: {processes} processes, {operations} operations each, {killed} killed, {left} files left behind, {:?}",
            start.elapsed()
        );
    }
}

/// A worker whose output is looked at only if it ends by itself.
fn quiet(program: &Program, seed: u64, operations: u64) -> Child {
    let mut command = campaign::worker(program, seed, operations);
    command.stdin(Stdio::null()).spawn().unwrap()
}

fn fraction(dice: &mut Dice) -> f64 {
    f64::from(u32::try_from(dice.below(1000)).unwrap()) / 1000.0
}

/// Files that are nobody's once no process runs.
fn leftovers(program: &Program) -> usize {
    let all = files_below(&program.mamo_dir());
    let unfinished = |path: &std::path::PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy();
        name.starts_with(UNFINISHED)
    };
    all.iter().filter(|path| unfinished(path)).count()
        + files_below(&layout::locks(&program.mamo_dir())).len()
}

/// The next start reads every value as it should be, without a warning, and clears up.
fn assert_nothing_left(program: &Program, seed: u64) {
    let reader = campaign::reader(program).spawn().unwrap();
    assert_eq!(finish(reader).warnings, [""; 0], "seed {seed}");
    // It cleared up when it first stored something; that every value was there already is possible, if hardly likely.
    let writer = campaign::worker(program, seed, 50).spawn().unwrap();
    assert_eq!(finish(writer).warnings, [""; 0], "seed {seed}");
    if cfg!(unix) {
        assert_eq!(leftovers(program), 0, "seed {seed}");
    }
}
