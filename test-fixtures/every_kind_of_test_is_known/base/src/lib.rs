pub fn one() -> u32 {
    1
}

pub fn two() -> u32 {
    2
}

pub fn three() -> u32 {
    3
}

pub fn check(n: u32) -> Result<u32, String> {
    if n == 1 { Ok(n) } else { Err(format!("{n} is not 1")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[should_panic(expected = "left: 1")]
    fn panics() {
        assert_eq!(one(), 2);
    }

    #[test]
    fn results() -> Result<(), String> {
        check(one()).map(|_| ())
    }

    #[test]
    #[ignore = "slow"]
    fn ignored() {
        assert_eq!(one(), 1);
    }

    #[test]
    fn twos() {
        assert_eq!(two(), 2);
    }
}
