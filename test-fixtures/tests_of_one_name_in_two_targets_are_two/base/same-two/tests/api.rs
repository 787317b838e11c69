mod tests {
    #[test]
    fn works() {
        assert_eq!(same_two::one(), 10);
    }
}
