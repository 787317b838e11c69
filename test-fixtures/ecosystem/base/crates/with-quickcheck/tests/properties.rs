use quickcheck::{Arbitrary, Gen, quickcheck};
use with_quickcheck::*;

#[derive(Clone, Debug)]
struct Even(u8);

impl Arbitrary for Even {
    fn arbitrary(g: &mut Gen) -> Self {
        Self(u8::arbitrary(g) / 2 * 2)
    }
}

quickcheck! {
    fn doubles(n: u8) -> bool {
        double(n) == u16::from(n) + u16::from(n)
    }

    fn evens_stay_even(n: Even) -> bool {
        n.0 % 2 == 0
    }
}

#[test]
fn apart() {
    assert_eq!(1 + 1, 2);
}
