use log::*;

pub struct Load(pub u32);

impl std::fmt::Display for Load {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "load {}", self.0)
    }
}

pub fn work() {
    warn!("{}", Load(1));
}
