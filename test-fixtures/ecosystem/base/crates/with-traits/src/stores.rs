use async_trait::async_trait;

#[async_trait]
pub trait Store: Send + Sync {
    async fn get(&self, n: u32) -> u32;
}

pub struct Memory;

#[async_trait]
impl Store for Memory {
    async fn get(&self, n: u32) -> u32 {
        found(n)
    }
}

fn found(n: u32) -> u32 {
    n + 5
}

pub fn open() -> Box<dyn Store> {
    Box::new(Memory)
}
