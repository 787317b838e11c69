mod heavy;
mod light;

pub use heavy::weight;
