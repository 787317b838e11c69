//! Whatever happens to a stored value: never a wrong one, never a panic, one warning that names the file.

use crate::program::{Program, Run};
use mamo::__private::format::{layout, preamble};
use std::fs;
use std::path::Path;

const CALL: &str = "greeting world; greeting world";
const RESULTS: [&str; 2] = ["hello world", "hello world"];

fn with_one_value() -> (Program, std::path::PathBuf, Vec<u8>) {
    let program = Program::new();
    program.results(CALL);
    program.computed();
    let file = program.only_value_file();
    let bytes = fs::read(&file).unwrap();
    (program, file, bytes)
}

/// Right results, computed once, and one warning that names `file`.
fn assert_recomputed(program: &Program, file: &Path, what: &str) {
    let run = program.run(CALL);
    assert_eq!(run.results, RESULTS, "{what}");
    assert_eq!(program.computed(), ["greeting"], "{what}");
    assert_one_warning(&run, file, what);
}

fn assert_one_warning(run: &Run, file: &Path, what: &str) {
    assert_eq!(run.warnings.len(), 1, "{what}: {run:?}");
    assert!(
        run.warnings[0].contains(file.to_str().unwrap()),
        "{what}: {run:?}"
    );
}

fn assert_healed(program: &Program, what: &str) {
    assert_eq!(program.results(CALL), RESULTS, "{what}");
    assert!(
        program.computed().is_empty(),
        "{what}: the new value replaced the damaged one"
    );
}

#[test]
fn a_flip_of_any_byte_is_a_miss() {
    let (program, file, whole) = with_one_value();
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (at % 8);
        fs::write(&file, &bytes).unwrap();
        assert_recomputed(&program, &file, &format!("byte {at}"));
        assert_eq!(
            fs::read(&file).unwrap().len(),
            whole.len(),
            "byte {at} is healed"
        );
    }
    assert_healed(&program, "after every flip");
}

#[test]
fn a_cut_at_any_length_is_a_miss() {
    let (program, file, whole) = with_one_value();
    for length in 0..whole.len() {
        fs::write(&file, &whole[..length]).unwrap();
        assert_recomputed(&program, &file, &format!("{length} bytes"));
    }
    assert_healed(&program, "after every cut");
}

#[test]
fn a_longer_file_is_a_miss() {
    let (program, file, mut bytes) = with_one_value();
    bytes.push(0);
    fs::write(&file, &bytes).unwrap();
    assert_recomputed(&program, &file, "one byte more");
    assert_healed(&program, "one byte more");
}

#[test]
fn a_deleted_value_is_a_silent_miss() {
    let (program, file, _) = with_one_value();
    fs::remove_file(&file).unwrap();
    assert_eq!(program.results(CALL), RESULTS);
    assert_eq!(program.computed(), ["greeting"]);
}

#[test]
fn swapped_files_are_misses() {
    let program = Program::new();
    program.results("square 3; square 4");
    program.computed();
    let files = program.value_files();
    let contents: Vec<_> = files.iter().map(|file| fs::read(file).unwrap()).collect();
    fs::write(&files[0], &contents[1]).unwrap();
    fs::write(&files[1], &contents[0]).unwrap();
    let run = program.run("square 3; square 4");
    assert_eq!(run.results, ["9", "16"]);
    assert_eq!(run.warnings.len(), 2, "one a file: {run:?}");
    assert_eq!(program.computed().len(), 2);
}

#[test]
fn a_foreign_file_is_a_miss() {
    let (program, file, _) = with_one_value();
    fs::write(&file, "some notes\n".repeat(100)).unwrap();
    assert_recomputed(&program, &file, "foreign");
    assert_healed(&program, "foreign");
}

#[test]
fn a_directory_in_place_of_a_value_stays_and_is_a_miss() {
    let (program, file, _) = with_one_value();
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    fs::write(file.join("kept"), "").unwrap();
    assert_recomputed(&program, &file, "directory");
    assert!(file.join("kept").exists());
}

