#[path = "../src/odd place/engine.rs"]
mod engine;
mod support;

#[test]
fn shared_file() {
    assert_eq!(engine::power(), 1);
}

#[test]
fn supported() {
    assert_eq!(support::ready(), 11);
}
