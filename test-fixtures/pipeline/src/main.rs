//! Runs the pipeline and says which of its steps were remembered.

use pipeline::chart::{NoWords, chart};
use pipeline::corpus::corpus;
use pipeline::count::count;
use pipeline::words::words;

fn main() -> Result<(), NoWords> {
    let words = words(&corpus().text);
    let chart = chart(&count(&words), 5)?;
    for step in mamo::stats() {
        let did = if step.counts.hits() > 0 { "served" } else { "computed" };
        println!("{did:>8} {}", step.key);
    }
    println!("{chart}");
    Ok(())
}
