//! Five steps with a large value in the middle. `steps 1024` makes it 1 GiB; without a number it is 1 MiB.
//!
//! Each step takes lazy values: what is fresh is looked up and not read. The program ends with what it did.

use mamo::Value;
use serde::{Deserialize, Serialize};
use std::time::Instant;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Plan {
    factor: f64,
    mebibytes: usize,
}

#[mamo::memo]
fn read(mebibytes: usize) -> String {
    format!("0.5 {mebibytes}")
}

#[mamo::memo]
fn plan(text: &Value<String>) -> Plan {
    let (factor, mebibytes) = text.split_once(' ').unwrap_or(("1", "1"));
    Plan {
        factor: factor.parse().unwrap_or(1.0),
        mebibytes: mebibytes.parse().unwrap_or(1),
    }
}

#[mamo::memo]
fn numbers(plan: &Value<Plan>) -> Vec<f64> {
    let count = plan.mebibytes * 1024 * 1024 / 8;
    (0..count).map(|n| n as f64 * plan.factor).collect()
}

#[mamo::memo]
fn sums(numbers: &Value<Vec<f64>>) -> Vec<f64> {
    numbers.chunks(65_536).map(|chunk| chunk.iter().sum()).collect()
}

#[mamo::memo]
fn report(numbers: &Value<Vec<f64>>, sums: &Value<Vec<f64>>) -> String {
    let mean = sums.iter().sum::<f64>() / numbers.len() as f64;
    format!("{} numbers, mean {mean:.1}", numbers.len())
}

fn main() {
    let start = Instant::now();
    let mebibytes = std::env::args().nth(1).and_then(|text| text.parse().ok());
    let text = read::value(mebibytes.unwrap_or(1));
    let plan = plan::value(&text);
    let numbers = numbers::value(&plan);
    let sums = sums::value(&numbers);
    let report = report(&numbers, &sums);
    let took = start.elapsed();
    println!("{report}");
    let computed: Vec<_> = mamo::stats()
        .iter()
        .filter(|function| function.counts.computed > 0)
        .filter_map(|function| function.key.rsplit("::").next())
        .collect();
    println!("computed: {}", computed.join(" "));
    println!("middle in memory: {}", numbers.is_loaded());
    println!("milliseconds: {:.1}", took.as_secs_f64() * 1e3);
}
