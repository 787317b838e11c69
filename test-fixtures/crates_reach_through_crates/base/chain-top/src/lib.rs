use chain_mid::prelude::*;

pub fn top() -> u32 {
    chain_mid::foundation() + chain_mid::middle()
}

pub fn got() -> u32 {
    Low(3).get()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tops() {
        assert_eq!(top(), 15);
    }

    #[test]
    fn gets() {
        assert_eq!(got(), 3);
    }

    #[test]
    fn by_glob_reexport() {
        assert_eq!(chain_mid::base(), 10);
    }

    #[test]
    fn by_dev_dependency() {
        assert_eq!(chain_low::Low(4).get(), 4);
    }
}
