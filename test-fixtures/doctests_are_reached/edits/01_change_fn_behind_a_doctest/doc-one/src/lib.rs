/// Adds one.
///
/// ```
/// assert_eq!(doc_one::add(1), 2);
/// ```
pub fn add(n: u32) -> u32 {
    n + step()
}

fn step() -> u32 {
    2
}

#[cfg(test)]
mod tests {
    #[test]
    fn unit() {
        assert_eq!(2 + 2, 4);
    }
}
