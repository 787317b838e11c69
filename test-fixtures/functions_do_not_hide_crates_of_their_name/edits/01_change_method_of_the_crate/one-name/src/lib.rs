pub struct Numbers(Vec<u32>);

impl Numbers {
    pub fn new(numbers: &[u32]) -> Self {
        Self(numbers.to_vec())
    }

    pub fn last(&self) -> u32 {
        self.0[0]
    }

    pub fn first(&self) -> u32 {
        self.0[0]
    }
}
