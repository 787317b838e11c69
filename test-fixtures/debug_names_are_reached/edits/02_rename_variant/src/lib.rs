#[derive(Debug)]
pub struct Reading {
    pub degrees: i32,
}

#[derive(Debug)]
pub enum State {
    Still,
}

pub struct Gauge;

pub mod place {
    pub struct Spot;

    pub fn path() -> &'static str {
        module_path!()
    }
}

#[derive(Debug)]
pub struct Other {
    pub degrees: i32,
}

pub fn text() -> &'static str {
    stringify!(a + b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn field_name() {
        let Reading { .. } = Reading::of(1);
        assert_eq!(format!("{:?}", Reading::of(1)), "Reading { degrees: 1 }");
    }

    #[test]
    fn variant_name() {
        assert_eq!(format!("{:?}", State::first()), "Idle");
    }

    #[test]
    fn type_name() {
        assert!(std::any::type_name::<place::Spot>().ends_with("place::Spot"));
    }

    #[test]
    fn other_type_name() {
        assert!(std::any::type_name::<Gauge>().ends_with("Gauge"));
    }

    #[test]
    fn module_name() {
        assert!(place::path().ends_with("place"));
    }

    #[test]
    fn tokens() {
        assert_eq!(text(), "a + b");
    }

    #[test]
    fn other_field_name() {
        assert_eq!(format!("{:?}", Other { degrees: 1 }), "Other { degrees: 1 }");
    }
}

impl Reading {
    pub fn of(n: i32) -> Self {
        Reading { degrees: n }
    }
}

impl State {
    pub fn first() -> Self {
        State::Still
    }
}
