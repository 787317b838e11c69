//! A value as the sequence of its leaves: scalars, variants, ends of sequences, each with the path to it.
//!
//! A path is only written out for the one leaf that is wanted, and of all others a digest is kept.

use serde::ser::{self, Serialize};
use std::fmt;
use std::hash::{Hash, Hasher};

/// What is looked for among the leaves.
pub(super) enum Walk {
    /// The digests of all.
    All,
    /// The first that differs from these.
    Compared(Vec<u64>),
    /// The one at this place.
    At(usize),
}

impl Walk {
    pub(super) fn all() -> Self {
        Self::All
    }

    pub(super) fn compared(digests: Vec<u64>) -> Self {
        Self::Compared(digests)
    }

    pub(super) fn at(index: usize) -> Self {
        Self::At(index)
    }
}

/// A leaf that was looked for.
pub(super) struct Leaf {
    pub(super) index: usize,
    pub(super) path: String,
    pub(super) text: String,
}

/// Goes through the leaves of a value.
pub(super) struct Leaves {
    walk: Walk,
    pub(super) digests: Vec<u64>,
    pub(super) found: Option<Leaf>,
    index: usize,
    path: Vec<Step>,
    /// The last leaf in words, while it may be a map's key.
    key: Option<String>,
}

enum Step {
    Field(&'static str),
    Place(usize),
    Element(usize),
    Entry(String),
}

impl Leaves {
    /// Goes through `value`; `None` if it fails to serialize.
    pub(super) fn of<T: Serialize + ?Sized>(value: &T, walk: Walk) -> Option<Self> {
        let mut leaves = Self {
            walk,
            digests: Vec::new(),
            found: None,
            index: 0,
            path: Vec::new(),
            key: None,
        };
        match value.serialize(&mut leaves) {
            Err(Stop::Failed) if leaves.found.is_none() => None,
            _ => Some(leaves),
        }
    }

    fn leaf(&mut self, content: impl Hash, text: impl Fn() -> String) -> Result<(), Stop> {
        let mut hasher = rustc_hash::FxHasher::default();
        content.hash(&mut hasher);
        let (index, digest) = (self.index, hasher.finish());
        self.index += 1;
        if let Some(key) = &mut self.key {
            *key = text();
        }
        let wanted = match &mut self.walk {
            Walk::All => {
                self.digests.push(digest);
                false
            }
            Walk::Compared(digests) => digests.get(index) != Some(&digest),
            Walk::At(wanted) => index == *wanted,
        };
        if !wanted {
            return Ok(());
        }
        let path = self.path.iter().map(ToString::to_string).collect();
        let text = text();
        self.found = Some(Leaf { index, path, text });
        Err(Stop::Found)
    }

    fn under<T: Serialize + ?Sized>(&mut self, step: Step, value: &T) -> Result<(), Stop> {
        self.path.push(step);
        let key = self.key.take();
        value.serialize(&mut *self)?;
        self.key = key;
        self.path.pop();
        Ok(())
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(name) => write!(f, ".{name}"),
            Self::Place(place) => write!(f, ".{place}"),
            Self::Element(place) => write!(f, "[{place}]"),
            Self::Entry(key) => write!(f, "[{key}]"),
        }
    }
}

/// Why a walk ended early.
#[derive(Debug)]
pub(super) enum Stop {
    /// What was looked for was found.
    Found,
    /// The value does not serialize.
    Failed,
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("stopped")
    }
}

impl std::error::Error for Stop {}

impl ser::Error for Stop {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self::Failed
    }
}

macro_rules! scalars {
    ($($method:ident $scalar:ty;)*) => {
        $(fn $method(self, value: $scalar) -> Result<(), Stop> {
            self.leaf(value, || format!("{value:?}"))
        })*
    };
}

impl<'a> ser::Serializer for &'a mut Leaves {
    type Ok = ();
    type Error = Stop;
    type SerializeSeq = Parts<'a>;
    type SerializeTuple = Parts<'a>;
    type SerializeTupleStruct = Parts<'a>;
    type SerializeTupleVariant = Parts<'a>;
    type SerializeMap = Parts<'a>;
    type SerializeStruct = Parts<'a>;
    type SerializeStructVariant = Parts<'a>;

    scalars! {
        serialize_bool bool;
        serialize_i8 i8;
        serialize_i16 i16;
        serialize_i32 i32;
        serialize_i64 i64;
        serialize_i128 i128;
        serialize_u8 u8;
        serialize_u16 u16;
        serialize_u32 u32;
        serialize_u64 u64;
        serialize_u128 u128;
        serialize_char char;
        serialize_str &str;
    }

