//! Tests of every kind, each marked by the attribute that is given.

/// Makes the tests.
#[macro_export]
macro_rules! suite {
    ($test:meta) => {
        #[$test]
        fn adds() {
            println!("one and one");
            assert_eq!(1 + 1, 2);
        }

        #[$test]
        fn fails() {
            println!("printed by fails");
            assert_eq!(1, 2, "as it is meant to");
        }

        #[$test]
        #[ignore]
        fn ignored() {}

        #[$test]
        #[ignore = "takes a day"]
        fn ignored_for_a_reason() {
            panic!("it is run");
        }

        #[$test]
        #[should_panic]
        fn panics() {
            panic!("as expected");
        }

        #[$test]
        #[should_panic(expected = "of this kind")]
        fn panics_with() {
            panic!("a panic of this kind");
        }

        #[$test]
        fn returns() -> Result<(), std::num::ParseIntError> {
            "7".parse::<u32>().map(drop)
        }

        mod faults {
            #[$test]
            #[should_panic(expected = "another")]
            fn panics_otherwise() {
                panic!("one");
            }

            #[$test]
            fn returns_an_error() -> Result<(), String> {
                Err("said by the test".to_owned())
            }

            #[$test]
            fn returns_a_code() -> std::process::ExitCode {
                std::process::ExitCode::from(3)
            }
        }

        mod inner {
            #[$test]
            fn adds() {}

            #[$test]
            fn prints() {
                println!("on stdout");
                eprintln!("on stderr");
            }
        }
    };
}
