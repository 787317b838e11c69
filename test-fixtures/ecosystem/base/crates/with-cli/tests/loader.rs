use with_cli::*;

#[test]
fn loaded() {
    assert_eq!(load::load("name,n\na,1\n"), [("a".to_string(), 10)]);
}

#[test]
fn packed() {
    assert_eq!(pack::there_and_back("text"), "text");
    assert_eq!(pack::level().level(), 1);
}

#[tokio::test]
async fn waited_for() {
    assert_eq!(waited(1).await, 2);
}

#[test]
fn parsed() {
    let matches = command().get_matches_from(["tool"]);
    assert_eq!(matches.get_one::<String>("n").unwrap(), "3");
}

#[tokio::test]
async fn joined() {
    assert_eq!(tokio::join!(behind!(1), async { behind!(2).await }), (3, 5));
}
