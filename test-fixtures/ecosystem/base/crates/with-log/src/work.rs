use log::*;

pub struct Load(pub u32);

impl std::fmt::Display for Load {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "load {}", self.0)
    }
}

macro_rules! named {
    ($n:expr) => { crate::work::name_of(&Load($n)) };
}

pub fn name_of(it: &dyn std::fmt::Display) -> String {
    format!("<{it}>")
}

pub fn report() {
    info!(target: "report", "{}", named!(2));
}

pub fn work() {
    warn!("{}", Load(1));
}
