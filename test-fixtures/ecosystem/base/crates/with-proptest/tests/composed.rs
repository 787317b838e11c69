use proptest::prelude::*;
use with_proptest::*;

prop_compose! {
    fn digits()(n in 0..=most()) -> u8 {
        n
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn one_more(n in prop_oneof![Just(1u8), digits()]) {
        prop_assert_eq!(steps!(n), u16::from(n) + 1);
    }

    #[test]
    fn single(n in digits()) {
        prop_assert!(n < 10);
    }
}
