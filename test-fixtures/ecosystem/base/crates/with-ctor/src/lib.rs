//! What runs before `main`.

use std::sync::atomic::{AtomicU32, Ordering};

pub static STARTED: AtomicU32 = AtomicU32::new(0);

mod start;

/// Attributes by other names.
pub mod marks {
    pub use ctor::ctor as early;
}

pub static RUNS: AtomicU32 = AtomicU32::new(0);

mod again {
    use crate::marks::*;

    #[early]
    fn begin() {
        crate::RUNS.store(super::runs(), super::Ordering::SeqCst);
    }
}

fn runs() -> u32 {
    3
}

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
