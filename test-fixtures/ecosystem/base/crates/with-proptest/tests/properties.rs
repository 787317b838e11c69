use proptest::prelude::*;
use with_proptest::*;

fn small() -> impl Strategy<Value = u8> {
    0..limit()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn doubles(n in small()) {
        prop_assert_eq!(double(n), u16::from(n) + u16::from(n));
    }

    #[test]
    fn is_small(n in small(), _unit in Just(())) {
        prop_assert!(n < 100);
    }
}

#[test]
fn apart() {
    assert_eq!(with_proptest::apart(), 1);
}
