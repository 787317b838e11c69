pub trait Weigh {
    fn weigh(&self) -> u32;
}

#[derive(Clone, Copy)]
pub struct Stone(pub u32);

impl Weigh for Stone {
    fn weigh(&self) -> u32 {
        self.0
    }
}

pub fn unused() -> u32 {
    "zero"
}

pub fn twice(stone: Stone) -> (Stone, Stone) {
    (stone, stone)
}

#[cfg(test)]
mod tests {
    #[test]
    fn stands() {
        assert_eq!(1 + 1, 2);
    }
}
