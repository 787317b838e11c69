#[cfg(test)]
mod tests {
    #[test]
    fn other() {
        assert_eq!(vendored_other::other(), 7);
    }
}
