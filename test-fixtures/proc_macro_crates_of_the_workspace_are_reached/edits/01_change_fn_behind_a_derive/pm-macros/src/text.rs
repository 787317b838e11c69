pub fn label(name: &str) -> String {
    name.to_uppercase()
}
