use std::fs::read_to_string;

#[test]
fn by_a_pattern() {
    let paths = glob::glob("src/**/*.rs").unwrap();
    let count: usize = paths.map(|path| read_to_string(path.unwrap()).unwrap().matches("TIDY").count()).sum();
    assert_eq!(count, 2);
}
