use with_log::*;

#[test]
fn line_of_a_warning() {
    log::set_logger(&Keeper).unwrap();
    log::set_max_level(log::LevelFilter::Info);
    work::work();
    work::report();
    let lines = LINES.lock().unwrap();
    assert_eq!(lines[0], (Some(24), "load 1".to_string()));
    assert_eq!(lines[1].1, "<load 2>");
}

#[test]
fn apart() {
    assert_eq!(with_log::apart(), 1);
}
