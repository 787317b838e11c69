use composing_macros::{Visit, call};

#[derive(Visit)]
pub struct RedApple;

fn visit_red_apple() -> u32 {
    1
}

fn count_now() -> u32 {
    7
}

pub fn counted() -> u32 {
    call!(Count)
}

fn red_pear() -> u32 {
    3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derived() {
        assert_eq!(RedApple.visit(), 1);
    }

    #[test]
    fn banged() {
        assert_eq!(counted(), 2);
    }

    #[test]
    fn free() {
        assert_eq!(red_pear(), 3);
    }
}
