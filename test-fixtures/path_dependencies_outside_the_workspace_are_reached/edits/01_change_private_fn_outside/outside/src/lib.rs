pub fn weight() -> u32 {
    grams() / 1000
}

fn grams() -> u32 {
    4000
}

pub fn height() -> u32 {
    9
}
