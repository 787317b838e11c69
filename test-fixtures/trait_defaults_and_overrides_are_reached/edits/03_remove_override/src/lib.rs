pub trait Shape {
    fn area(&self) -> u32;

    fn describe(&self) -> String {
        format!("area {}", self.area())
    }
}

pub struct Square(pub u32);

impl Shape for Square {
    fn area(&self) -> u32 {
        self.0 * self.0
    }
}

pub struct Circle(pub u32);

impl Shape for Circle {
    fn area(&self) -> u32 {
        3 * self.0 * self.0
    }
}

pub trait Sound {
    fn describe(&self) -> String {
        String::from("silent")
    }
}

pub struct Stone;

impl Sound for Stone {}

pub struct Walk(pub u8);

impl Iterator for Walk {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        self.0 = self.0.checked_sub(1)?;
        Some(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn default_body() {
        assert_eq!(Square(2).describe(), "area 4");
    }

    #[test]
    fn override_hides_it() {
        assert_eq!(Circle(2).describe(), "round");
    }

    #[test]
    fn same_method_of_another_trait() {
        assert_eq!(Stone.describe(), "silent");
    }

    #[test]
    fn through_a_trait_object() {
        let shapes: [&dyn Shape; 1] = [&Square(1)];
        assert_eq!(shapes[0].describe(), "area 1");
    }

    #[test]
    fn default_of_a_std_trait() {
        assert_eq!(Walk(3).nth(0), Some(2));
    }
}
