use ctor::ctor as at_start;
use std::sync::atomic::Ordering;

#[at_start]
fn begin() {
    crate::STARTED.store(number(), Ordering::SeqCst);
}

fn number() -> u32 {
    5
}
