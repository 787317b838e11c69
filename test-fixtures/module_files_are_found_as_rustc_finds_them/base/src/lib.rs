#[path = "odd place/engine.rs"]
pub mod engine;
pub mod nested;
pub mod inline {
    pub mod below;

    #[path = "side.rs"]
    pub mod beside;
}
#[cfg_attr(unix, path = "posix.rs")]
#[cfg_attr(not(unix), path = "foreign.rs")]
pub mod platform;
pub mod r#type;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_path() {
        assert_eq!(engine::power(), 1);
    }

    #[test]
    fn by_mod_rs() {
        assert_eq!(nested::power(), 2);
    }

    #[test]
    fn below_inline() {
        assert_eq!(inline::below::power(), 3);
    }

    #[test]
    fn path_below_inline() {
        assert_eq!(inline::beside::power(), 4);
    }

    #[test]
    fn by_cfg_attr() {
        assert_eq!(platform::power(), 5);
    }

    #[test]
    fn raw_name() {
        assert_eq!(r#type::power(), 6);
    }
}
