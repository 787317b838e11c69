use std::task::{Context, Poll, Waker};
use with_traits::{ports::*, shapes::*, stores::*};

#[test]
fn dispatched() {
    let shape: Shape = Square(3).into();
    assert_eq!(shape.area(), 9);
}

#[test]
fn dispatched_default() {
    assert_eq!(Shape::from(Strip(3)).doubled(), 6);
}

#[test]
fn awaited() {
    let store = open();
    let mut future = store.get(1);
    let mut context = Context::from_waker(Waker::noop());
    assert_eq!(future.as_mut().poll(&mut context), Poll::Ready(6));
}

#[test]
fn through_a_reference() {
    assert_eq!(number_of(&Local), 80);
}

#[test]
fn delegated() {
    assert_eq!(Outer { inner: Inner }.size(), 6);
}

#[test]
fn apart() {
    assert_eq!(with_traits::apart(), 1);
}
