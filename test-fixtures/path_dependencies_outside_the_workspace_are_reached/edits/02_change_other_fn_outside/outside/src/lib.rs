pub fn weight() -> u32 {
    grams() / 1000
}

fn grams() -> u32 {
    3000
}

pub fn height() -> u32 {
    8
}
