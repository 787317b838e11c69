//! What parametrised tests are given, and what they expect.

#[macro_export]
macro_rules! own {
    ($n:expr) => { $crate::shown(&$crate::Text($n)) };
}

pub struct Text(pub u32);

impl std::fmt::Display for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "x{}", self.0)
    }
}

pub fn shown(it: &dyn std::fmt::Display) -> String {
    it.to_string()
}

pub fn square(n: u32) -> u32 {
    n * n
}

pub fn given() -> u32 {
    3
}

pub fn is_nine(n: u32) {
    assert_eq!(n, nine());
}

fn nine() -> u32 {
    9
}
