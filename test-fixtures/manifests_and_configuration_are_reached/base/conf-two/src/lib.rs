#[cfg(test)]
mod tests {
    #[test]
    fn described_two() {
        assert_eq!(env!("CARGO_PKG_DESCRIPTION"), "two");
    }

    #[test]
    fn level() {
        assert_eq!(std::env::var("CONF_LEVEL").unwrap(), "1");
    }

    #[test]
    fn apart() {
        assert_eq!(1 + 1, 2);
    }
}
