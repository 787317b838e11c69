//! The snapshot file by itself: what is written comes back, and a newer mamo's file stays.

use mamo::__private::format::{Executable, FormatError, Snapshot, SnapshotEntry, layout, preamble};
use std::fs;
use std::path::Path;

fn snapshot() -> Snapshot {
    let mut snapshot = Snapshot::new(Executable::running().unwrap());
    let entry = SnapshotEntry {
        fingerprint: [3; 32],
        variables: vec!["HOME".into(), "LANG".into()],
    };
    snapshot.entries.insert("package/crate::f".into(), entry);
    snapshot
        .untrusted
        .insert("package/crate::g".into(), "why".into());
    snapshot
}

#[test]
fn a_snapshot_reads_back_equal_from_where_it_is_found() {
    let dir = tempfile::tempdir().unwrap();
    let snapshot = snapshot();
    let file = snapshot.write(dir.path()).unwrap();
    assert_eq!(Snapshot::read(&file).unwrap(), snapshot);
    assert_eq!(
        Snapshot::find(dir.path(), &snapshot.executable.path).unwrap(),
        snapshot
    );
    let absent = Snapshot::find(dir.path(), Path::new("/no/such/program"));
    assert!(absent.unwrap_err().is_absent());
}

#[test]
fn writing_marks_the_directory_as_a_cache() {
    let dir = tempfile::tempdir().unwrap();
    let mamo_dir = dir.path().join("deep").join("mamo");
    assert!(!layout::is_mamo(&mamo_dir));
    snapshot().write(&mamo_dir).unwrap();
    assert!(layout::is_mamo(&mamo_dir));
    assert_eq!(
        fs::read_to_string(mamo_dir.join(".gitignore")).unwrap(),
        "*\n"
    );
}

#[test]
fn any_cut_or_addition_is_seen() {
    let dir = tempfile::tempdir().unwrap();
    let file = snapshot().write(dir.path()).unwrap();
    let whole = fs::read(&file).unwrap();
    for length in 0..whole.len() {
        fs::write(&file, &whole[..length]).unwrap();
        assert!(
            matches!(Snapshot::read(&file), Err(FormatError::Broken { .. })),
            "{length}"
        );
    }
    fs::write(&file, [&whole[..], &[0]].concat()).unwrap();
    assert!(matches!(
        Snapshot::read(&file),
        Err(FormatError::Broken { .. })
    ));
}

#[test]
fn every_bit_of_a_snapshot_counts() {
    let dir = tempfile::tempdir().unwrap();
    let file = snapshot().write(dir.path()).unwrap();
    let whole = fs::read(&file).unwrap();
    for bit in 0..whole.len() * 8 {
        let mut bytes = whole.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        fs::write(&file, &bytes).unwrap();
        assert!(
            matches!(Snapshot::read(&file), Err(FormatError::Broken { .. })),
            "bit {bit}"
        );
    }
}

#[test]
fn a_newer_snapshot_is_neither_read_nor_replaced() {
    let dir = tempfile::tempdir().unwrap();
    let file = snapshot().write(dir.path()).unwrap();
    let mut bytes = fs::read(&file).unwrap();
    bytes[..preamble::LENGTH].copy_from_slice(&preamble::of(*b"MAMOSNP\0", 9));
    fs::write(&file, &bytes).unwrap();
    assert!(Snapshot::read(&file).unwrap_err().is_newer());
    assert!(snapshot().write(dir.path()).is_err());
    assert_eq!(fs::read(&file).unwrap(), bytes);
}
