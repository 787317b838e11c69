use std::fs::read_to_string;

#[test]
fn by_a_composed_name() {
    for name in ["first", "second"] {
        assert!(read_to_string(format!("./src/{name}.rs")).unwrap().contains("TIDY"));
    }
}

#[test]
fn by_the_variable() {
    let root = std::env::var("CARGO_MANIFEST_DIR").unwrap();
    let (dir, end) = ("src", "rs");
    let text = read_to_string(format!("{root}/{dir}/second.{end}")).unwrap();
    assert!(text.contains("TIDY"));
}
