use crate::*;

struct Number(i32);

impl Shown for Number {
    fn shown(&self) -> String {
        format!("x{}", self.0)
    }
}

pub fn boxed(n: i32) -> Box<dyn Shown> {
    Box::new(Number(n))
}
