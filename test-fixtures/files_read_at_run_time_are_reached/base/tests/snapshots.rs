use run_time_files::render;

#[test]
fn snapshot() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/snapshots/render.snap");
    assert_eq!(std::fs::read_to_string(path).unwrap().trim(), render(7));
}

#[test]
fn relative_path() {
    let file = std::fs::File::open("tests/snapshots/render.snap").unwrap();
    assert_eq!(file.metadata().unwrap().len(), 4);
}

#[test]
fn no_snapshot() {
    assert_eq!(render(8), "<8>");
}
