use std::path::Path;

#[mamo::fixture(daily)]
fn daily() -> u8 {
    1
}

#[mamo::fixture(dir)]
fn unfilled() -> u8 {
    1
}

#[mamo::fixture(dir)]
fn misplaced(rows: usize, into: &Path) {
    let _ = (rows, into);
}

#[mamo::fixture(dir)]
fn valued(into: &Path) -> u8 {
    let _ = into;
    1
}

#[mamo::fixture(dir, per_test)]
fn twofold(into: &Path) {
    let _ = into;
}

#[mamo::fixture(per_process, files = ["a"])]
fn counted() -> u8 {
    1
}

#[mamo::fixture(dir, codec = mamo::Raw)]
fn coded(into: &Path) {
    let _ = into;
}

#[mamo::fixture(cases(small = (1), small = (2)))]
fn same_names(n: u8) -> u8 {
    n
}

#[mamo::fixture(cases(small = (1, 2)))]
fn too_many(n: u8) -> u8 {
    n
}

#[mamo::fixture(cases(small = ()))]
fn caseless() -> u8 {
    1
}

#[mamo::fixture(cases(small = 1))]
fn bare_case(n: u8) -> u8 {
    n
}

#[mamo::fixture]
fn generic<T: Default>() -> T {
    T::default()
}

#[mamo::fixture]
fn borrowed() -> &'static str {
    "a"
}

struct Handle;

#[mamo::fixture]
fn unstorable() -> Handle {
    Handle
}

#[mamo::fixture(per_test)]
fn uncopied() -> Handle {
    Handle
}

struct Methods;

impl Methods {
    #[mamo::fixture]
    fn method() -> u8 {
        1
    }
}

fn main() {}
