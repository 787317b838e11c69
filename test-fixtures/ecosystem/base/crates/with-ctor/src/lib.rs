//! What runs before `main`.

use std::sync::atomic::{AtomicU32, Ordering};

pub static STARTED: AtomicU32 = AtomicU32::new(0);

mod start;

pub fn started() -> u32 {
    STARTED.load(Ordering::SeqCst)
}

#[cfg(test)]
mod tests {
    #[test]
    fn started() {
        assert_eq!(super::started(), 5);
    }
}
