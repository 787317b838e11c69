pub trait Sink {
    fn put(&mut self, text: &str);
}

pub trait Serialize {
    fn serialize<S: Sink>(&self, sink: &mut S);
}

impl Serialize for u32 {
    fn serialize<S: Sink>(&self, sink: &mut S) {
        sink.put(&self.to_string());
    }
}

impl Serialize for bool {
    fn serialize<S: Sink>(&self, sink: &mut S) {
        sink.put(if *self { "yes" } else { "no" });
    }
}

impl<T: Serialize> Serialize for Vec<T> {
    fn serialize<S: Sink>(&self, sink: &mut S) {
        for one in self {
            one.serialize(sink);
            sink.put("|");
        }
    }
}

struct Text(String);

impl Sink for Text {
    fn put(&mut self, text: &str) {
        self.0.push_str(text);
    }
}

pub fn to_text<T: Serialize>(value: &T) -> String {
    let mut text = Text(String::new());
    value.serialize(&mut text);
    text.0
}
