#[cfg(feature = "fast")]
pub fn speed() -> u32 {
    101
}

#[cfg(not(feature = "fast"))]
pub fn speed() -> u32 {
    1
}

pub fn mode() -> &'static str {
    if cfg!(feature = "slow") { "slow" } else { "quick" }
}

#[cfg(target_pointer_width = "64")]
pub fn width() -> u32 {
    64
}

#[cfg(target_pointer_width = "8")]
pub fn width() -> u32 {
    8
}

#[cfg(test)]
fn helper() -> u32 {
    5
}

#[cfg(not(test))]
fn helper() -> u32 {
    50
}

pub fn helped() -> u32 {
    helper()
}

#[cfg_attr(feature = "fast", derive(PartialEq))]
#[derive(Debug)]
pub struct Level(pub u8);

#[cfg(never_set)]
mod absent;

pub fn custom() -> u32 {
    #[cfg(tuned)]
    return 2;
    #[cfg(not(tuned))]
    1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speeds() {
        assert_eq!(speed(), 100);
    }

    #[test]
    fn modes() {
        assert_eq!(mode(), "quick");
    }

    #[test]
    fn widths() {
        assert_eq!(width(), 64);
    }

    #[test]
    fn helpers() {
        assert_eq!(helped(), 5);
    }

    #[test]
    fn customs() {
        assert_eq!(custom(), 1);
    }

    #[test]
    #[cfg(feature = "fast")]
    fn levels() {
        assert_eq!(Level(1), Level(1));
    }
}
