pub use chain_low::base as foundation;
pub use chain_low::*;

pub fn middle() -> u32 {
    5
}

pub mod prelude {
    pub use chain_low::Low;
}

#[cfg(test)]
mod tests {
    #[test]
    fn mid() {
        assert_eq!(super::middle(), 5);
    }
}
