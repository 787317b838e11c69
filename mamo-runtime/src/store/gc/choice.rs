//! Which values go first when there are too many.

use super::Why;
use super::survey::{Survey, Value};
use std::cmp::Ordering;

/// The values that may go, the first to go first.
pub(super) fn order(survey: &Survey) -> Vec<(Why, &Value)> {
    let values = survey.values.iter().filter(|value| !value.is_tag);
    let mut ranked: Vec<_> = values
        .map(|value| (why(survey, value), share(survey, value), value))
        .collect();
    ranked.sort_by(|one, other| one.0.cmp(&other.0).then_with(|| by_worth(one, other)));
    ranked
        .into_iter()
        .map(|(why, _, value)| (why, value))
        .collect()
}

/// Values whose code no program has are of less use than others; where that is not known, none are.
fn why(survey: &Survey, value: &Value) -> Why {
    let is_current = survey.current.as_ref().is_none_or(|current| {
        let code = current.get(&value.function);
        code.is_some_and(|code| code.contains(&value.fingerprint))
    });
    if is_current {
        Why::Cheapest
    } else {
        Why::Superseded
    }
}

/// What a value takes: its file, and its part of a blob that others share.
fn share(survey: &Survey, value: &Value) -> u64 {
    let blob = value.blob.and_then(|digest| survey.blobs.get(&digest));
    let part = blob.and_then(|blob| blob.bytes.checked_div(blob.values));
    value.bytes.saturating_add(part.unwrap_or_default())
}

type Ranked<'a> = (Why, u64, &'a Value);

/// By the time that a byte saves.
fn by_worth((_, size, value): &Ranked, (_, other_size, other): &Ranked) -> Ordering {
    let worth = u128::from(value.compute_ns) * u128::from(*other_size);
    let other_worth = u128::from(other.compute_ns) * u128::from(*size);
    worth
        .cmp(&other_worth)
        .then_with(|| value.path.cmp(&other.path))
}
