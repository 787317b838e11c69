use with_thiserror::{error::*, parse};

fn text(error: impl std::error::Error) -> String {
    error.to_string()
}

#[test]
fn call() {
    assert_eq!(text(Error::Named("a".into())), "no 'a'");
}

#[test]
fn named_argument() {
    assert_eq!(text(Error::Counted { n: 4 }), "4 times, at most 3");
}

#[test]
fn transparent() {
    assert_eq!(text(parse("x").unwrap_err()), "cause");
}

#[test]
fn by_function() {
    assert_eq!(text(Error::Formatted(1)), "<1>");
}

#[test]
fn apart() {
    assert_eq!(parse("1").unwrap(), 1);
}
