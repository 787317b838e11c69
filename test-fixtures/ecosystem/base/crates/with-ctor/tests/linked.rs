#[test]
fn started() {
    assert_eq!(with_ctor::started(), 5);
}

#[test]
fn started_by_a_re_export() {
    assert_eq!(with_ctor::RUNS.load(std::sync::atomic::Ordering::SeqCst), 3);
}
