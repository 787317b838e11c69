//! Types that postcard cannot read back, by `MessagePack`.

use crate::program::{Program, computed};
use serde::{Deserialize, Serialize};

pub(super) fn call(words: &[&str]) -> Option<Vec<String>> {
    match *words {
        ["reading", n] => Some(vec![format!("{:?}", reading(n))]),
        _ => None,
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Reading {
    Number(u32),
    Words {
        #[serde(skip_serializing_if = "Option::is_none")]
        first: Option<String>,
        rest: Vec<String>,
    },
}

#[mamo::memo(codec = mamo::MessagePack)]
fn reading(text: &str) -> Reading {
    computed("reading");
    let words = || Reading::Words {
        first: None,
        rest: vec![text.to_owned()],
    };
    text.parse().map_or_else(|_| words(), Reading::Number)
}

#[test]
fn messagepack_reads_back_enums_without_tags_and_fields_left_out() {
    let program = Program::new();
    let expected = ["Number(7)", "Words { first: None, rest: [\"warp\"] }"];
    assert_eq!(program.results("reading 7; reading warp"), expected);
    assert_eq!(program.results("reading 7; reading warp"), expected);
    assert_eq!(program.computed(), ["reading", "reading"]);
}
