use std::fs;
use std::path::PathBuf;

pub fn asset(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("data").join(name)
}

pub fn load(name: &str) -> String {
    fs::read_to_string(asset(name)).unwrap()
}

pub fn exists(name: &str) -> bool {
    asset(name).exists()
}

pub fn listed() -> usize {
    asset("").read_dir().unwrap().count()
}

pub fn render(n: u32) -> String {
    format!("<{n}>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads() {
        assert_eq!(load("numbers.csv").trim(), "1,2");
    }

    #[test]
    fn asks_if_it_exists() {
        assert!(!exists("extra.csv"));
    }

    #[test]
    fn lists() {
        assert_eq!(listed(), 1);
    }

    #[test]
    fn reads_nothing() {
        assert_eq!(render(1), "<1>");
    }
}
