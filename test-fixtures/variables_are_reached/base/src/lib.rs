pub fn release() -> &'static str {
    env!("RELEASE_NAME")
}

pub fn stage() -> Option<&'static str> {
    option_env!("STAGE")
}

pub fn greeting() -> String {
    std::env::var("GREETING").unwrap_or_default()
}

const NAME: &str = "GREETING";

pub fn by_const() -> String {
    std::env::var(NAME).unwrap_or_default()
}

pub fn version() -> &'static str {
    env!("CARGO_PKG_VERSION")
}

pub fn fixed() -> &'static str {
    "alpha"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_env_macro() {
        assert_eq!(release(), "alpha");
    }

    #[test]
    fn by_option_env_macro() {
        assert_eq!(stage(), Some("one"));
    }

    #[test]
    fn at_run_time() {
        assert_eq!(greeting(), "hi");
    }

    #[test]
    fn at_run_time_by_const() {
        assert_eq!(by_const(), "hi");
    }

    #[test]
    fn package_version() {
        assert_eq!(version(), "0.1.0");
    }

    #[test]
    fn reads_none() {
        assert_eq!(fixed(), "alpha");
    }
}
