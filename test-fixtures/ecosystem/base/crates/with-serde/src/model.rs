use serde::{Deserialize, Serialize};

pub trait Amount {
    fn amount(&self) -> i64;
}

struct Plain(i64);

impl Amount for Plain {
    fn amount(&self) -> i64 {
        self.0 + 10
    }
}

pub fn boxed(n: i64) -> Box<dyn Amount> {
    Box::new(Plain(n))
}

fn five() -> u8 {
    5
}

mod hex {
    use serde::Serializer;
    pub fn serialize<S: Serializer>(n: &u8, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&format!("{n:x}"))
    }
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Order {
    #[serde(default = "five")]
    pub line_count: u8,
}

#[derive(Serialize)]
pub struct Mask {
    #[serde(serialize_with = "hex::serialize")]
    pub bits: u8,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(try_from = "String")]
pub struct Name(pub String);

impl TryFrom<String> for Name {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        if text.is_empty() { Err("empty".into()) } else { Ok(Self(text.to_lowercase())) }
    }
}

fn is_small(n: &u32) -> bool {
    *n < 10
}

#[derive(Serialize)]
pub struct Parcel {
    #[serde(skip_serializing_if = "is_small")]
    pub weight: u32,
    #[serde(flatten)]
    pub label: Label,
}

pub struct Label(pub &'static str);

impl Serialize for Label {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap;
        let mut map = s.serialize_map(Some(1))?;
        map.serialize_entry("label", self.0)?;
        map.end()
    }
}
