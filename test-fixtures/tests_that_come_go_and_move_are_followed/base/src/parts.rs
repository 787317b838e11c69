pub mod left {
    pub fn left() -> u32 {
        3
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn third() {
        assert_eq!(super::left::left(), 3);
    }
}
