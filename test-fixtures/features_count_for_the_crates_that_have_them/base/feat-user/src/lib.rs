pub fn banner() -> String {
    feat_core::paint("banner")
}

#[cfg(test)]
mod tests {
    #[test]
    fn plain_banner() {
        assert_eq!(super::banner(), "banner");
    }
}
