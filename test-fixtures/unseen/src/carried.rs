//! Types that serde carries in part, in signatures of memos and fixtures, and clean ones beside them.

use serde::{Deserialize, Serialize};

/// serde
#[derive(Serialize)]
pub struct Skipping {
    /// Counts.
    pub shown: u32,
    #[serde(default, skip)]
    hidden: u32,
}

/// Holds one in a field.
#[derive(Serialize)]
pub struct Holding {
    inner: Option<Skipping>,
}

/// Two arguments that are one.
#[mamo::memo]
pub fn looked_at(holding: &Holding) -> u32 {
    holding.inner.as_ref().map_or(0, |inner| inner.hidden)
}

/// serde
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
pub enum Answer {
    /// Is read back for the other.
    Small(u32),
    /// Looks the same.
    Large(u32),
}

/// A result that reads back as another.
#[mamo::fixture]
pub fn answer() -> Result<Answer, String> {
    Ok(Answer::Large(1))
}

/// serde
#[derive(Serialize)]
pub struct Rounded {
    #[serde(serialize_with = "whole")]
    length: u32,
}

impl Rounded {
    /// An argument that is no parameter.
    #[mamo::memo]
    pub fn doubled(&self) -> u32 {
        self.length * 2
    }
}

/// Without derives.
pub mod by_hand {
    /// What serde's is called.
    pub trait Serialize {
        /// Writes it.
        fn serialize(&self) -> String;
    }

    /// serde
    pub struct ByHand {
        name: String,
        rest: u32,
    }

    impl Serialize for ByHand {
        fn serialize(&self) -> String {
            self.name.clone()
        }
    }

    /// What is written by hand.
    #[mamo::memo]
    pub fn rest(by_hand: &ByHand) -> u32 {
        by_hand.rest
    }
}

/// Leaves out what is empty, which tells it; its words are not serde's.
#[derive(Serialize, Deserialize)]
pub struct Plain {
    #[serde(rename = "skip", skip_serializing_if = "Vec::is_empty")]
    with: Vec<u32>,
    /// What is not `#[serde(skip)]`ped.
    pub skip: u32,
}

/// Loses something, and is in no signature.
#[derive(Serialize)]
struct Inside {
    #[serde(skip)]
    count: u32,
}

/// All of it is carried.
#[mamo::memo]
pub fn clean_plain(plain: &Plain) -> Plain {
    let inside = Inside { count: plain.skip };
    Plain {
        with: plain.with.clone(),
        skip: inside.count,
    }
}
