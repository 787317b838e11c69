pub mod short {
    pub trait Show {
        fn show(&self) -> String;
    }

    impl Show for u32 {
        fn show(&self) -> String {
            format!("{self}")
        }
    }
}

pub mod long {
    pub trait Show {
        fn show(&self) -> String;
    }

    impl Show for u32 {
        fn show(&self) -> String {
            format!("number {self}")
        }
    }
}

pub mod user {
    use super::short::Show;

    pub fn text(n: u32) -> String {
        n.show()
    }
}

pub mod anonymous {
    use super::long::Show as _;

    pub fn text(n: u32) -> String {
        n.show()
    }
}

pub mod extension {
    pub trait Every {
        fn every(self, n: usize) -> Vec<u8>;
    }

    impl<I: Iterator<Item = u8>> Every for I {
        fn every(self, n: usize) -> Vec<u8> {
            self.step_by(n).collect()
        }
    }
}

pub mod supers {
    pub trait Base {
        fn base(&self) -> u32 {
            1
        }
    }

    pub trait Derived: Base {
        fn derived(&self) -> u32 {
            self.base() + 10
        }
    }

    impl Base for u8 {
        fn base(&self) -> u32 {
            5
        }
    }
    impl Derived for u8 {}

    pub fn through_a_bound(value: impl Derived) -> u32 {
        value.base()
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn imported() {
        assert_eq!(super::user::text(3), "3");
    }

    #[test]
    fn imported_without_a_name() {
        assert_eq!(super::anonymous::text(3), "number 3");
    }

    #[test]
    fn extension_of_iterators() {
        use super::extension::Every;
        assert_eq!([1, 2, 3].into_iter().every(2), [1, 3]);
    }

    #[test]
    fn supertrait() {
        use super::supers::Derived;
        assert_eq!(1u8.derived(), 11);
    }

    #[test]
    fn supertrait_through_a_bound() {
        assert_eq!(super::supers::through_a_bound(1u8), 1);
    }

    #[test]
    fn none() {
        assert_eq!(3.to_string(), "3");
    }
}
