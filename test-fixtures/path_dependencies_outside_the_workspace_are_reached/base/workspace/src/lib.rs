pub fn total() -> u32 {
    path_outside::weight() + 1
}

#[cfg(test)]
mod tests {
    #[test]
    fn totals() {
        assert_eq!(super::total(), 4);
    }

    #[test]
    fn other_fn() {
        assert_eq!(path_outside::height(), 9);
    }

    #[test]
    fn inside_alone() {
        assert_eq!(1 + 1, 2);
    }
}
