pub mod left {
    pub fn left() -> u32 {
        3
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn fourth() {
        assert_eq!(4, 5);
    }

    #[test]
    fn third() {
        assert_eq!(super::left::left(), 3);
    }
}
