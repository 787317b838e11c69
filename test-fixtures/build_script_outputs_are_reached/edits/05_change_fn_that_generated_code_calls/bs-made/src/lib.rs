include!(concat!(env!("OUT_DIR"), "/made.rs"));

fn seed() -> usize {
    20
}

pub fn first() -> &'static str {
    env!("FIRST")
}

pub fn volume() -> u32 {
    if cfg!(loud) { 10 } else { 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generated() {
        assert_eq!(count(), 12);
    }

    #[test]
    fn variable() {
        assert_eq!(first(), "one");
    }

    #[test]
    fn custom_cfg() {
        assert_eq!(volume(), 1);
    }
}
