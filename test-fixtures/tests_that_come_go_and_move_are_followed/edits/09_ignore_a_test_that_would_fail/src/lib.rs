pub mod parts;

pub fn one() -> u32 {
    9
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first() {
        assert_eq!(one(), 9);
    }

    #[test]
    #[ignore]
    fn second() {
        assert_eq!(one() + 1, 2);
    }
}