    fn serialize_f32(self, value: f32) -> Result<(), Stop> {
        self.leaf(value.to_bits(), || format!("{value:?}"))
    }

    fn serialize_f64(self, value: f64) -> Result<(), Stop> {
        self.leaf(value.to_bits(), || format!("{value:?}"))
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), Stop> {
        self.leaf(value, || format!("{} bytes", value.len()))
    }

    fn serialize_none(self) -> Result<(), Stop> {
        self.leaf("none", || "none".into())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Stop> {
        self.leaf("some", || "some".into())?;
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Stop> {
        self.leaf("unit", || "()".into())
    }

    fn serialize_unit_struct(self, name: &'static str) -> Result<(), Stop> {
        self.leaf(name, || name.into())
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        index: u32,
        variant: &'static str,
    ) -> Result<(), Stop> {
        self.leaf((index, variant), || variant.into())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Stop> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Stop> {
        self.leaf((index, variant), || variant.into())?;
        self.under(Step::Field(variant), value)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Parts<'a>, Stop> {
        Ok(Parts::of(self, true))
    }

    fn serialize_tuple(self, _: usize) -> Result<Parts<'a>, Stop> {
        Ok(Parts::of(self, false))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Parts<'a>, Stop> {
        Ok(Parts::of(self, false))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        index: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Parts<'a>, Stop> {
        Parts::of_variant(self, index, variant)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Parts<'a>, Stop> {
        Ok(Parts::of(self, true))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Parts<'a>, Stop> {
        Ok(Parts::of(self, false))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        index: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Parts<'a>, Stop> {
        Parts::of_variant(self, index, variant)
    }
}

/// Elements, fields or entries of one value.
pub(super) struct Parts<'a> {
    leaves: &'a mut Leaves,
    count: usize,
    /// Does its end tell something?
    open: bool,
    /// Was a step made for its variant?
    variant: bool,
    key: String,
}

impl<'a> Parts<'a> {
    fn of(leaves: &'a mut Leaves, open: bool) -> Self {
        Self {
            leaves,
            count: 0,
            open,
            variant: false,
            key: String::new(),
        }
    }

    fn of_variant(leaves: &'a mut Leaves, index: u32, variant: &'static str) -> Result<Self, Stop> {
        leaves.leaf((index, variant), || variant.into())?;
        leaves.path.push(Step::Field(variant));
        Ok(Self {
            variant: true,
            ..Self::of(leaves, false)
        })
    }

    fn part<T: Serialize + ?Sized>(&mut self, step: Step, value: &T) -> Result<(), Stop> {
        self.count += 1;
        self.leaves.under(step, value)
    }

    fn finish(self) -> Result<(), Stop> {
        if self.open {
            self.leaves.leaf("end", || "the end".into())?;
        }
        if self.variant {
            self.leaves.path.pop();
        }
        Ok(())
    }
}

macro_rules! parts {
    ($($trait:ident $method:ident $step:ident;)*) => {
        $(impl ser::$trait for Parts<'_> {
            type Ok = ();
            type Error = Stop;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Stop> {
                self.part(Step::$step(self.count), value)
            }

            fn end(self) -> Result<(), Stop> {
                self.finish()
            }
        })*
    };
}

parts! {
    SerializeSeq serialize_element Element;
    SerializeTuple serialize_element Place;
    SerializeTupleStruct serialize_field Place;
    SerializeTupleVariant serialize_field Place;
}

macro_rules! fields {
    ($($trait:ident)*) => {
        $(impl ser::$trait for Parts<'_> {
            type Ok = ();
            type Error = Stop;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> Result<(), Stop> {
                self.part(Step::Field(name), value)
            }

            fn end(self) -> Result<(), Stop> {
                self.finish()
            }
        })*
    };
}

fields! { SerializeStruct SerializeStructVariant }

impl ser::SerializeMap for Parts<'_> {
    type Ok = ();
    type Error = Stop;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Stop> {
        let around = self.leaves.key.replace(String::new());
        key.serialize(&mut *self.leaves)?;
        self.key = self.leaves.key.take().unwrap_or_default();
        self.leaves.key = around;
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Stop> {
        let key = std::mem::take(&mut self.key);
        self.part(Step::Entry(key), value)
    }

    fn end(self) -> Result<(), Stop> {
        self.finish()
    }
}
