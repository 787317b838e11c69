use cached::macros::cached as remembered;

#[remembered]
pub fn sum(n: u32) -> u32 {
    n + 1
}

#[cached::macros::cached]
pub fn product(n: u32) -> u32 {
    n * factor()
}

fn factor() -> u32 {
    2
}
