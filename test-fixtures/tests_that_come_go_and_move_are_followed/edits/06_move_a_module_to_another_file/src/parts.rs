pub mod left;

#[cfg(test)]
mod tests {
    #[test]
    fn third() {
        assert_eq!(super::left::left(), 3);
    }
}