#[test]
#[cfg(unix)]
fn a_link_is_a_miss_and_what_it_leads_to_is_not_touched() {
    let (program, file, whole) = with_one_value();
    let outside = program.mamo_dir().with_file_name("outside");
    fs::write(&outside, &whole).unwrap();
    fs::remove_file(&file).unwrap();
    std::os::unix::fs::symlink(&outside, &file).unwrap();
    assert_recomputed(&program, &file, "link");
    assert_eq!(fs::read(&outside).unwrap(), whole);
    assert!(fs::symlink_metadata(&file).unwrap().is_file());
    assert_healed(&program, "link");
}

#[test]
#[cfg(unix)]
fn a_pipe_in_place_of_a_value_does_not_hang() {
    let (program, file, _) = with_one_value();
    fs::remove_file(&file).unwrap();
    assert!(
        std::process::Command::new("mkfifo")
            .arg(&file)
            .status()
            .unwrap()
            .success()
    );
    assert_recomputed(&program, &file, "pipe");
    assert_healed(&program, "pipe");
}

#[test]
fn a_newer_version_is_a_miss_and_stays_as_it_is() {
    let (program, file, mut bytes) = with_one_value();
    bytes[..preamble::LENGTH].copy_from_slice(&preamble::of(*b"MAMOVAL\0", 3));
    fs::write(&file, &bytes).unwrap();
    let run = program.run(CALL);
    assert_eq!(run.results, RESULTS);
    assert_one_warning(&run, &file, "newer");
    assert_eq!(fs::read(&file).unwrap(), bytes);
    assert_eq!(program.computed().len(), 2, "not kept in memory either");
}

#[test]
fn a_store_that_cannot_be_written_computes_with_one_warning() {
    let program = Program::new();
    let values = layout::values(&program.mamo_dir());
    fs::create_dir_all(values.parent().unwrap()).unwrap();
    fs::write(&values, "a file where the directory should be").unwrap();
    let run = program.run("greeting world; square 2; square 3");
    assert_eq!(run.results, ["hello world", "4", "9"]);
    assert_eq!(run.warnings.len(), 1, "{run:?}");
    assert!(
        run.warnings[0].contains(values.to_str().unwrap()),
        "{run:?}"
    );
}

#[test]
#[cfg(unix)]
fn a_read_only_store_serves_and_computes() {
    use std::os::unix::fs::PermissionsExt as _;
    let (program, _, _) = with_one_value();
    let all = |mode| {
        let mut directories = vec![program.mamo_dir()];
        while let Some(directory) = directories.pop() {
            fs::set_permissions(&directory, fs::Permissions::from_mode(mode)).unwrap();
            let entries = fs::read_dir(&directory)
                .unwrap()
                .map(|entry| entry.unwrap().path());
            directories.extend(entries.filter(|path| path.is_dir()));
        }
    };
    all(0o555);
    let ignores_permissions = fs::write(program.mamo_dir().join("probe"), "").is_ok();
    let run = program.run("greeting world; square 2; square 3");
    all(0o755);
    assert_eq!(run.results, ["hello world", "4", "9"]);
    assert_eq!(
        program.computed(),
        ["square", "square"],
        "what was stored is served"
    );
    if !ignores_permissions {
        let of_saving = run
            .warnings
            .iter()
            .filter(|warning| warning.contains("cannot be stored"))
            .count();
        assert_eq!(of_saving, 1, "{run:?}");
    }
}

#[test]
fn a_snapshot_with_any_byte_flipped_is_not_believed() {
    let program = Program::new();
    program.results("square 3");
    program.computed();
    let file = program.write_snapshot();
    let whole = fs::read(&file).unwrap();
    // Header whole, body at intervals: it is under one checksum.
    for at in (0..56).chain((56..whole.len()).step_by(37)) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x10;
        fs::write(&file, &bytes).unwrap();
        let run = program.run("square 3");
        assert_eq!(run.results, ["9"], "byte {at}");
        assert_eq!(program.computed(), ["square"], "byte {at}");
        assert_one_warning(&run, &file, &format!("byte {at}"));
    }
}
