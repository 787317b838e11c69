use with_log::*;

#[test]
fn line_of_a_warning() {
    log::set_logger(&Keeper).unwrap();
    log::set_max_level(log::LevelFilter::Info);
    work::work();
    assert_eq!(*LINES.lock().unwrap(), [(Some(12), "load 1".to_string())]);
}

#[test]
fn apart() {
    assert_eq!(with_log::apart(), 1);
}
