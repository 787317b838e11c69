//! Which session holds the objects of a program.

use std::time::{Duration, SystemTime};

use mamo_code::{ObjectTable, ProgramImage, SessionProblem, archive_objects};

use crate::scratch::ScratchCrate;

const LIBRARY: &str = "pub fn answer() -> u32 { 42 }\n#[cfg(test)] mod tests { #[test] fn answers() { assert_eq!(super::answer(), 42); } }\n";
const BINARY: &str = "fn main() { println!(\"{}\", scratch::answer()); }\n#[cfg(test)] mod tests { #[test] fn adds() { assert_eq!(1 + scratch::answer(), 43); } }\n";

#[test]
fn units_with_one_crate_name_are_told_apart() {
    let scratch = ScratchCrate::new(&[("src/lib.rs", LIBRARY), ("src/main.rs", BINARY)]);
    let executables = scratch.build(&[]);
    let found: Vec<_> = executables
        .iter()
        .map(|executable| scratch.parts(executable).unwrap().objects)
        .collect();
    assert!(found.len() >= 2 && found[0] != found[1]);
    let fingerprints = scratch.fingerprints();
    assert!(fingerprints.values().all(Option::is_some));
    scratch.replace("src/lib.rs", "u32 { 42 }", "u32 { 40 + 3 }");
    let now = scratch.fingerprints();
    assert_eq!(
        crate::scratch::differing(&fingerprints, &now),
        ["tests::adds", "tests::answers"]
    );
}

#[test]
fn a_program_compiled_without_incremental_objects_has_none() {
    let scratch = ScratchCrate::new(&[("src/lib.rs", LIBRARY)]);
    scratch.build(&[]);
    scratch.replace("src/lib.rs", "u32 { 42 }", "u32 { 43 }");
    let executables = scratch.build(&[("CARGO_INCREMENTAL", "0")]);
    assert_eq!(
        scratch.parts(&executables[0]).err(),
        Some(SessionProblem::NotFound)
    );
}

#[test]
fn a_session_of_another_build_is_refused() {
    let scratch = ScratchCrate::new(&[("src/lib.rs", LIBRARY)]);
    let executable = scratch.build(&[]).remove(0);
    let older = std::fs::read(&executable).unwrap();
    scratch.replace("src/lib.rs", "u32 { 42 }", "u32 { 43 }");
    scratch.build(&[]);
    std::fs::write(&executable, older).unwrap();
    let problem = scratch.parts(&executable).err();
    assert!(
        matches!(problem, Some(SessionProblem::Differs { .. })),
        "{problem:?}"
    );
}

#[test]
fn a_session_whose_constants_are_others_is_refused() {
    let source = "pub fn answer(n: usize) -> f64 { [0.5, 1.5, 2.5][n] }\n#[cfg(test)] mod tests { #[test] fn answers() { assert!(super::answer(1) > 0.0); } }\n";
    let scratch = ScratchCrate::new(&[("src/lib.rs", source)]);
    let executable = scratch.build(&[]).remove(0);
    let older = std::fs::read(&executable).unwrap();
    scratch.replace("src/lib.rs", "1.5", "7.5");
    scratch.build(&[]);
    std::fs::write(&executable, older).unwrap();
    assert!(scratch.parts(&executable).is_err());
}

#[test]
fn an_object_newer_than_the_program_is_refused() {
    let scratch = ScratchCrate::new(&[("src/lib.rs", LIBRARY)]);
    let executable = scratch.build(&[]).remove(0);
    let objects = scratch.parts(&executable).unwrap().objects;
    let later = SystemTime::now() + Duration::from_secs(60);
    let file = std::fs::File::options()
        .write(true)
        .open(&objects[0])
        .unwrap();
    file.set_modified(later).unwrap();
    assert!(matches!(
        scratch.parts(&executable).err(),
        Some(SessionProblem::Newer(_))
    ));
}

#[test]
fn an_object_that_is_gone_is_missed() {
    let scratch = ScratchCrate::new(&[("src/lib.rs", LIBRARY)]);
    let executable = scratch.build(&[]).remove(0);
    let objects = scratch.parts(&executable).unwrap().objects;
    std::fs::remove_file(&objects[0]).unwrap();
    assert!(matches!(
        scratch.parts(&executable).err(),
        Some(SessionProblem::Missing(_))
    ));
}

#[test]
fn a_session_that_is_being_written_is_not_read() {
    let scratch = ScratchCrate::new(&[("src/lib.rs", LIBRARY)]);
    let executable = scratch.build(&[]).remove(0);
    let objects = scratch.parts(&executable).unwrap().objects;
    let unit = objects[0].parent().unwrap().parent().unwrap();
    std::fs::create_dir(unit.join("s-zzzzzzzzzz-0000000-working")).unwrap();
    assert!(matches!(
        scratch.parts(&executable).err(),
        Some(SessionProblem::Unfinished(_))
    ));
}

#[test]
fn a_library_of_another_build_is_refused() {
    let scratch = ScratchCrate::new(&[("src/lib.rs", LIBRARY), ("src/main.rs", BINARY)]);
    let executables = scratch.build(&[]);
    let bytes: Vec<_> = executables
        .iter()
        .map(|path| std::fs::read(path).unwrap())
        .collect();
    scratch.replace("src/lib.rs", "u32 { 42 }", "u32 { 43 }");
    scratch.build(&[]);
    for (path, bytes) in executables.iter().zip(bytes) {
        std::fs::write(path, bytes).unwrap();
        assert!(matches!(
            scratch.parts(path).err(),
            Some(SessionProblem::Differs { .. })
        ));
    }
}

#[test]
fn objects_are_known_in_each_profile_that_compiles_to_objects() {
    let known = [
        ("RUSTFLAGS", "-Csymbol-mangling-version=v0"),
        ("CARGO_PROFILE_DEV_OPT_LEVEL", "1"),
        ("CARGO_PROFILE_DEV_PANIC", "abort"),
        ("CARGO_PROFILE_DEV_SPLIT_DEBUGINFO", "unpacked"),
        ("CARGO_PROFILE_DEV_DEBUG", "0"),
        ("CARGO_PROFILE_DEV_STRIP", "debuginfo"),
    ];
    for variable in known {
        let scratch = ScratchCrate::new(&[("src/lib.rs", LIBRARY)]);
        let executable = scratch.build(&[variable]).remove(0);
        let program = scratch.parts(&executable);
        let found = program.unwrap_or_else(|problem| panic!("{variable:?}: {problem}"));
        assert!(
            found.fingerprints().values().all(Option::is_some),
            "{variable:?}"
        );
    }
}

#[test]
fn without_symbols_or_objects_nothing_is_known() {
    let scratch = ScratchCrate::new(&[("src/lib.rs", LIBRARY)]);
    let executable = scratch
        .build(&[("CARGO_PROFILE_DEV_STRIP", "symbols")])
        .remove(0);
    assert!(ProgramImage::read(&std::fs::read(executable).unwrap()).is_err());
    let scratch = ScratchCrate::new(&[("src/lib.rs", LIBRARY), ("src/main.rs", BINARY)]);
    scratch.build(&[("CARGO_PROFILE_DEV_LTO", "fat")]);
    for library in scratch.libraries() {
        let bytes = std::fs::read(library).unwrap();
        let objects = archive_objects(&bytes).unwrap();
        assert!(
            objects
                .iter()
                .all(|object| ObjectTable::read(object.bytes).is_err())
        );
    }
}
