#[cfg(test)]
mod place;

pub fn text() -> &'static str {
    stringify!(a + b)
}

macro_rules! text_of {
    ($($token:tt)*) => {
        stringify!($($token)*)
    };
}

pub fn text_by_macro() -> &'static str {
    text_of!(c + d)
}

pub fn one() -> &'static str {
    stringify!(one)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_tokens() {
        assert_eq!(text(), "a+b");
    }

    #[test]
    fn tokens_of_a_macro() {
        assert_eq!(text_by_macro(), "c+d");
    }

    #[test]
    fn one_token() {
        assert_eq!(one(), "one");
    }
}
