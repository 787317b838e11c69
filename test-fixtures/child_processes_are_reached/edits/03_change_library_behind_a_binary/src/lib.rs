pub fn shared() -> u32 {
    3
}

pub fn unshared() -> u32 {
    5
}

#[cfg(test)]
mod tests {
    #[test]
    fn unit() {
        assert_eq!(super::unshared(), 5);
    }
}
