use std::fs::read_to_string;
use std::path::Path;

pub fn number(path: impl AsRef<Path>) -> u32 {
    read_to_string(path).unwrap().trim().parse().unwrap()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_path() {
        assert_eq!(number("../testdata/one.txt"), 1);
    }

    #[test]
    fn by_manifest_dir() {
        assert_eq!(number(concat!(env!("CARGO_MANIFEST_DIR"), "/../testdata/one.txt")), 1);
    }

    #[test]
    fn by_parent() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        assert_eq!(number(root.join("testdata").join("one.txt")), 1);
    }

    #[test]
    fn by_joined_parent() {
        let root = Path::new("..");
        assert_eq!(number(root.join("testdata").join("one.txt")), 1);
    }

    #[test]
    fn lists() {
        assert_eq!(std::fs::read_dir("../testdata").unwrap().count(), 1);
    }

    #[test]
    fn of_the_other_member() {
        assert_eq!(number("../shared-other/data/three.txt"), 3);
    }

    #[test]
    fn reads_own_data() {
        assert_eq!(number("data/two.txt"), 2);
    }

    #[test]
    fn reads_nothing() {
        assert_eq!(1 + 1, 2);
    }
}
