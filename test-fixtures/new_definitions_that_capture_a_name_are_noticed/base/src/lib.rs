pub mod binding {
    pub fn classify(n: u32) -> &'static str {
        #[allow(unreachable_patterns, unused_variables, non_upper_case_globals, non_snake_case)]
        match n {
            LIMIT => "limit",
            _ => "other",
        }
    }
}

pub mod macros {
    pub fn listed() -> usize {
        vec![1, 2, 3].len()
    }
}

pub mod variants {
    pub enum Choice {
        Left,
        Right,
    }

    pub fn names() -> (u32, u32) {
        use Choice::*;
        (number(&Left), number(&Right))
    }

    fn number(choice: &Choice) -> u32 {
        match choice {
            Choice::Left => 1,
            Choice::Right => 2,
        }
    }
}

pub mod std_name {
    pub fn length(text: &str) -> usize {
        let text: String = text.into();
        text.len()
    }

    pub fn smaller(a: u32, b: u32) -> u32 {
        use std::cmp::*;
        min(a, b)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn binding_matches_all() {
        assert_eq!(binding::classify(5), "limit");
    }

    #[test]
    fn std_macro() {
        assert_eq!(macros::listed(), 3);
    }

    #[test]
    fn glob_of_variants() {
        assert_eq!(variants::names(), (1, 2));
    }

    #[test]
    fn std_type() {
        assert_eq!(std_name::length("abc"), 3);
    }

    #[test]
    fn std_glob() {
        assert_eq!(std_name::smaller(1, 2), 1);
    }

    #[test]
    fn none() {
        assert_eq!(1 + 1, 2);
    }
}
