pub fn base() -> u32 {
    scale(1)
}

fn scale(n: u32) -> u32 {
    n * 10
}

pub struct Low(pub u32);

impl Low {
    pub fn get(&self) -> u32 {
        self.0 + 1
    }
}

#[cfg(test)]
pub fn only_in_tests() -> u32 {
    1
}

#[cfg(test)]
mod tests {
    #[test]
    fn low() {
        assert_eq!(super::only_in_tests(), 1);
    }
}
