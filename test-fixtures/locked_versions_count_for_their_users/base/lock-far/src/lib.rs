#[cfg(test)]
mod tests {
    #[test]
    fn far() {
        assert_eq!(lock_user::answer() + 1, 42);
    }
}
