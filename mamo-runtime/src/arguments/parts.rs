//! What a value is made of: its elements, fields or entries, in their order or in none.

use super::serializer::Tag;
use super::{ArgumentError, Sink};
use serde::ser::{self, Serialize};

/// The elements, fields or entries of one value.
pub(super) struct Parts<'a> {
    sink: &'a mut Sink,
    count: u64,
    unordered: Option<Unordered>,
}

/// Entries whose order does not count: each has a digest of its own, and these are sorted.
#[derive(Default)]
struct Unordered {
    scratch: Sink,
    entries: Vec<[u8; 32]>,
}

impl<'a> Parts<'a> {
    pub(super) fn ordered(sink: &'a mut Sink) -> Self {
        Self {
            sink,
            count: 0,
            unordered: None,
        }
    }

    /// A sequence or map, which may be one without order.
    pub(super) fn of_container(sink: &'a mut Sink, tag: Tag) -> Self {
        sink.tag(tag);
        let unordered = std::mem::take(&mut sink.unordered).then(Unordered::default);
        if unordered.is_some() {
            sink.tag(Tag::Unordered);
        }
        Self {
            sink,
            count: 0,
            unordered,
        }
    }

    #[inline]
    fn entry_part<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), ArgumentError> {
        match &mut self.unordered {
            None => self.sink.value(value),
            Some(unordered) => unordered.scratch.value(value),
        }
    }

    #[inline]
    fn end_entry(&mut self) {
        self.count += 1;
        if let Some(unordered) = &mut self.unordered {
            unordered.entries.push(unordered.scratch.take());
        }
    }

    fn field<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), ArgumentError> {
        self.count += 1;
        self.sink.named(Tag::Field, name);
        self.sink.value(value)
    }

    #[inline]
    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), ArgumentError> {
        self.entry_part(value)?;
        self.end_entry();
        Ok(())
    }

    fn finish(self) {
        if let Some(mut unordered) = self.unordered {
            unordered.entries.sort_unstable();
            self.sink.asides |= unordered.scratch.asides;
            self.sink.put(&self.count.to_le_bytes());
            unordered
                .entries
                .iter()
                .for_each(|entry| self.sink.put(entry));
        }
        self.sink.tag(Tag::End);
        self.sink.put(&self.count.to_le_bytes());
    }
}

macro_rules! sequences {
    ($($trait:ident $method:ident;)*) => {
        $(impl ser::$trait for Parts<'_> {
            type Ok = ();
            type Error = ArgumentError;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), ArgumentError> {
                self.element(value)
            }

            fn end(self) -> Result<(), ArgumentError> {
                self.finish();
                Ok(())
            }
        })*
    };
}

sequences! {
    SerializeSeq serialize_element;
    SerializeTuple serialize_element;
    SerializeTupleStruct serialize_field;
    SerializeTupleVariant serialize_field;
}

macro_rules! structs {
    ($($trait:ident;)*) => {
        $(impl ser::$trait for Parts<'_> {
            type Ok = ();
            type Error = ArgumentError;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> Result<(), ArgumentError> {
                self.field(name, value)
            }

            fn end(self) -> Result<(), ArgumentError> {
                self.finish();
                Ok(())
            }
        })*
    };
}

structs! {
    SerializeStruct;
    SerializeStructVariant;
}

impl ser::SerializeMap for Parts<'_> {
    type Ok = ();
    type Error = ArgumentError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), ArgumentError> {
        self.entry_part(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), ArgumentError> {
        self.entry_part(value)?;
        self.end_entry();
        Ok(())
    }

    fn end(self) -> Result<(), ArgumentError> {
        self.finish();
        Ok(())
    }
}
