use std::fs::read_to_string;

#[test]
fn by_the_working_directory() {
    let here = std::env::current_dir().unwrap();
    let mut count = 0;
    for entry in here.join("src").read_dir().unwrap() {
        count += read_to_string(entry.unwrap().path()).unwrap().matches("TIDY").count();
    }
    assert_eq!(count, 2);
}
