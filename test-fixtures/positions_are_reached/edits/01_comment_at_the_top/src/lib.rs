// Where are we?
use std::panic::Location;

pub fn here() -> u32 {
    line!()
}

pub fn plain() -> u32 {
    1
}

#[track_caller]
pub fn caller() -> u32 {
    Location::caller().line()
}

pub fn called() -> u32 {
    caller()
}

macro_rules! at {
    () => {
        concat!(file!(), ":", line!(), ":", column!())
    };
}

pub fn place() -> &'static str {
    at!()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_line() {
        assert_eq!(here(), 4);
    }

    #[test]
    fn by_caller() {
        assert_eq!(called(), 17);
    }

    #[test]
    fn by_macro() {
        assert_eq!(place(), "src/lib.rs:27:5");
    }

    #[test]
    fn without_position() {
        assert_eq!(plain(), 1);
    }
}
