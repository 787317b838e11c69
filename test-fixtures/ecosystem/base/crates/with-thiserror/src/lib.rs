//! Errors.

pub mod error;

pub mod words {
    pub fn quoted(text: &str) -> String {
        format!("'{text}'")
    }

    pub fn counted(n: usize) -> String {
        format!("{n} times")
    }

    pub const LIMIT: usize = 3;
}

pub fn parse(text: &str) -> error::Result<u8> {
    let n = inner(text)?;
    Ok(n)
}

fn inner(text: &str) -> Result<u8, error::Cause> {
    text.parse().map_err(|_| error::Cause)
}
