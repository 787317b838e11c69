#[mamo::memo(skip(z))]
fn skips(x: u8) -> u8 {
    x
}

#[mamo::memo(ttl = 3)]
fn lives(x: u8) -> u8 {
    x
}

#[mamo::memo(policy = often)]
fn often(x: u8) -> u8 {
    x
}

#[mamo::memo(min_cost = "20")]
fn cheap(x: u8) -> u8 {
    x
}

#[mamo::memo(skip(x), key = y)]
fn keyed(x: u8, y: u8) -> u8 {
    x + y
}

#[mamo::fixture]
fn table(size: u8) -> Vec<u8> {
    vec![0; size.into()]
}


fn main() {}
