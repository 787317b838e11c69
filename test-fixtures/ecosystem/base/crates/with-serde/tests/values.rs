use with_serde::prelude::*;
use with_serde::own;

#[test]
fn own_macro_in_json() {
    let value = json!({ "a": own!(1), "b": [own!(2)] });
    assert_eq!(value.to_string(), r#"{"a":11,"b":[12]}"#);
}

#[test]
fn default_by_name() {
    let order: Order = serde_json::from_str("{}").unwrap();
    assert_eq!(order, Order { line_count: 5 });
}

#[test]
fn renamed() {
    let order: Order = serde_json::from_value(json!({ "lineCount": 3 })).unwrap();
    assert_eq!(order.line_count, 3);
}

#[test]
fn serialized_by_a_module() {
    assert_eq!(serde_json::to_string(&Mask { bits: 255 }).unwrap(), r#"{"bits":"ff"}"#);
}

#[test]
fn converted() {
    let name: Name = serde_json::from_value(json!("ANN")).unwrap();
    assert_eq!(name, Name("ann".into()));
}

#[test]
fn apart() {
    assert_eq!(1 + 1, 2);
}

#[test]
fn skipped_and_flattened() {
    let parcel = Parcel { weight: 1, label: Label("a") };
    assert_eq!(json!(parcel).to_string(), r#"{"label":"a"}"#);
}

#[test]
fn in_order() {
    assert_eq!(json!({ "b": 1, "a": 2 }).to_string(), r#"{"a":2,"b":1}"#);
}
