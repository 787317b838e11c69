//! Memos and fixtures, each with one thing that mamo cannot see.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU32, Ordering};

/// environment
#[mamo::memo]
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// files
#[mamo::memo]
pub fn read(path: &str) -> Option<String> {
    std::fs::read_to_string(path).ok()
}

const HOSTS: &str = "/etc/hosts";

/// outside-files
#[mamo::fixture]
pub fn hosts() -> &'static str {
    HOSTS
}

/// surroundings
#[mamo::memo]
pub fn width() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// scheduling
#[mamo::memo]
pub fn raced() -> u32 {
    std::thread::spawn(|| 1).join().unwrap_or(0)
}

struct Counter(AtomicU32);

static CALLS: Counter = Counter(AtomicU32::new(0));
static mut FLAG: bool = false;

/// state
#[mamo::memo]
pub fn counted() -> u32 {
    CALLS.0.fetch_add(1, Ordering::Relaxed)
}

/// state
#[mamo::fixture]
pub fn flagged() -> bool {
    // SAFETY: nobody writes it.
    unsafe { FLAG }
}

/// hash-order
#[mamo::memo]
pub fn listed(words: &HashMap<String, u32>) -> Vec<u32> {
    words.values().copied().collect()
}

/// hash-order
#[mamo::memo]
pub fn looped(words: &HashSet<String>) -> String {
    let mut all = String::new();
    for word in words {
        all.push_str(word);
    }
    all
}

/// Something to draw.
pub trait Shape {
    /// Its size.
    fn size(&self) -> u32;
}

/// Holds what it draws behind a pointer.
pub struct Scene {
    /// What is drawn.
    pub shape: Box<dyn Shape>,
}

/// dyn-argument
#[mamo::memo]
pub fn drawn(scene: &Scene) -> u32 {
    scene.shape.size()
}
