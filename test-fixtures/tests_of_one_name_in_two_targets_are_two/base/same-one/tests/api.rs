mod tests {
    #[test]
    fn works() {
        assert_eq!(same_one::one() + same_one::other(), 3);
    }
}
