pub fn limit() -> u8 {
    100
}

pub trait Steps {
    fn steps(&self) -> u16;
}

struct Walk(u8);

impl Steps for Walk {
    fn steps(&self) -> u16 {
        u16::from(self.0) + 1
    }
}

pub fn walk(n: u8) -> Box<dyn Steps> {
    Box::new(Walk(n))
}

#[macro_export]
macro_rules! steps {
    (in $($rest:tt)*) => { $crate::walk($($rest)*).steps() };
    ($($rest:tt)*) => { $crate::steps!(in $($rest)*) };
}

pub fn most() -> u8 {
    9
}

pub fn double(n: u8) -> u16 {
    u16::from(n) * 2
}
