#[cfg(test)]
mod tests {
    #[test]
    fn apart() {
        assert_eq!(1 + 1, 2);
    }
}
