use std::fmt::{self, Display};

pub trait Shout {
    fn shout(&self) -> String;
}

impl<T: Display> Shout for T {
    fn shout(&self) -> String {
        self.to_string().to_uppercase()
    }
}

pub struct Name(pub &'static str);

impl Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("b")
    }
}

pub trait Whisper {
    fn whisper(&self) -> String;
}

impl Whisper for str {
    fn whisper(&self) -> String {
        self.to_lowercase()
    }
}

pub trait Twice {
    fn twice(self) -> u32;
}

impl<T> Twice for T
where
    u32: From<T>,
{
    fn twice(self) -> u32 {
        u32::from(self) * 2
    }
}

pub fn generic<T: Shout>(value: T) -> String {
    value.shout()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn on_a_local_type() {
        assert_eq!(Name("a").shout(), "A");
    }

    #[test]
    fn on_a_std_type() {
        assert_eq!(1.5.shout(), "1.5");
        assert_eq!("a".shout(), "A");
    }

    #[test]
    fn through_a_bound() {
        assert_eq!(generic('c'), "C");
    }

    #[test]
    fn impl_for_a_std_type() {
        assert_eq!("ABC".whisper(), "abc");
    }

    #[test]
    fn where_clause() {
        assert_eq!(4u8.twice(), 8);
    }

    #[test]
    fn plain() {
        assert_eq!("ABC".to_lowercase(), "abc");
    }
}
