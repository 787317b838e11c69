pub fn one() -> u32 {
    3
}

pub fn other() -> u32 {
    2
}

#[cfg(test)]
mod tests {
    #[test]
    fn works() {
        assert_eq!(super::one(), 1);
    }
}
