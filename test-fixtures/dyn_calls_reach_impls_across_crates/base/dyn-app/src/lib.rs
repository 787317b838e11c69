pub fn greeting() -> String {
    dyn_trait::say(&*dyn_impls::cat())
}

#[cfg(test)]
mod tests {
    #[test]
    fn cat_through_a_box() {
        assert_eq!(super::greeting(), "MEOW");
    }

    #[test]
    fn dog_through_a_reference() {
        assert_eq!(dyn_trait::say(&dyn_impls::Dog), "WUFF");
    }

    #[test]
    fn neither() {
        assert_eq!("a".to_uppercase(), "A");
    }
}
