//! Fixtures that fail, take long, or must be torn down, and a test that takes the program with it.

use std::time::Duration;

mamo::harness!();

#[mamo::fixture]
fn failing() -> Result<String, String> {
    Err("no such corpus".to_owned())
}

#[mamo::fixture]
fn slow() -> u32 {
    std::thread::sleep(Duration::from_millis(1300));
    7
}

struct Server(&'static str);

impl Drop for Server {
    fn drop(&mut self) {
        eprintln!("torn down: {}", self.0);
    }
}

#[mamo::fixture(per_process)]
fn database() -> Server {
    Server("database")
}

#[mamo::fixture(per_process)]
fn server() -> Server {
    let _ = database();
    Server("server")
}

#[mamo::fixture(dir)]
fn site(into: &std::path::Path) {
    std::fs::write(into.join("index"), "filled").unwrap();
}

#[mamo::test]
#[should_panic]
fn expects_a_panic(failing: &str) {
    panic!("it has {failing}");
}

#[mamo::test]
fn takes_what_failed(failing: &str) {
    assert!(!failing.is_empty());
}

#[mamo::test]
fn takes_what_is_slow(slow: &u32) {
    assert_eq!(*slow, 7);
}

#[mamo::test]
fn fails_with_a_server(server: &Server) {
    assert_eq!(server.0, "another");
}

#[mamo::test]
fn changes_its_copy(#[dir] site: std::path::PathBuf, #[fixture(site)] whole: &mamo::Directory) {
    std::fs::write(site.join("index"), "changed").unwrap();
    let kept = std::fs::read_to_string(whole.path().join("index"));
    assert_eq!(kept.unwrap(), "filled");
    println!("copy: {}", site.display());
}

#[mamo::test]
#[ignore = "ends the program"]
fn aborts() {
    println!("the last word");
    std::process::abort();
}
