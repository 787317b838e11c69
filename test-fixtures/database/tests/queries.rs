//! Tests that read and change a million rows, each in a server of its own.

use database::programs::{Failed, Programs};
use database::server::Server;
use database::{ROWS, database, orders};
use mamo::PrivateCopy;

/// A server on a private copy, as long as the test has it. The server goes first.
struct Running {
    server: Server,
    _copy: PrivateCopy,
}

/// `None` where PostgreSQL is not installed, which is said.
fn running() -> Option<Running> {
    let directory = match database() {
        Ok(directory) => directory,
        Err(missing @ Failed::NotInstalled) => {
            eprintln!("nothing is tested: {missing}");
            return None;
        }
        Err(failed) => panic!("{failed}"),
    };
    let copy = directory.copy().expect("the copy can be written");
    let programs = Programs::find().expect("they were found before");
    programs.own(copy.path()).expect("the copy is ours");
    let server = Server::start(&programs, copy.path()).expect("the server starts");
    Some(Running { server, _copy: copy })
}

#[test]
fn every_order_is_there() {
    let Some(running) = running() else { return };
    let count = running.server.query("SELECT count(*) FROM orders;").unwrap();
    assert_eq!(count, ROWS.to_string());
}

#[test]
fn a_customer_has_a_thousandth_of_them() {
    let Some(running) = running() else { return };
    let count = running.server.query(&orders::of_customer(7)).unwrap();
    assert_eq!(count, (ROWS / 1000).to_string());
}

#[test]
fn deleting_all_is_seen_by_nobody_else() {
    let Some(running) = running() else { return };
    running.server.query("DELETE FROM orders;").unwrap();
    assert_eq!(running.server.query("SELECT count(*) FROM orders;").unwrap(), "0");
}

#[test]
fn amounts_are_written_with_two_digits() {
    assert_eq!(orders::euros(1205), "12.05 EUR");
}
