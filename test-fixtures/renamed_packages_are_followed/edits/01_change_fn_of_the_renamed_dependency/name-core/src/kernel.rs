pub fn pulse() -> u32 {
    70
}

pub fn rest() -> u32 {
    0
}

#[cfg(test)]
mod tests {
    #[test]
    fn pulses() {
        assert_eq!(super::pulse(), 60);
    }
}
