macro_rules! level {
    () => {
        10
    };
}

pub fn before() -> u32 {
    level!()
}

macro_rules! level {
    () => {
        2
    };
}

pub fn after() -> u32 {
    level!()
}

#[macro_use]
mod macros;

pub fn from_module() -> u32 {
    depth!()
}

pub mod inner {
    macro_rules! level {
        () => {
            30
        };
    }

    pub fn inside() -> u32 {
        level!()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_definition() {
        assert_eq!(before(), 1);
    }

    #[test]
    fn second_definition() {
        assert_eq!(after(), 2);
    }

    #[test]
    fn macro_use_module() {
        assert_eq!(from_module(), 9);
    }

    #[test]
    fn inner_definition() {
        assert_eq!(inner::inside(), 30);
    }
}
