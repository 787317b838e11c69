//! A loader, and what is beside it in a package with a program.

pub mod load;
pub mod pack;

pub async fn waited(n: u32) -> u32 {
    tokio::task::yield_now().await;
    n + 1
}

/// Waits for a number behind `dyn`.
#[macro_export]
macro_rules! behind {
    ($n:expr) => { $crate::later($crate::boxed($n)) };
}

pub trait Number {
    fn number(&self) -> u32;
}

struct Odd(u32);

impl Number for Odd {
    fn number(&self) -> u32 {
        self.0 * 2 + 1
    }
}

pub fn boxed(n: u32) -> Box<dyn Number> {
    Box::new(Odd(n))
}

pub async fn later(number: Box<dyn Number>) -> u32 {
    number.number()
}

pub fn command() -> clap::Command {
    clap::Command::new("tool").arg(clap::Arg::new("n").default_value(default_n()))
}

fn default_n() -> &'static str {
    "3"
}
