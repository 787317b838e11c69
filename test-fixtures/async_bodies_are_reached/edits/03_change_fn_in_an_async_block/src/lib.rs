use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

pub fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
}

pub struct Countdown(pub u32);

impl Future for Countdown {
    type Output = &'static str;

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Self::Output> {
        if self.0 == 0 {
            return Poll::Ready("lift-off");
        }
        self.0 -= 1;
        Poll::Pending
    }
}

pub async fn fetch(n: u32) -> u32 {
    step(n).await + 1
}

async fn step(n: u32) -> u32 {
    n * 2
}

pub fn block() -> impl Future<Output = u32> {
    async { plain() }
}

fn plain() -> u32 {
    7
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn awaited() {
        assert_eq!(block_on(fetch(2)), 5);
    }

    #[test]
    fn future_by_hand() {
        assert_eq!(block_on(Countdown(3)), "lift-off");
    }

    #[test]
    fn async_block() {
        assert_eq!(block_on(block()), 6);
    }
}
