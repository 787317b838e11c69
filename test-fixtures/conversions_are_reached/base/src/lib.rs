use std::error::Error;
use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;

#[derive(Debug, PartialEq)]
pub enum Failure {
    Number(u8),
}

impl From<ParseIntError> for Failure {
    fn from(_: ParseIntError) -> Self {
        Failure::Number(1)
    }
}

pub fn number(text: &str) -> Result<u32, Failure> {
    Ok(text.parse::<u32>()?)
}

#[derive(Debug)]
pub struct Loud;

impl fmt::Display for Loud {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("loud")
    }
}

impl Error for Loud {}

pub fn boxed() -> Result<(), Box<dyn Error>> {
    Err(Loud)?
}

#[derive(Debug, PartialEq)]
pub struct Celsius(pub i32);

#[derive(Debug, PartialEq)]
pub struct Kelvin(pub i32);

impl From<Celsius> for Kelvin {
    fn from(from: Celsius) -> Self {
        Kelvin(from.0 + 273)
    }
}

pub struct Miles(pub i32);

#[derive(Debug, PartialEq)]
pub struct Km(pub i32);

impl From<Miles> for Km {
    fn from(from: Miles) -> Self {
        Km(from.0 * 2)
    }
}

#[derive(Debug, PartialEq)]
pub struct Pair(pub u8, pub u8);

impl FromStr for Pair {
    type Err = ParseIntError;
    fn from_str(text: &str) -> Result<Self, ParseIntError> {
        let (left, right) = text.split_once('-').unwrap_or((text, "0"));
        Ok(Pair(left.parse()?, right.parse()?))
    }
}

pub struct Even(pub u8);

impl TryFrom<u8> for Even {
    type Error = u8;
    fn try_from(n: u8) -> Result<Self, u8> {
        if n % 2 == 0 { Ok(Even(n)) } else { Err(n) }
    }
}

pub struct Name(pub String);

impl AsRef<str> for Name {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

pub fn length(text: impl AsRef<str>) -> usize {
    text.as_ref().len()
}

pub struct Bag(pub usize);

impl FromIterator<u8> for Bag {
    fn from_iter<I: IntoIterator<Item = u8>>(iter: I) -> Self {
        Bag(iter.into_iter().count())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn question_mark() {
        assert_eq!(number("x"), Err(Failure::Number(1)));
    }

    #[test]
    fn boxed_error() {
        assert_eq!(boxed().unwrap_err().to_string(), "loud");
    }

    #[test]
    fn into() {
        let kelvin: Kelvin = Celsius(0).into();
        assert_eq!(kelvin, Kelvin(273));
    }

    #[test]
    fn into_another() {
        let km: Km = Miles(3).into();
        assert_eq!(km, Km(6));
    }

    #[test]
    fn parse() {
        assert_eq!("3-4".parse(), Ok(Pair(3, 4)));
    }

    #[test]
    fn try_into() {
        let even: Result<Even, u8> = 3u8.try_into();
        assert!(even.is_err());
    }

    #[test]
    fn as_ref() {
        assert_eq!(length(Name("abc".into())), 3);
    }

    #[test]
    fn as_ref_of_a_std_type() {
        assert_eq!(length("abc"), 3);
    }

    #[test]
    fn collect() {
        let bag: Bag = [1u8, 2, 3].into_iter().collect();
        assert_eq!(bag.0, 3);
    }
}
