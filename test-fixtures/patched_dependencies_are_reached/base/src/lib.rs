#[cfg(test)]
mod tests {
    #[test]
    fn uses_one() {
        assert_eq!(patch_me::one(), 1);
    }

    #[test]
    fn uses_two() {
        assert_eq!(patch_me::two(), 2);
    }
}
