//! Builders that a derive makes.

mod thing;
pub mod prelude {
    pub use crate::thing::*;
}
pub use thing::*;

pub fn five() -> u32 {
    5
}

#[derive(Debug, derive_builder::Builder)]
pub struct Local {
    #[builder(default = "5")]
    pub n: u32,
    #[builder(default = "crate::five()")]
    pub m: u32,
    #[builder(default)]
    pub inner: Inner,
}

#[derive(Clone, Debug)]
pub struct Inner(pub u32);

impl Default for Inner {
    fn default() -> Self {
        Self(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn default_as_a_string() {
        assert_eq!(LocalBuilder::default().build().unwrap().n, 5);
    }

    #[test]
    fn default_by_call() {
        assert_eq!(LocalBuilder::default().build().unwrap().m, 5);
    }

    #[test]
    fn default_of_a_type() {
        assert_eq!(LocalBuilder::default().build().unwrap().inner.0, 1);
    }

    #[test]
    fn apart() {
        assert_eq!(five(), 5);
    }
}
