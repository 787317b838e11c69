extern crate heart as motor;

pub fn beat() -> u32 {
    heart::pulse()
}

pub fn hum() -> u32 {
    motor::rest()
}

#[cfg(test)]
mod tests {
    #[test]
    fn beats() {
        assert_eq!(super::beat(), 60);
    }

    #[test]
    fn hums() {
        assert_eq!(super::hum(), 0);
    }
}
