//! What a thread is in the middle of: values that it computes, one inside the other, and the time of calls inside of them.
//!
//! A task is inside of what it computes while it is polled, on whatever thread: so a future enters at each poll, and what it
//! polls in turn is inside too. Threads and tasks that a computation starts are not.

use crate::key::ValueKey;
use std::cell::{Cell, RefCell};
use std::pin::pin;

thread_local! {
    /// The values that this thread is computing, the outermost first.
    static COMPUTING: RefCell<Vec<ValueKey>> = const { RefCell::new(Vec::new()) };

    /// Nanoseconds of calls inside the computation that this thread is at.
    static NESTED: Cell<u64> = const { Cell::new(0) };
}

/// Is this thread inside the computation of this very value?
pub(crate) fn is_computing(key: &ValueKey) -> bool {
    COMPUTING
        .try_with(|keys| keys.borrow().contains(key))
        .unwrap_or(false)
}

/// How many values this thread is computing, one inside the other.
pub(crate) fn depth() -> usize {
    COMPUTING.try_with(|keys| keys.borrow().len()).unwrap_or(0)
}

/// Is it computing any? A thread past its destructors keeps no list, and waits as if it were.
pub(crate) fn is_nested() -> bool {
    COMPUTING
        .try_with(|keys| !keys.borrow().is_empty())
        .unwrap_or(true)
}

/// That this thread is inside the computation of a value, until it is dropped.
pub(crate) struct Within(ValueKey);

impl Within {
    pub(crate) fn enter(key: ValueKey) -> Self {
        let _ = COMPUTING.try_with(|keys| keys.borrow_mut().push(key));
        Self(key)
    }
}

impl Drop for Within {
    fn drop(&mut self) {
        let _ = COMPUTING.try_with(|keys| {
            let mut keys = keys.borrow_mut();
            if let Some(place) = keys.iter().rposition(|key| *key == self.0) {
                keys.remove(place);
            }
        });
    }
}

/// The output of a future that is polled inside of whatever `enter` enters.
pub(crate) async fn inside<F: Future, G>(future: F, enter: impl Fn() -> G) -> F::Output {
    let mut future = pin!(future);
    std::future::poll_fn(|context| {
        let _entered = enter();
        future.as_mut().poll(context)
    })
    .await
}

/// What `act` gives, and the nanoseconds of calls inside of it.
pub(crate) fn apart<T>(act: impl FnOnce() -> T) -> (T, u64) {
    let outer = nested(|time| time.replace(0));
    let result = act();
    (result, nested(|time| time.replace(outer)))
}

/// The same of a future.
pub(crate) async fn apart_later<F: Future>(future: F) -> (F::Output, u64) {
    let mut future = pin!(future);
    let mut inner = 0_u64;
    let output = std::future::poll_fn(|context| {
        let (polled, nested) = apart(|| future.as_mut().poll(context));
        inner = inner.saturating_add(nested);
        polled
    })
    .await;
    (output, inner)
}

/// Adds to the time of calls inside of the computation that this thread is at.
pub(crate) fn add_nested(nanoseconds: u64) {
    nested(|time| time.replace(time.get().saturating_add(nanoseconds)));
}

fn nested(act: impl FnOnce(&Cell<u64>) -> u64) -> u64 {
    NESTED.try_with(act).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_in_progress_are_known_to_their_thread_alone() {
        let within = Within::enter([7; 32]);
        assert!(is_computing(&[7; 32]) && !is_computing(&[8; 32]));
        std::thread::scope(|scope| {
            let elsewhere = scope.spawn(|| is_computing(&[7; 32]));
            assert!(!elsewhere.join().unwrap_or(true));
        });
        drop(within);
        assert!(!is_computing(&[7; 32]));
    }

    #[test]
    fn a_task_is_inside_of_what_it_computes_while_it_is_polled() {
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        let asked = std::future::poll_fn(|_| {
            add_nested(3);
            if depth() == 1 {
                std::task::Poll::Pending
            } else {
                std::task::Poll::Ready(())
            }
        });
        let mut task = pin!(inside(apart_later(asked), || Within::enter([7; 32])));
        assert!(task.as_mut().poll(&mut context).is_pending());
        assert!(!is_nested());
        let _around = Within::enter([8; 32]);
        let polled = task.as_mut().poll(&mut context);
        assert_eq!(polled, std::task::Poll::Ready(((), 6)));
        assert_eq!(nested(|time| time.replace(0)), 0);
    }
}
