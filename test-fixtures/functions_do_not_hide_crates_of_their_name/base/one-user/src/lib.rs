#[cfg(test)]
mod tests {
    use one_name::Numbers;

    fn one_name() -> Numbers {
        Numbers::new(&[1, 2])
    }

    #[test]
    fn last() {
        assert_eq!(one_name().last(), 2);
    }

    #[test]
    fn first() {
        assert_eq!(one_name().first(), 1);
    }
}
