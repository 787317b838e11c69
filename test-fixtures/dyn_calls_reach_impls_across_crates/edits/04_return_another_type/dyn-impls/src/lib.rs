use dyn_trait::Voice;

pub struct Cat;

impl Voice for Cat {
    fn word(&self) -> String {
        "meow".into()
    }
}

pub struct Dog;

impl Voice for Dog {
    fn word(&self) -> String {
        "wuff".into()
    }
}

pub fn cat() -> Box<dyn Voice> {
    Box::new(Dog)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dog_itself() {
        assert_eq!(Dog.word(), "wuff");
    }
}
