pub fn one() -> u32 {
    11
}

#[cfg(test)]
mod tests {
    #[test]
    fn works() {
        assert_eq!(super::one(), 10);
    }
}
