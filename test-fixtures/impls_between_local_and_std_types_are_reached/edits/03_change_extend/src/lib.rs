use std::ops::{Add, Mul};

#[derive(Clone, Copy, Debug)]
pub struct Metre(pub u32);

#[derive(Clone, Copy, Debug)]
pub struct Litre(pub u32);

impl Add<Metre> for u32 {
    type Output = u32;
    fn add(self, other: Metre) -> u32 {
        self + other.0
    }
}

impl Add<Litre> for u32 {
    type Output = u32;
    fn add(self, other: Litre) -> u32 {
        self + other.0
    }
}

impl From<Metre> for String {
    fn from(from: Metre) -> String {
        format!("{}m", from.0)
    }
}

impl Extend<Metre> for Path {
    fn extend<I: IntoIterator<Item = Metre>>(&mut self, iter: I) {
        self.0.extend(iter.into_iter().map(|m| m.0).take(1));
    }
}

pub struct Path(pub Vec<u32>);

impl PartialEq<u32> for Litre {
    fn eq(&self, other: &u32) -> bool {
        self.0 == *other
    }
}

pub trait Total {
    fn total(&self) -> u32;
}

impl Total for Vec<Metre> {
    fn total(&self) -> u32 {
        self.iter().map(|m| m.0).sum()
    }
}

impl Total for [Litre] {
    fn total(&self) -> u32 {
        self.iter().map(|l| l.0).sum::<u32>()
    }
}

impl<'a> Mul<&'a Metre> for &'a Metre {
    type Output = u32;
    fn mul(self, other: &Metre) -> u32 {
        self.0 * other.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn number_plus_metre() {
        assert_eq!(1 + Metre(2), 3);
    }

    #[test]
    fn number_plus_litre() {
        assert_eq!(1 + Litre(2), 3);
    }

    #[test]
    fn metre_into_string() {
        let text: String = Metre(2).into();
        assert_eq!(text, "2m");
    }

    #[test]
    fn extend() {
        let mut path = Path(vec![]);
        path.extend([Metre(1), Metre(2)]);
        assert_eq!(path.0.len(), 2);
    }

    #[test]
    fn litre_equals_number() {
        assert_eq!(Litre(3), 3);
    }

    #[test]
    fn total_of_a_vec() {
        assert_eq!(vec![Metre(1), Metre(2)].total(), 3);
    }

    #[test]
    fn total_of_a_slice() {
        assert_eq!([Litre(1), Litre(3)][..].total(), 4);
    }

    #[test]
    fn references() {
        assert_eq!(&Metre(2) * &Metre(3), 6);
    }

    #[test]
    fn none() {
        assert_eq!(1 + 2, 3);
    }
}
