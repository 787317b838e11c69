use with_text::*;

#[test]
fn lines_of_a_sample() {
    assert_eq!(lines(), 1);
}

#[test]
fn beside_the_source() {
    assert_eq!(OTHER, "struct Other;\n");
}

#[test]
fn joined() {
    assert_eq!(JOINED, "struct Joined;\n");
}

#[test]
fn apart() {
    assert_eq!(with_text::apart(), 1);
}
