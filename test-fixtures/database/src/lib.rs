//! A database of a million rows that tests may change: filled once, by a fixture, and copied for each test.
//!
//! It drives PostgreSQL by its own programs and needs no crate but mamo. Where they are not installed, it says what to install.

pub mod orders;
pub mod programs;
pub mod schema;
pub mod server;

use programs::{Failed, Programs};
use server::Server;
use std::path::Path;

/// How many orders there are.
pub const ROWS: u32 = 1_000_000;

/// A data directory with [`ROWS`] orders, its server stopped.
#[mamo::fixture(dir)]
pub fn database(into: &Path) -> Result<(), Failed> {
    let programs = Programs::find()?;
    programs.own(into)?;
    programs.initialise(into)?;
    let server = Server::start(&programs, into)?;
    // In one transaction: rows of a table that nobody else has seen yet need no log.
    server.query(&format!("{} {}", schema::tables(), schema::rows(ROWS)))?;
    server.stop()
}
