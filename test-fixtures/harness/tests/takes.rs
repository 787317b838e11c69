//! Tests that take fixtures.

use harness::{longest, squares, words};

mamo::harness!(block_on = run);

fn run<F: Future>(future: F) -> F::Output {
    let mut future = std::pin::pin!(future);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    loop {
        if let std::task::Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
}

#[mamo::fixture]
fn corpus() -> Vec<String> {
    words()
}

const LARGE: u64 = 1000;
const FEW: usize = 3;

#[mamo::fixture(cases(small = (3), large = (LARGE)))]
fn sized(count: u64) -> Vec<u64> {
    squares(count)
}

#[mamo::test]
fn alone() {
    assert_eq!(longest(&["x".to_owned()]), 1);
}

#[mamo::test]
fn takes_corpus(corpus: &[String]) {
    assert_eq!(corpus.len(), 3);
}

#[mamo::test]
async fn takes_corpus_async(corpus: &[String]) {
    std::future::ready(()).await;
    assert_eq!(corpus.len(), 3);
}

mod below {
    #[mamo::test]
    fn takes_it_by_path(#[fixture(super::corpus)] words: &Vec<String>) {
        assert_eq!(words[0], "a");
    }
}

#[mamo::test]
fn each_size(#[cases] sized: &[u64]) {
    assert_eq!(sized[2], 9);
}

#[mamo::test]
fn one_size(#[with(7)] sized: &[u64]) {
    assert_eq!(sized.last(), Some(&49));
}

#[mamo::test]
#[case(1, "a")]
#[case::longer(FEW, "few")]
fn length(letters: usize, word: &str) {
    assert_eq!(word.len(), letters);
}
