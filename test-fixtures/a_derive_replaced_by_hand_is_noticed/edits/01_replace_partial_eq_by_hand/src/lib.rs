#[derive(Debug, Clone)]
pub struct Point {
    pub x: i32,
    pub y: i32,
}

impl PartialEq for Point {
    fn eq(&self, other: &Self) -> bool {
        self.x == other.x
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Span {
    pub from: i32,
    pub to: i32,
}

#[derive(Clone, Copy)]
pub struct Mark;

pub trait Kind {
    fn kind(&self) -> &'static str;
}

impl<T: Clone> Kind for Span2<T> {
    fn kind(&self) -> &'static str {
        "cloneable"
    }
}

pub struct Span2<T>(pub T);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_differ() {
        assert_ne!(Point { x: 1, y: 2 }, Point { x: 1, y: 3 });
    }

    #[test]
    fn point_debug() {
        assert_eq!(format!("{:?}", Point { x: 1, y: 2 }), "Point { x: 1, y: 2 }");
    }

    #[test]
    fn spans_differ() {
        assert_ne!(Span { from: 1, to: 2 }, Span::default());
    }

    #[test]
    fn marks() {
        assert!(!std::mem::needs_drop::<Mark>());
    }

    #[test]
    fn kinds() {
        assert_eq!(Span2(Mark).kind(), "cloneable");
    }
}
