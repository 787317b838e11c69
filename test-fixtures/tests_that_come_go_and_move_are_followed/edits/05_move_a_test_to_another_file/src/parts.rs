pub mod left {
    pub fn left() -> u32 {
        3
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn second() {
        assert_eq!(crate::one() + 1, 2);
    }

    #[test]
    fn third() {
        assert_eq!(super::left::left(), 3);
    }
}
