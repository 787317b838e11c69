use enum_dispatch::enum_dispatch;

#[enum_dispatch]
pub trait Area {
    fn area(&self) -> u32;
    fn doubled(&self) -> u32 {
        self.area() * 2
    }
}

pub struct Square(pub u32);
pub struct Strip(pub u32);

impl Area for Square {
    fn area(&self) -> u32 {
        self.0 * self.0
    }
}

impl Area for Strip {
    fn area(&self) -> u32 {
        self.0
    }
}

#[enum_dispatch(Area)]
pub enum Shape {
    Square,
    Strip,
}
