//! A loader, and what is beside it in a package with a program.

pub mod load;
pub mod pack;

pub async fn waited(n: u32) -> u32 {
    tokio::task::yield_now().await;
    n + 1
}

pub fn command() -> clap::Command {
    clap::Command::new("tool").arg(clap::Arg::new("n").default_value(default_n()))
}

fn default_n() -> &'static str {
    "3"
}
