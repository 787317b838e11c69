//! Files that a debug build reads when it runs.

#[derive(rust_embed::Embed)]
#[folder = "public/"]
pub struct Asset;

pub fn index() -> String {
    String::from_utf8(Asset::get("index.txt").unwrap().data.to_vec()).unwrap()
}

pub fn count() -> usize {
    Asset::iter().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content() {
        assert_eq!(index(), "hello\n");
    }

    #[test]
    fn number() {
        assert_eq!(count(), 1);
    }
}
