use rstest::fixture;
use with_rstest::*;

#[fixture]
pub fn inner() -> u32 {
    base()
}

#[fixture]
pub fn outer(inner: u32, #[from(stride)] by: u32) -> u32 {
    inner + by
}

#[fixture]
pub fn stride() -> u32 {
    step()
}

#[fixture]
pub fn padded(#[default(defaulted())] n: u32) -> u32 {
    n
}

#[fixture]
pub fn start() {
    STARTED.store(started(), std::sync::atomic::Ordering::SeqCst);
}

#[fixture]
#[once]
pub fn shared(outer: u32) -> u32 {
    outer + 1
}
