//! Work that would block, on a thread of its own, as a future for any executor.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

/// Runs `work` on another thread; `None` if it panicked. Where no thread can be started, it runs at once, here.
pub(crate) fn aside<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> impl Future<Output = Option<T>> {
    let state = Arc::new(Mutex::new(State::Running(None)));
    let finish = Finish(state.clone());
    // Kept outside of the thread's closure, so that it is not lost if there is no thread.
    let work = Arc::new(Mutex::new(Some((work, finish))));
    let taken = work.clone();
    let run = move || {
        let taken = taken.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some((work, finish)) = taken {
            finish.with(work());
        }
    };
    if std::thread::Builder::new().spawn(run).is_err() {
        let left = work.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some((work, finish)) = left {
            finish.with(work());
        }
    }
    Aside(state)
}

enum State<T> {
    Running(Option<Waker>),
    Ended(Option<T>),
}

/// Ends the work, also by a panic.
struct Finish<T>(Arc<Mutex<State<T>>>);

impl<T> Finish<T> {
    fn with(self, result: T) {
        end(&self.0, Some(result));
    }
}

impl<T> Drop for Finish<T> {
    fn drop(&mut self) {
        end(&self.0, None);
    }
}

fn end<T>(state: &Mutex<State<T>>, result: Option<T>) {
    let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
    if let State::Running(waker) = &mut *state {
        let waker = waker.take();
        *state = State::Ended(result);
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

struct Aside<T>(Arc<Mutex<State<T>>>);

impl<T> Future for Aside<T> {
    type Output = Option<T>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<T>> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *state {
            State::Ended(result) => Poll::Ready(result.take()),
            State::Running(waker) => {
                *waker = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }
}
