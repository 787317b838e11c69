pub struct Engine;

impl Engine {
    pub fn power(&self) -> u32 {
        20
    }
}

pub fn run() -> u32 {
    2
}

pub fn idle() -> u32 {
    0
}
