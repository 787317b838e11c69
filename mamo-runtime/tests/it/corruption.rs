//! A store to whose files everything happens that can happen to files: no wrong value, no panic, and nothing outside of
//! it is touched.
//!
//! The whole campaign: `cargo test --release -p mamo-runtime --test it -- --ignored --exact
//! corruption::ten_thousand_corruptions --nocapture`, with another `MAMO_TEST_SEED` for another course.

use crate::campaign;
use crate::chance::Dice;
use crate::program::{Program, files_below};
use mamo::__private::format::layout;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

const SEED: &str = "MAMO_TEST_SEED";
const ORDERS: &str = "MAMO_TEST_CORRUPTIONS";

#[test]
fn a_store_in_pieces_answers_rightly_and_nothing_outside_is_touched() {
    run(3, 60);
}

#[test]
#[ignore = "takes minutes; see the module's head"]
fn ten_thousand_corruptions() {
    run(200, 50);
}

/// So many stores, to each of which so much happens.
fn run(stores: u64, corruptions: u64) {
    let seed = Dice::seed(SEED);
    let mut dice = Dice::new(seed);
    let mut done: BTreeMap<String, u64> = BTreeMap::new();
    for number in 0..stores {
        let program = campaign::program();
        let filled = campaign::worker(&program, dice.any(), 60).output().unwrap();
        assert!(filled.status.success(), "seed {seed}, store {number}");
        let outside = Outside::new(&program);
        let snapshot = dice
            .one_in(4)
            .then(|| damaged_snapshot(&program, &mut dice));
        let ended = child_of(&program, dice.any(), corruptions)
            .output()
            .unwrap();
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        let (stdout, stderr) = (text(&ended.stdout), text(&ended.stderr));
        assert!(
            ended.status.success() && !stderr.contains("panicked"),
            "seed {seed}, store {number}, snapshot {snapshot:?}\n{stdout}{stderr}"
        );
        outside.assert_untouched(&format!("seed {seed}, store {number}"));
        for sort in stdout.lines().filter_map(|line| line.split_once("> ")) {
            *done.entry(sort.1.to_owned()).or_default() += 1;
        }
    }
    let total: u64 = done.values().sum();
    assert_eq!(total, stores * corruptions);
    #[expect(
        clippy::print_stderr,
        reason = "the figures are what the campaign is for"
    )]
    {
        eprintln!("seed {seed}: {total} corruptions of {stores} stores: {done:?}");
    }
}

fn child_of(program: &Program, seed: u64, corruptions: u64) -> Command {
    let mut command = program.start("corruption::child");
    command.env(ORDERS, format!("{seed} {corruptions}"));
    command
}

/// Corrupts the store and uses it, in turns.
#[test]
#[ignore = "the program that the campaigns start"]
fn child() {
    let orders = std::env::var(ORDERS).unwrap_or_default();
    let Some((seed, corruptions)) = orders.split_once(' ') else {
        return;
    };
    mamo::limit_memory(0);
    let mut dice = Dice::new(seed.parse().unwrap());
    let store: PathBuf = std::env::var_os(layout::DIRECTORY_VARIABLE).unwrap().into();
    let outside = store.with_file_name("outside");
    for _ in 0..corruptions.parse().unwrap() {
        let sort = loop {
            if let Some(sort) = corrupt(&store, &outside, &mut dice) {
                break sort;
            }
        };
        #[expect(clippy::print_stdout, reason = "the parent counts them")]
        {
            println!("\n> {sort}");
        }
        for _ in 0..6 {
            campaign::operate(&mut dice, false);
        }
        if dice.one_in(10) {
            campaign::collect(&mut dice, false);
        }
    }
}

/// Does something to one file or directory of the store; says what, unless it could not be done.
fn corrupt(store: &Path, outside: &Path, dice: &mut Dice) -> Option<&'static str> {
    let mut files = files_in(store);
    // A snapshot is read once, at the start: the parent sees to it.
    files.retain(|path| !path.starts_with(layout::snapshots(store)));
    let file = dice.pick(&files)?.clone();
    let other = dice.pick(&files)?.clone();
    match dice.below(14) {
        0..4 => flip(&file, dice),
        4 => shorten(&file, dice),
        5 => replace(&file, &longer(&file, dice)?, "made longer"),
        6 => replace(&file, &noise(dice), "replaced by noise"),
        7 => swap(&file, &other),
        8 => replace(&file, &fs::read(&other).ok()?, "replaced by another's"),
        9 => link_file(&file, outside, dice),
        10 => link_directory(store, outside, dice),
        11 => in_place_of(&file, dice),
        12 => replace(&file, &newer(&file)?, "of a newer version"),
        _ => fs::remove_file(&file).ok().map(|()| "deleted"),
    }
}

/// Plain files only, and never by way of a link.
fn files_in(directory: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            files.extend(files_in(&entry.path()));
        } else if kind.is_file() {
            files.push(entry.path());
        }
    }
    files.sort();
    files
}

fn flip(file: &Path, dice: &mut Dice) -> Option<&'static str> {
    let mut bytes = fs::read(file).ok()?;
    let at = dice.index(bytes.len());
    *bytes.get_mut(at)? ^= 1 << dice.below(8);
    replace(file, &bytes, "a bit flipped")
}

fn shorten(file: &Path, dice: &mut Dice) -> Option<&'static str> {
    let mut bytes = fs::read(file).ok()?;
    bytes.truncate(dice.index(bytes.len()));
    replace(file, &bytes, "cut short")
}

fn longer(file: &Path, dice: &mut Dice) -> Option<Vec<u8>> {
    let mut bytes = fs::read(file).ok()?;
    bytes.extend(noise(dice));
    Some(bytes)
}

