use crate::words::*;
use thiserror::Error as Fault;

pub type Result<T, E = Error> = std::result::Result<T, E>;

#[derive(Fault, Debug)]
pub enum Error {
    #[error("no {}", quoted(.0))]
    Named(String),
    #[error("{times}, at most {}", LIMIT, times = counted(*.n))]
    Counted { n: usize },
    #[error(transparent)]
    Through(#[from] Cause),
    #[error(fmt = by_hand)]
    Formatted(u8),
}

fn by_hand(n: &u8, f: &mut std::fmt::Formatter) -> std::fmt::Result {
    write!(f, "<{n}>")
}

#[derive(Debug)]
pub struct Cause;

impl std::fmt::Display for Cause {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("cause")
    }
}

impl std::error::Error for Cause {}
