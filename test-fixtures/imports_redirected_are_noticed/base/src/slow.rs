pub struct Engine;

impl Engine {
    pub fn power(&self) -> u32 {
        5
    }
}

pub fn run() -> u32 {
    1
}
