pub trait Voice {
    fn word(&self) -> String;

    fn loud(&self) -> String {
        self.word().to_uppercase()
    }
}

pub fn say(voice: &dyn Voice) -> String {
    voice.loud()
}
