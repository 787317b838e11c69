use pm_macros::{Named, answer, doubled};

fn decorate(name: &str) -> String {
    format!("<{name}>")
}

#[derive(Named)]
pub struct Apple;

#[doubled]
pub fn twenty() -> u32 {
    ten()
}

fn ten() -> u32 {
    10
}

pub fn ultimate() -> u32 {
    answer!()
}

pub fn plain() -> u32 {
    7
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derived() {
        assert_eq!(Apple.name(), "<apple>");
    }

    #[test]
    fn attributed() {
        assert_eq!(twenty(), 20);
    }

    #[test]
    fn banged() {
        assert_eq!(ultimate(), 42);
    }

    #[test]
    fn free() {
        assert_eq!(plain(), 7);
    }
}
