//! Functions that mamo cannot answer for, each with a root that reaches it, and clean ones beside them.

pub mod carried;
pub mod clean;
pub mod values;
pub mod world;

#[cfg(test)]
mod tests {
    use crate::{clean, world};

    #[test]
    fn clock() {
        assert!(world::passed() > 0);
    }

    #[test]
    fn clock_through_a_glob() {
        assert!(world::globbed() > 0);
    }

    #[test]
    fn clock_under_another_name() {
        assert!(world::renamed() < 3600);
    }

    #[test]
    fn randomness() {
        assert_ne!(world::chance(), 0);
    }

    #[test]
    fn network() {
        assert!(!world::reachable());
    }

    #[test]
    fn programs() {
        assert!(world::lists());
    }

    #[test]
    fn clean() {
        assert_eq!(clean::of_words(&["b", "a"]), ["a", "b"]);
        assert_eq!(clean::table()["one"], 1);
    }
}

#[cfg(test)]
mod made {
    mamo::makes_a_test!();
}
