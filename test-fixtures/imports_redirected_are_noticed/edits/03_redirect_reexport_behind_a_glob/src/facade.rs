mod heavy;
mod light;

pub use light::weight;