fn noise(dice: &mut Dice) -> Vec<u8> {
    let length = 1 + dice.below(300);
    (0..length).map(|_| dice.any().to_le_bytes()[0]).collect()
}

fn newer(file: &Path) -> Option<Vec<u8>> {
    use mamo::__private::format::preamble;
    let mut bytes = fs::read(file).ok()?;
    let magic = bytes.first_chunk().copied()?;
    bytes
        .get_mut(..16)?
        .copy_from_slice(&preamble::of(magic, 9));
    Some(bytes)
}

fn replace(file: &Path, bytes: &[u8], what: &'static str) -> Option<&'static str> {
    fs::write(file, bytes).ok().map(|()| what)
}

fn swap(one: &Path, other: &Path) -> Option<&'static str> {
    let aside = one.with_extension("aside");
    fs::rename(one, &aside).ok()?;
    // If these are one file, the second is gone, and comes back by the third.
    let _ = fs::rename(other, one);
    fs::rename(&aside, other).ok().map(|()| "swapped")
}

#[cfg(unix)]
fn link_file(file: &Path, outside: &Path, dice: &mut Dice) -> Option<&'static str> {
    use std::os::unix::fs::symlink;
    let (target, what) = match dice.below(3) {
        // The very bytes, so that following the link would serve them.
        0 => {
            let copy = outside.join("copies").join(file.file_name()?);
            if !copy.exists() {
                return None;
            }
            (copy, "replaced by a link to its copy")
        }
        1 => (outside.join("foreign"), "replaced by a link to a file"),
        _ => (outside.join("absent"), "replaced by a link to nothing"),
    };
    fs::remove_file(file).ok()?;
    symlink(target, file).ok().map(|()| what)
}

#[cfg(unix)]
fn link_directory(store: &Path, outside: &Path, dice: &mut Dice) -> Option<&'static str> {
    use std::os::unix::fs::symlink;
    let directories = directories_in(store);
    let directory = dice.pick(&directories)?;
    let name = directory.strip_prefix(store).unwrap();
    let target = match dice.below(3) {
        0 => outside.join("store").join(name),
        1 => outside.join("copies"),
        _ => outside.join("absent"),
    };
    fs::rename(
        directory,
        store.with_file_name(format!("moved-{}", dice.any())),
    )
    .ok()?;
    symlink(target, directory)
        .ok()
        .map(|()| "directory replaced by a link")
}

#[cfg(not(unix))]
fn link_file(_: &Path, _: &Path, _: &mut Dice) -> Option<&'static str> {
    None
}

#[cfg(not(unix))]
fn link_directory(_: &Path, _: &Path, _: &mut Dice) -> Option<&'static str> {
    None
}

/// The directories of a store whose content decides on anything.
fn directories_in(store: &Path) -> Vec<PathBuf> {
    let mut directories: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(store).into_iter().flatten().flatten() {
        if entry.file_type().unwrap().is_dir() {
            directories.extend(directories_in(&entry.path()));
            directories.push(entry.path());
        }
    }
    directories.sort();
    directories
}

fn in_place_of(file: &Path, dice: &mut Dice) -> Option<&'static str> {
    fs::remove_file(file).ok()?;
    if cfg!(unix) && dice.one_in(3) {
        let made = Command::new("mkfifo").arg(file).status().ok()?;
        return made.success().then_some("replaced by a pipe");
    }
    fs::create_dir(file).ok()?;
    if dice.one_in(2) {
        fs::write(file.join("kept"), "").ok()?;
    }
    Some("replaced by a directory")
}

fn damaged_snapshot(program: &Program, dice: &mut Dice) -> Option<&'static str> {
    let file = files_below(&layout::snapshots(&program.mamo_dir())).remove(0);
    match dice.below(4) {
        0 => flip(&file, dice),
        1 => shorten(&file, dice),
        2 => replace(&file, &noise(dice), "replaced by noise"),
        _ => in_place_of(&file, dice),
    }
}

/// A directory beside the store, with a copy of it, and how everything in it looked.
struct Outside {
    directory: PathBuf,
    looked: BTreeMap<PathBuf, Look>,
}

/// A file's content and time of change; of a directory none, for its names are in the list.
type Look = Option<(Vec<u8>, SystemTime)>;

impl Outside {
    fn new(program: &Program) -> Self {
        let store = program.mamo_dir();
        let directory = store.with_file_name("outside");
        let copies = directory.join("copies");
        fs::create_dir_all(&copies).unwrap();
        fs::write(directory.join("foreign"), "some notes").unwrap();
        for file in files_in(&store) {
            let name = file.strip_prefix(&store).unwrap();
            let copy = directory.join("store").join(name);
            fs::create_dir_all(copy.parent().unwrap()).unwrap();
            fs::copy(&file, &copy).unwrap();
            fs::copy(&file, copies.join(file.file_name().unwrap())).unwrap();
        }
        let looked = look(&directory);
        Self { directory, looked }
    }

    fn assert_untouched(&self, what: &str) {
        let now = look(&self.directory);
        let names = |looked: &BTreeMap<PathBuf, Look>| looked.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&now), names(&self.looked), "{what}");
        for (path, look) in &self.looked {
            assert!(now[path] == *look, "{what}: `{}`", path.display());
        }
    }
}

fn look(directory: &Path) -> BTreeMap<PathBuf, Look> {
    let files = files_in(directory).into_iter().map(|path| {
        let modified = fs::metadata(&path).unwrap().modified().unwrap();
        let look = Some((fs::read(&path).unwrap(), modified));
        (path, look)
    });
    let directories = directories_in(directory);
    files
        .chain(directories.into_iter().map(|path| (path, None)))
        .collect()
}
