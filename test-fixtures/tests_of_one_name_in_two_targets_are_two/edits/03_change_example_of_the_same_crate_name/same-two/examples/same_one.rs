//! An example that is called as the other package's library.

fn one() -> u32 {
    101
}

fn main() {
    println!("{}", one());
}

#[cfg(test)]
mod tests {
    #[test]
    fn works() {
        assert_eq!(super::one(), 100);
    }
}
