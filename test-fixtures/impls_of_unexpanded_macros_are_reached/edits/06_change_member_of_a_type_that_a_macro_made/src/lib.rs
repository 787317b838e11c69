pub mod seen {
    pub trait Valued {
        fn value(&self) -> u32;
    }
}

pub mod deep {
    pub fn for_u8() -> u32 {
        8
    }

    pub fn for_u16() -> u32 {
        16
    }
}

mod without_words {
    made::nothing!();
}

mod with_an_import {
    made::same! {
        use super::seen::Valued as Other;
        impl Other for u32 {
            fn value(&self) -> u32 { 32 }
        }
    }
}

mod on_another_item {
    #[made::beside]
    fn unused() {}
}

mod in_a_body {
    #[allow(dead_code)]
    fn unused() {
        made::same! {
            impl crate::seen::Valued for u64 {
                fn value(&self) -> u32 { 64 }
            }
        }
    }
}

pub mod whole {
    made::same! {
        pub trait Whole {
            fn whole(&self) -> u32;
        }
        impl Whole for i8 {
            fn whole(&self) -> u32 { 100 }
        }
    }
}

pub mod types {
    made::same! { #[derive(Default)] pub struct Made; }
}

mod members {
    use crate::types::Made;
    made::same! {
        impl Made {
            pub fn member(&self) -> u32 { 201 }
        }
    }
}

pub mod linked {
    made::same! {
        #[no_mangle]
        extern "C" fn mamo_scenario_linked() -> u32 { 300 }
    }
}

pub fn linked() -> u32 {
    extern "C" {
        fn mamo_scenario_linked() -> u32;
    }
    unsafe { mamo_scenario_linked() }
}

#[cfg(test)]
mod tests {
    use crate::seen::Valued;

    #[test]
    fn without_words() {
        assert_eq!(1u8.value(), 8);
    }

    #[test]
    fn beside_an_item() {
        assert_eq!(1u16.value(), 16);
    }

    #[test]
    fn with_an_import() {
        assert_eq!(1u32.value(), 32);
    }

    #[test]
    fn in_a_body() {
        assert_eq!(1u64.value(), 64);
    }

    #[test]
    fn whole() {
        use crate::whole::Whole;
        assert_eq!(1i8.whole(), 100);
    }

    #[test]
    fn member_of_what_a_macro_made() {
        assert_eq!(crate::types::Made::default().member(), 200);
    }

    #[test]
    fn linked() {
        assert_eq!(crate::linked(), 300);
    }

    #[test]
    fn none() {
        assert_eq!(1 + 1, 2);
    }
}
