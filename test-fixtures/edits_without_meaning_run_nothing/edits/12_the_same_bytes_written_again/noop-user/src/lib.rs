#[cfg(test)]
mod tests {
    #[test]
    fn used() {
        assert_eq!(noop_core::double(4), 8);
    }
}
