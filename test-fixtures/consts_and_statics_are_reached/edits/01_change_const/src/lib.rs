pub const LIMIT: usize = 4;
pub const OTHER: usize = 30;
pub static GREETING: &str = "hello";
pub static FAREWELL: &str = "bye";

const fn double(n: usize) -> usize {
    n * 2
}

const DOUBLED: usize = double(4);
const QUIT: char = 'q';
const LAST: i32 = 9;

pub fn clamp(n: usize) -> usize {
    n.min(LIMIT)
}

pub fn buffer() -> [u8; LIMIT + 1] {
    [0; LIMIT + 1]
}

pub struct Grid {
    pub cells: [u8; WIDTH],
}

const WIDTH: usize = 5;

pub fn command(c: char) -> &'static str {
    match c {
        QUIT => "quit",
        _ => "other",
    }
}

pub fn in_range(n: i32) -> bool {
    matches!(n, 0..=LAST)
}

pub fn shown() -> String {
    format!("{GREETING}!")
}

pub mod inner {
    pub const LIMIT: usize = 100;

    pub fn clamp(n: usize) -> usize {
        n.min(LIMIT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clamps() {
        assert_eq!(clamp(10), 3);
    }

    #[test]
    fn buffer_length() {
        assert_eq!(buffer().len(), 4);
    }

    #[test]
    fn inner_clamps() {
        assert_eq!(inner::clamp(1000), 100);
    }

    #[test]
    fn field_length() {
        assert_eq!(size_of::<Grid>(), 5);
    }

    #[test]
    fn const_fn_in_a_const() {
        assert_eq!(DOUBLED, 8);
    }

    #[test]
    fn const_pattern() {
        assert_eq!(command('q'), "quit");
    }

    #[test]
    fn range_pattern() {
        assert!(in_range(9));
    }

    #[test]
    fn captured_in_format_string() {
        assert_eq!(shown(), "hello!");
    }

    #[test]
    fn other_static() {
        assert_eq!(FAREWELL, "bye");
    }
}
