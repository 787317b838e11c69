#[test]
fn count() {
    assert_eq!(with_include_dir::count(), 1);
}

#[test]
fn first() {
    assert_eq!(with_include_dir::first(), "create\n");
}

#[test]
fn apart() {
    assert_eq!(with_include_dir::apart(), 1);
}
