#[test]
fn names_its_file() {
    assert!(file!().ends_with("place.rs"));
}
