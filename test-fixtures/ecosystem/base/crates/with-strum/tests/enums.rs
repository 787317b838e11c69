use std::str::FromStr;
use with_strum::prelude::*;

#[test]
fn discriminants_by_glob() {
    assert_eq!(ColourKind::from(Colour::Green { depth: 1 }), ColourKind::Green);
    assert_eq!(ColourKind::DarkRed.to_string(), "dark-red");
}

#[test]
fn discriminants_from_text() {
    assert_eq!(ColourKind::from_str("dark-red"), Ok(ColourKind::DarkRed));
}

#[test]
fn display() {
    assert_eq!(Colour::Green { depth: 1 }.to_string(), "Green!");
}

#[test]
fn from_text() {
    assert_eq!("dark_red".parse(), Ok(Colour::DarkRed));
}

#[test]
fn refused() {
    assert_eq!(Colour::from_str("x"), Err("no x".to_string()));
}

#[test]
fn iterated() {
    assert_eq!(Level::iter().count(), 2);
}

#[test]
fn properties() {
    let all: Vec<_> = Level::iter().filter_map(|level| level.get_str("weight")).collect();
    assert_eq!(all, ["low", "high"]);
}

#[test]
fn repr() {
    assert_eq!(Level::from_repr(4), Some(Level::High));
}

#[test]
fn names() {
    assert_eq!(Level::VARIANTS, ["Low", "High"]);
}

#[test]
fn default_variant() {
    assert_eq!("x".parse(), Ok(Sized::Other(Text("X".into()))));
}

#[test]
fn apart() {
    assert_eq!(with_strum::fallback(), 3);
}
