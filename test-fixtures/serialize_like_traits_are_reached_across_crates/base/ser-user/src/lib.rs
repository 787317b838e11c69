use ser::{Serialize, Sink};

pub struct Point(pub u32, pub u32);

impl Serialize for Point {
    fn serialize<S: Sink>(&self, sink: &mut S) {
        self.0.serialize(sink);
        sink.put(",");
        self.1.serialize(sink);
    }
}

pub struct Flag(pub bool);

impl Serialize for Flag {
    fn serialize<S: Sink>(&self, sink: &mut S) {
        sink.put("flag:");
        self.0.serialize(sink);
    }
}

#[derive(Default)]
pub struct Counter(pub usize);

impl Sink for Counter {
    fn put(&mut self, text: &str) {
        self.0 += text.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn point() {
        assert_eq!(ser::to_text(&Point(1, 2)), "1,2");
    }

    #[test]
    fn points() {
        assert_eq!(ser::to_text(&vec![Point(1, 2)]), "1,2;");
    }

    #[test]
    fn flag() {
        assert_eq!(ser::to_text(&Flag(true)), "flag:yes");
    }

    #[test]
    fn counted() {
        let mut counter = Counter::default();
        Flag(false).serialize(&mut counter);
        assert_eq!(counter.0, 7);
    }

    #[test]
    fn neither() {
        assert_eq!(2 + 2, 4);
    }
}
