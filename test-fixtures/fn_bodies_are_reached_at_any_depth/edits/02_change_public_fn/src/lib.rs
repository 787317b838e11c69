//! A price list.

mod tax;

pub fn price(net: u32) -> u32 {
    net + tax::rounded(net) + 1
}

pub fn label(net: u32) -> String {
    let mark = |n: u32| n * 10;
    format!("price {}", mark(net))
}

pub fn even(n: u32) -> bool {
    n == 0 || odd(n - 1)
}

pub fn odd(n: u32) -> bool {
    n != 0 && even(n - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_hold_tax() {
        assert_eq!(price(100), 119);
    }

    #[test]
    fn tax_alone() {
        assert_eq!(tax::rounded(200), 38);
    }

    #[test]
    fn labels() {
        assert_eq!(label(1), "price 10");
    }

    #[test]
    fn four_is_even() {
        assert!(even(4));
    }

    #[test]
    fn three_is_odd() {
        assert!(odd(3));
    }

    #[test]
    fn alone() {
        assert_eq!(1 + 1, 2);
    }
}
