use with_derive_builder::prelude::*;

#[test]
fn default_through_a_prelude() {
    let thing = ThingBuilder::default().name("a").build().unwrap();
    assert_eq!(thing.count, 7);
}

#[test]
fn setter_by_hand() {
    let thing = ThingBuilder::default().name(" a ").build().unwrap();
    assert_eq!(thing.name, "a");
}

#[test]
fn validated() {
    assert!(ThingBuilder::default().name("a").count(11u32).build().is_err());
}

#[test]
fn plate() {
    let plate = PlateBuilder::default().build().unwrap();
    assert_eq!((plate.width, plate.depth), (9, 2));
}

#[test]
fn apart() {
    assert_eq!(1 + 1, 2);
}
