use std::fs::read_to_string;

#[test]
fn walked_from_here() {
    let mut count = 0;
    for entry in walkdir::WalkDir::new("./") {
        let entry = entry.unwrap();
        if entry.path().extension().is_some_and(|end| end == "rs") && !entry.path().starts_with("./tests") {
            count += read_to_string(entry.path()).unwrap().matches("TIDY").count();
        }
    }
    assert_eq!(count, 2);
}
