use linkme::distributed_slice as step_of;

fn one() -> u32 {
    1
}

fn two() -> u32 {
    2
}

crate::plugin!(one);

#[step_of(crate::STEPS)]
static TWO: fn() -> u32 = two;

#[step_of(crate::STEPS)]
fn three() -> u32 {
    3
}
