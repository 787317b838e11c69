pub trait Unit {
    const FACTOR: u32;
    type Raw: Zero;

    fn new() -> Self;
    fn raw(&self) -> u32;

    fn limit() -> u32 {
        1000
    }
}

pub trait Zero {
    fn zero() -> u32;
}

pub struct SmallZero;
pub struct BigZero;

impl Zero for SmallZero {
    fn zero() -> u32 {
        0
    }
}

impl Zero for BigZero {
    fn zero() -> u32 {
        100
    }
}

pub struct Metre;
pub struct Mile;

impl Unit for Metre {
    const FACTOR: u32 = 10;
    type Raw = SmallZero;

    fn new() -> Self {
        Metre
    }

    fn raw(&self) -> u32 {
        1
    }
}

impl Unit for Mile {
    const FACTOR: u32 = 16;
    type Raw = BigZero;

    fn new() -> Self {
        Mile
    }

    fn raw(&self) -> u32 {
        2
    }
}

pub fn convert<U: Unit>(unit: &U) -> u32 {
    unit.raw() * U::FACTOR
}

pub fn fresh<U>() -> u32
where
    U: Unit,
{
    U::new().raw()
}

pub fn zero<U: Unit>() -> u32 {
    U::Raw::zero()
}

pub fn limit<U: Unit>() -> u32 {
    <U as Unit>::limit()
}

pub struct Ring<const N: usize>;

impl<const N: usize> Ring<N> {
    pub const SIZE: usize = N * 3;

    pub fn next(at: usize) -> usize {
        (at + 1) % N
    }
}

pub const SEVEN: usize = 7;

pub type Week = Ring<SEVEN>;
pub type Dozen = Ring<12>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metre_converts() {
        assert_eq!(convert(&Metre), 10);
    }

    #[test]
    fn mile_converts() {
        assert_eq!(convert(&Mile), 32);
    }

    #[test]
    fn fresh_mile() {
        assert_eq!(fresh::<Mile>(), 2);
    }

    #[test]
    fn zero_of_a_metre() {
        assert_eq!(zero::<Metre>(), 0);
    }

    #[test]
    fn zero_of_a_mile() {
        assert_eq!(zero::<Mile>(), 100);
    }

    #[test]
    fn limit_of_a_mile() {
        assert_eq!(limit::<Mile>(), 1000);
    }

    #[test]
    fn week() {
        assert_eq!(Week::next(6), 0);
    }

    #[test]
    fn dozen() {
        assert_eq!(Dozen::next(6), 7);
        assert_eq!(Dozen::SIZE, 24);
    }
}
