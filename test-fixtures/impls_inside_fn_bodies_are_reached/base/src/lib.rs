use std::fmt;

pub struct Tag(pub u8);

pub struct Other(pub u8);

pub fn register() {
    impl fmt::Display for Tag {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "#{}", self.0)
        }
    }
}

const _: () = {
    impl fmt::Display for Other {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "other {}", self.0)
        }
    }
};

pub fn inner_items(n: u32) -> u32 {
    const STEP: u32 = 5;
    fn step(n: u32) -> u32 {
        n + STEP
    }
    step(n)
}

pub fn same_names(n: u32) -> u32 {
    const STEP: u32 = 50;
    fn step(n: u32) -> u32 {
        n + STEP
    }
    step(n)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tag() {
        assert_eq!(Tag(1).to_string(), "#1");
    }

    #[test]
    fn other() {
        assert_eq!(Other(1).to_string(), "other 1");
    }

    #[test]
    fn inner() {
        assert_eq!(inner_items(1), 6);
    }

    #[test]
    fn same() {
        assert_eq!(same_names(1), 51);
    }
}
