pub const TEXT: &str = include_str!("text.txt");
pub static BYTES: &[u8] = include_bytes!("../assets/bytes.bin");

pub fn table() -> Vec<(u32, &'static str)> {
    include!("table.in")
}

pub fn template() -> &'static str {
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/template.html"))
}

macro_rules! asset {
    ($name:literal) => {
        include_str!(concat!("../assets/", $name))
    };
}

pub fn style() -> &'static str {
    asset!("style.css")
}

pub mod generated {
    include!("generated.rs");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text() {
        assert_eq!(TEXT.trim(), "text");
    }

    #[test]
    fn bytes() {
        assert_eq!(BYTES.len(), 4);
    }

    #[test]
    fn expression() {
        assert_eq!(table().len(), 2);
    }

    #[test]
    fn concatenated_path() {
        assert_eq!(template().trim(), "<p>");
    }

    #[test]
    fn path_from_a_macro() {
        assert_eq!(style().trim(), "p {}");
    }

    #[test]
    fn items() {
        assert_eq!(generated::made(), 1);
    }

    #[test]
    fn other_items() {
        assert_eq!(generated::also_made(), 2);
    }

    #[test]
    fn none() {
        assert_eq!("text".len(), 4);
    }
}
