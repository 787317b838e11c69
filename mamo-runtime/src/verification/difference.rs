//! Where two values of one type first differ, in words.

use super::leaves::{Leaves, Walk};
use bytemuck::Pod;
use serde::Serialize;
use std::any::Any;

/// The first field or element that serde shows to differ, with what it holds in both.
pub(crate) fn of_values<T: Serialize + ?Sized>(stored: &T, computed: &T) -> Option<String> {
    let all = Leaves::of(stored, Walk::all())?.digests;
    let differing = Leaves::of(computed, Walk::compared(all))?.found?;
    let before = Leaves::of(stored, Walk::at(differing.index))?.found;
    let held = before.map_or_else(|| "nothing".to_owned(), |before| before.text);
    let place = if differing.path.is_empty() {
        "it".to_owned()
    } else {
        format!("`{}`", differing.path)
    };
    Some(format!(
        "{place}: {held} stored, {} computed",
        differing.text
    ))
}

/// The same for plain data.
pub(crate) fn of_elements<P: Pod>(stored: &[P], computed: &[P]) -> Option<String> {
    let bytes = |element: &P| bytemuck::bytes_of(element).to_vec();
    let mut pairs = stored.iter().zip(computed);
    let Some(at) = pairs.position(|(one, other)| bytes(one) != bytes(other)) else {
        let (before, after) = (stored.len(), computed.len());
        return (before != after).then(|| format!("length: {before} stored, {after} computed"));
    };
    let (before, after) = (shown(&stored[at]), shown(&computed[at]));
    Some(format!("`[{at}]`: {before} stored, {after} computed"))
}

/// A number as such, other plain data as its bytes.
fn shown<P: Pod>(element: &P) -> String {
    macro_rules! numbers {
        ($($number:ty)*) => {
            $(if let Some(number) = (element as &dyn Any).downcast_ref::<$number>() {
                return format!("{number:?}");
            })*
        };
    }
    numbers! { u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize f32 f64 }
    format!("{:02x?}", bytemuck::bytes_of(element))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[derive(Clone, Serialize)]
    enum Shade {
        Plain,
        Mixed { red: u8, rest: (u8, Option<f32>) },
    }

    #[derive(Clone, Serialize)]
    struct Row {
        name: String,
        shades: Vec<Shade>,
        by_key: BTreeMap<String, i64>,
    }

    fn row() -> Row {
        let rest = (3, Some(0.5));
        Row {
            name: "a".to_owned(),
            shades: vec![Shade::Plain, Shade::Mixed { red: 1, rest }],
            by_key: BTreeMap::from([("x".to_owned(), 1), ("y".to_owned(), 2)]),
        }
    }

    #[test]
    fn the_first_field_that_differs_is_named_with_both_values() {
        let differing = |change: &dyn Fn(&mut Row)| {
            let mut other = row();
            change(&mut other);
            of_values(&vec![row(), row()], &vec![row(), other]).unwrap_or_default()
        };
        assert_eq!(differing(&|_| ()), "");
        let said = differing(&|row| row.name = "b".into());
        assert_eq!(said, "`[1].name`: \"a\" stored, \"b\" computed");
        let said = differing(&|row| {
            let rest = (3, Some(0.25));
            row.shades[1] = Shade::Mixed { red: 1, rest };
        });
        assert_eq!(
            said,
            "`[1].shades[1].Mixed.rest.1`: 0.5 stored, 0.25 computed"
        );
        let said = differing(&|row| row.shades[0] = row.shades[1].clone());
        assert_eq!(said, "`[1].shades[0]`: Plain stored, Mixed computed");
        let said = differing(&|row| row.by_key.extend([("y".into(), -2)]));
        assert_eq!(said, "`[1].by_key[\"y\"]`: 2 stored, -2 computed");
        let said = differing(&|row| row.shades.truncate(1));
        assert_eq!(said, "`[1].shades`: Mixed stored, the end computed");
        let said = of_values(&Some(1), &None).unwrap_or_default();
        assert_eq!(said, "it: some stored, none computed");
    }

    #[test]
    fn plain_data_differs_at_an_element() {
        let said = of_elements(&[1.5, 2.5], &[1.5, 3.5]);
        assert_eq!(said.unwrap_or_default(), "`[1]`: 2.5 stored, 3.5 computed");
        let said = of_elements(&[[1_u8, 2]], &[[1_u8, 255]]);
        assert_eq!(
            said.unwrap_or_default(),
            "`[0]`: [01, 02] stored, [01, ff] computed"
        );
        let said = of_elements(&[1_u8], &[1, 2]);
        assert_eq!(said.unwrap_or_default(), "length: 1 stored, 2 computed");
        assert_eq!(of_elements(&[1_u8], &[1]), None);
    }
}
