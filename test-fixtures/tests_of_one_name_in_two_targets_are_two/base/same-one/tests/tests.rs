mod tests {
    #[test]
    fn works() {
        assert_eq!(same_one::other(), 2);
    }
}
