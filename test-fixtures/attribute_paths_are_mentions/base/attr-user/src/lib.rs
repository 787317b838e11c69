use attr_macros::Show;

mod hex {
    pub fn show(n: u32) -> String {
        format!("{n:x}")
    }
}

mod bin {
    pub fn show(n: u32) -> String {
        format!("{n:b}")
    }
}

#[derive(Show)]
#[show(with = "crate::hex")]
pub struct Address(pub u32);

#[derive(Show)]
#[show(with = "bin")]
pub struct Mask(pub u32);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn address() {
        assert_eq!(Address(255).show(), "ff");
    }

    #[test]
    fn mask() {
        assert_eq!(Mask(5).show(), "101");
    }

    #[test]
    fn neither() {
        assert_eq!(u8::MAX, 255);
    }
}
