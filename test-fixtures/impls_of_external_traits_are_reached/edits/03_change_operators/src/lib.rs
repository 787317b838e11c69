use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Deref, Index, Neg};

#[derive(Clone, Copy, PartialEq)]
pub struct Money(pub i64);

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} EUR", self.0)
    }
}

pub struct Debt(pub i64);

impl fmt::Display for Debt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "owes {}", self.0)
    }
}

impl fmt::Debug for Debt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Debt<{}>", self.0)
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Metres(pub i64);

impl Add for Metres {
    type Output = Metres;
    fn add(self, other: Metres) -> Metres {
        Metres(self.0 + other.0 + 1)
    }
}

impl AddAssign for Metres {
    fn add_assign(&mut self, other: Metres) {
        self.0 -= other.0;
    }
}

impl Neg for Metres {
    type Output = Metres;
    fn neg(self) -> Metres {
        Metres(self.0)
    }
}

impl Sum for Metres {
    fn sum<I: Iterator<Item = Metres>>(iter: I) -> Metres {
        iter.fold(Metres(1), |a, b| Metres(a.0 + b.0))
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Feet(pub i64);

impl Add for Feet {
    type Output = Feet;
    fn add(self, other: Feet) -> Feet {
        Feet(self.0 + other.0)
    }
}

pub struct Row(pub Vec<u8>);

impl Index<usize> for Row {
    type Output = u8;
    fn index(&self, at: usize) -> &u8 {
        &self.0[at]
    }
}

pub struct Inner;

impl Inner {
    pub fn size(&self) -> usize {
        4
    }
}

pub struct Wrapper(pub Inner);

static LEFT: Inner = Inner;

impl Deref for Wrapper {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        let _ = &LEFT;
        &self.0
    }
}

pub struct Setting {
    pub level: u8,
    pub name: &'static str,
}

impl Default for Setting {
    fn default() -> Self {
        Setting { level: 3, name: "x" }
    }
}

#[derive(Default)]
pub struct Settings {
    pub first: Setting,
}

pub struct Countdown(pub u8);

impl Iterator for Countdown {
    type Item = u8;
    fn next(&mut self) -> Option<u8> {
        self.0 = self.0.checked_sub(1)?;
        Some(self.0)
    }
}

pub struct Countup(pub u8);

impl Iterator for Countup {
    type Item = u8;
    fn next(&mut self) -> Option<u8> {
        self.0 += 1;
        (self.0 < 4).then_some(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn display_by_to_string() {
        assert_eq!(Money(3).to_string(), "3 EUR");
    }

    #[test]
    fn display_of_another_type() {
        assert_eq!(Debt(3).to_string(), "owes 3");
    }

    #[test]
    #[should_panic(expected = "Debt<3>")]
    fn debug_in_a_failing_message() {
        Err::<(), Debt>(Debt(3)).unwrap();
    }

    #[test]
    fn plus() {
        assert_eq!(Metres(1) + Metres(2), Metres(3));
    }

    #[test]
    fn plus_equals() {
        let mut length = Metres(1);
        length += Metres(2);
        assert_eq!(length, Metres(3));
    }

    #[test]
    fn minus_sign() {
        assert_eq!((-Metres(1)).0, -1);
    }

    #[test]
    fn sum_of_an_iterator() {
        assert_eq!([Metres(1), Metres(2)].into_iter().sum::<Metres>().0, 3);
    }

    #[test]
    fn plus_of_another_type() {
        assert_eq!(Feet(1) + Feet(2), Feet(3));
    }

    #[test]
    fn brackets() {
        assert_eq!(Row(vec![1, 2, 3])[1], 2);
    }

    #[test]
    fn method_found_through_deref() {
        assert_eq!(Wrapper(Inner).size(), 4);
    }

    #[test]
    fn method_called_straight() {
        assert_eq!(Inner.size(), 4);
    }

    #[test]
    fn default_through_a_derive() {
        assert_eq!(Settings::default().first.level, 3);
    }

    #[test]
    fn rest_of_a_struct() {
        let setting = Setting { name: "y", ..Default::default() };
        assert_eq!(setting.level, 3);
        assert_eq!(setting.name, "y");
    }

    #[test]
    fn for_loop() {
        let mut seen = Vec::new();
        for n in Countdown(2) {
            seen.push(n);
        }
        assert_eq!(seen, [1, 0]);
    }

    #[test]
    fn adapters() {
        assert_eq!(Countdown(3).map(u32::from).max(), Some(2));
    }

    #[test]
    fn another_iterator() {
        assert_eq!(Countup(0).count(), 3);
    }
}
