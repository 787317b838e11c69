pub struct Lamp;

impl Lamp {
    pub fn power(&self) -> u32 {
        2
    }
}

pub trait Light {
    fn power(&self) -> u32 {
        1
    }
}

impl Light for Lamp {}

pub struct Heater;

impl Light for Heater {}

pub struct Cell(pub u32);

pub trait ByRef {
    fn read(&self) -> u32;
}

impl ByRef for Cell {
    fn read(&self) -> u32 {
        self.0
    }
}

pub mod near {
    pub fn helper() -> u32 {
        1
    }
}

pub struct List(pub Vec<u32>);

impl std::ops::Deref for List {
    type Target = Vec<u32>;
    fn deref(&self) -> &Vec<u32> {
        &self.0
    }
}

pub struct Empty;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lamp() {
        assert_eq!(Lamp.power(), 1);
    }

    #[test]
    fn heater() {
        assert_eq!(Heater.power(), 1);
    }

    #[test]
    fn cell() {
        assert_eq!(Cell(3).read(), 3);
    }

    #[test]
    fn list_length() {
        assert_eq!(List(vec![1, 2]).len(), 2);
    }

    #[test]
    fn std_length() {
        assert_eq!(vec![1, 2].len(), 2);
    }

    #[test]
    fn near() {
        assert_eq!(super::near::helper(), 1);
    }
}
