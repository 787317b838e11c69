//! What async tests run on: an executor of the user's, or a loop that waits for one future.

use std::pin::{Pin, pin};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;

/// Runs a future to its end.
pub type BlockOn = fn(Pin<Box<dyn Future<Output = ()> + '_>>);

/// The one that `mamo::harness!` was given.
static CHOSEN: OnceLock<BlockOn> = OnceLock::new();

/// Chooses what async tests run on; the first choice holds.
pub(super) fn set(executor: BlockOn) {
    let _ = CHOSEN.set(executor);
}

/// Runs a test's future on the chosen executor.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    let mut result = None;
    let store = async { result = Some(future.await) };
    CHOSEN.get().unwrap_or(&(block_on_here as BlockOn))(Box::pin(store));
    result.expect("an executor returns when the future has ended")
}

/// Waits on this thread; what wakes the future must be another thread.
pub fn block_on_here(future: Pin<Box<dyn Future<Output = ()> + '_>>) {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let mut context = Context::from_waker(&waker);
    while future.as_mut().poll(&mut context) == Poll::Pending {
        std::thread::park();
    }
}
