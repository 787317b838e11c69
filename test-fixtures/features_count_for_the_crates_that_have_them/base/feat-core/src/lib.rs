pub fn paint(text: &str) -> String {
    if cfg!(feature = "colour") { format!("\x1b[1m{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    #[test]
    fn painted() {
        assert_eq!(super::paint("a"), "a");
    }
}
