#[mamo::memo]
fn borrows(text: &str) -> &str {
    text
}

#[mamo::memo]
fn changes(list: &mut Vec<u8>) {
    list.clear();
}

#[mamo::memo]
fn anything(value: impl serde::Serialize) -> u8 {
    let _ = value;
    1
}

#[mamo::memo]
fn iterates() -> impl Iterator<Item = u8> {
    0..3
}

#[mamo::memo]
fn hides(shape: &dyn Fn() -> u8) -> u8 {
    shape()
}

#[mamo::memo]
const fn constant() -> u8 {
    1
}

#[mamo::memo]
unsafe fn risky() -> u8 {
    1
}

#[mamo::memo]
fn never() -> ! {
    loop {}
}

fn main() {}
