//! Serde's side of the argument digest: which bytes each serde call puts.
//!
//! The table is fixed: a change here changes every value key, and must raise the version in [`crate::key`].

use super::parts::Parts;
use super::{ArgumentError, Sink};
use serde::ser::{Serialize, Serializer};

/// What the next bytes are. The numbers are part of the format.
#[derive(Clone, Copy)]
#[repr(u8)]
pub(super) enum Tag {
    Bool = 1,
    I8 = 2,
    I16 = 3,
    I32 = 4,
    I64 = 5,
    I128 = 6,
    U8 = 7,
    U16 = 8,
    U32 = 9,
    U64 = 10,
    U128 = 11,
    F32 = 12,
    F64 = 13,
    Char = 14,
    Str = 15,
    Bytes = 16,
    None = 17,
    Some = 18,
    Unit = 19,
    UnitStruct = 20,
    NewtypeStruct = 21,
    Variant = 22,
    Seq = 23,
    Unordered = 24,
    Tuple = 25,
    TupleStruct = 26,
    Map = 27,
    Struct = 28,
    End = 29,
    Field = 30,
    Plain = 31,
    Type = 32,
    Value = 33,
    File = 34,
}

/// Names of newtype structs that this serializer alone knows; what they hold stands for something else.
pub(crate) const VALUE: &str = "$mamo::value";
pub(crate) const FILE: &str = "$mamo::file";

/// Is `S` this very serializer? Then a value or a file puts what names it, and not itself.
pub(crate) fn is_ours<S>() -> bool {
    std::any::type_name::<S>() == std::any::type_name::<&mut Sink>()
}

impl Sink {
    #[inline]
    pub(super) fn tag(&mut self, tag: Tag) {
        self.put(&[tag as u8]);
    }

    #[inline]
    fn scalar<const N: usize>(&mut self, tag: Tag, bytes: [u8; N]) {
        if self.buffer.len() + 1 + N > super::BLOCK {
            self.spill(&[]);
        }
        self.buffer.push(tag as u8);
        self.buffer.extend_from_slice(&bytes);
    }

    /// Plain data at once: size of an element, length of all, all.
    pub(super) fn plain(&mut self, element: usize, bytes: &[u8]) {
        self.tag(Tag::Plain);
        self.put(&(element as u64).to_le_bytes());
        self.framed(bytes);
    }

    /// What tells a type from others: its name, and the compiler's digest of what it is.
    pub(super) fn type_of<T: ?Sized>(&mut self) {
        self.named(Tag::Type, std::any::type_name::<T>());
        let mut seen = Seen::default();
        std::hash::Hash::hash(&typeid::of::<T>(), &mut seen);
        self.framed(&seen.0);
    }

    fn framed(&mut self, bytes: &[u8]) {
        self.put(&(bytes.len() as u64).to_le_bytes());
        self.put(bytes);
    }

    pub(super) fn named(&mut self, tag: Tag, name: &str) {
        self.tag(tag);
        self.framed(name.as_bytes());
    }

    fn variant(&mut self, name: &str, index: u32, variant: &str) {
        self.named(Tag::Variant, name);
        self.put(&index.to_le_bytes());
        self.framed(variant.as_bytes());
    }
}

macro_rules! scalars {
    ($($method:ident $type:ty, $tag:ident;)*) => {
        $(#[inline]
        fn $method(self, value: $type) -> Result<(), ArgumentError> {
            self.scalar(Tag::$tag, value.to_le_bytes());
            Ok(())
        })*
    };
}

impl<'a> Serializer for &'a mut Sink {
    type Ok = ();
    type Error = ArgumentError;
    type SerializeSeq = Parts<'a>;
    type SerializeTuple = Parts<'a>;
    type SerializeTupleStruct = Parts<'a>;
    type SerializeTupleVariant = Parts<'a>;
    type SerializeMap = Parts<'a>;
    type SerializeStruct = Parts<'a>;
    type SerializeStructVariant = Parts<'a>;

    scalars! {
        serialize_i8 i8, I8;
        serialize_i16 i16, I16;
        serialize_i32 i32, I32;
        serialize_i64 i64, I64;
        serialize_i128 i128, I128;
        serialize_u8 u8, U8;
        serialize_u16 u16, U16;
        serialize_u32 u32, U32;
        serialize_u64 u64, U64;
        serialize_u128 u128, U128;
        serialize_f32 f32, F32;
        serialize_f64 f64, F64;
    }

    fn serialize_bool(self, value: bool) -> Result<(), ArgumentError> {
        self.scalar(Tag::Bool, [u8::from(value)]);
        Ok(())
    }

    fn serialize_char(self, value: char) -> Result<(), ArgumentError> {
        self.scalar(Tag::Char, u32::from(value).to_le_bytes());
        Ok(())
    }

    fn serialize_str(self, value: &str) -> Result<(), ArgumentError> {
        self.tag(Tag::Str);
        self.framed(value.as_bytes());
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), ArgumentError> {
        self.tag(Tag::Bytes);
        self.framed(value);
        Ok(())
    }

    fn serialize_none(self) -> Result<(), ArgumentError> {
        self.tag(Tag::None);
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), ArgumentError> {
        self.tag(Tag::Some);
        self.value(value)
    }

    fn serialize_unit(self) -> Result<(), ArgumentError> {
        self.tag(Tag::Unit);
        Ok(())
    }

    fn serialize_unit_struct(self, name: &'static str) -> Result<(), ArgumentError> {
        self.named(Tag::UnitStruct, name);
        Ok(())
    }

    fn serialize_unit_variant(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
    ) -> Result<(), ArgumentError> {
        self.variant(name, index, variant);
        self.tag(Tag::Unit);
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<(), ArgumentError> {
        match name {
            VALUE => {
                self.asides = true;
                self.tag(Tag::Value);
            }
            FILE => {
                self.asides = true;
                self.tag(Tag::File);
            }
            _ => self.named(Tag::NewtypeStruct, name),
        }
        self.value(value)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), ArgumentError> {
        self.variant(name, index, variant);
        self.value(value)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Parts<'a>, ArgumentError> {
        Ok(Parts::of_container(self, Tag::Seq))
    }

    fn serialize_tuple(self, _: usize) -> Result<Parts<'a>, ArgumentError> {
        self.tag(Tag::Tuple);
        Ok(Parts::ordered(self))
    }

    fn serialize_tuple_struct(
        self,
        name: &'static str,
        _: usize,
    ) -> Result<Parts<'a>, ArgumentError> {
        self.named(Tag::TupleStruct, name);
        Ok(Parts::ordered(self))
    }

    fn serialize_tuple_variant(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Parts<'a>, ArgumentError> {
        self.variant(name, index, variant);
        self.tag(Tag::Tuple);
        Ok(Parts::ordered(self))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Parts<'a>, ArgumentError> {
        Ok(Parts::of_container(self, Tag::Map))
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Parts<'a>, ArgumentError> {
        self.named(Tag::Struct, name);
        Ok(Parts::ordered(self))
    }

    fn serialize_struct_variant(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Parts<'a>, ArgumentError> {
        self.variant(name, index, variant);
        self.tag(Tag::Struct);
        Ok(Parts::ordered(self))
    }

    fn is_human_readable(&self) -> bool {
        false
    }
}

/// The bytes that something hashes.
#[derive(Default)]
pub(crate) struct Seen(Vec<u8>);

impl Seen {
    /// What was hashed.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl std::hash::Hasher for Seen {
    fn write(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    fn finish(&self) -> u64 {
        0
    }
}
