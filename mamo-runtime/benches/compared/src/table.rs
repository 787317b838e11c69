//! Lowest times and ratios of what was measured, as a table in Markdown.

use std::collections::BTreeMap;

/// A measurement of mamo's, and what it is held against.
struct Row {
    what: &'static str,
    ours: &'static str,
    theirs: (&'static str, &'static str),
    against: &'static str,
    /// The ratio that is aimed at.
    aim: Option<f64>,
}

const fn row(
    what: &'static str,
    ours: &'static str,
    theirs: (&'static str, &'static str),
    against: &'static str,
    aim: Option<f64>,
) -> Row {
    Row {
        what,
        ours,
        theirs,
        against,
        aim,
    }
}

const RAM: &str = "hit in memory, `u64` → `u64`";
const MANY: &str = "the same, 10 000 arguments in turn";
const FIRST: &str = "first disk hit of a fresh process, short string";
const SHORT: &str = "later disk hits, short strings";
const LARGE: &str = "disk hit, `Vec<f64>` of 100 MB";
const STORE: &str = "storing 100 MB";
const ARGUMENT: &str = "argument of 100 MB";

/// In the order of the table.
#[rustfmt::skip]
const ROWS: [Row; 30] = [
    row(RAM, "ram", ("ram", "cached"), "`cached`", Some(1.3)),
    row(RAM, "ram", ("ram", "floor"), "`Mutex<HashMap>`", None),
    row(MANY, "ram of many", ("ram of many", "cached"), "`cached`", None),
    row(MANY, "ram of many", ("ram of many", "floor"), "`Mutex<HashMap>`", None),
    row(FIRST, "first", ("first", "cached"), "`cached`", Some(0.3)),
    row(FIRST, "first", ("first", "cacache"), "`cacache`", None),
    row(FIRST, "first", ("first", "joblib"), "joblib, an integer", None),
    row(FIRST, "first", ("first", "python mamo"), "Python mamo, an integer", None),
    row(FIRST, "first", ("first", "floor"), "`fs::read`", None),
    row(SHORT, "short", ("short", "cached"), "`cached`", None),
    row(SHORT, "short", ("short", "cacache"), "`cacache`", None),
    row(SHORT, "short", ("short", "floor"), "`fs::read`", None),
    row(LARGE, "large", ("large", "cached"), "`cached`", Some(0.25)),
    row(LARGE, "large", ("large", "cacache"), "`cacache`", None),
    row(LARGE, "large", ("large", "joblib"), "joblib", None),
    row(LARGE, "large", ("read", "floor"), "`fs::read`", Some(1.3)),
    row("the same, once more in the process", "large again", ("large again", "cached"), "`cached`", None),
    row("the same, once more in the process", "large again", ("read again", "floor"), "`fs::read`", None),
    row("disk hit of 100 MB mapped, checked and summed", "mapped", ("sum", "floor"), "summing in memory", Some(1.5)),
    row("disk hit of 100 MB mapped, checked and summed", "mapped", ("mapped", "python mamo"), "Python mamo, unchecked", None),
    row("the same, once more in the process", "mapped again", ("sum", "floor"), "summing in memory", Some(1.5)),
    row(ARGUMENT, "argument", ("blake3", "floor"), "BLAKE3 of its bytes", Some(1.3)),
    row(ARGUMENT, "argument", ("argument", "joblib"), "joblib", None),
    row(ARGUMENT, "argument", ("argument", "python mamo"), "Python mamo", None),
    row("the same in a `Value`", "value", ("blake3", "floor"), "BLAKE3 of its bytes", Some(0.01)),
    row(STORE, "store", ("store", "cached"), "`cached`", None),
    row(STORE, "store", ("store", "cacache"), "`cacache`", None),
    row(STORE, "store", ("store", "joblib"), "joblib", None),
    row(STORE, "store", ("store", "python mamo"), "Python mamo", None),
    row(STORE, "store", ("store", "floor"), "`fs::write`", Some(1.5)),
];

/// Seconds by row and side, one a round.
#[derive(Default)]
pub(crate) struct Samples(BTreeMap<(String, String), Vec<f64>>);

impl Samples {
    /// Adds what a measuring process printed.
    pub(crate) fn add(&mut self, printed: &str) {
        for line in printed.lines() {
            let mut parts = line.split('\t');
            let (Some(row), Some(side), Some(seconds)) = (parts.next(), parts.next(), parts.next())
            else {
                continue;
            };
            let key = (row.to_owned(), side.to_owned());
            self.0
                .entry(key)
                .or_default()
                .push(seconds.parse().unwrap());
        }
    }

    fn of(&self, row: &str, side: &str) -> &[f64] {
        let key = (row.to_owned(), side.to_owned());
        self.0.get(&key).map_or(&[], Vec::as_slice)
    }
}

/// Prints the table.
pub(crate) fn print(samples: &Samples, rounds: usize) {
    println!(
        "Lowest times of {rounds} rounds, and their ratio; behind it the median of the ratios of single rounds.\n"
    );
    println!("| what | mamo | against | | ratio | aim |");
    println!("| --- | --- | --- | --- | --- | --- |");
    for row in &ROWS {
        let (ours, theirs) = (
            samples.of(row.ours, "mamo"),
            samples.of(row.theirs.0, row.theirs.1),
        );
        if ours.is_empty() || theirs.is_empty() {
            continue;
        }
        let ratios: Vec<f64> = ours
            .iter()
            .zip(theirs)
            .map(|(ours, theirs)| ours / theirs)
            .collect();
        let (lowest, lowest_of_theirs) = (sorted(ours)[0], sorted(theirs)[0]);
        let ratio = lowest / lowest_of_theirs;
        let median = sorted(&ratios)[ratios.len() / 2];
        let aim = row.aim.map_or_else(String::new, |aim| {
            let met = if ratio <= aim { "met" } else { "missed" };
            format!("≤ {aim}: {met}")
        });
        println!(
            "| {} | {} | {} | {} | {ratio:.2} ({median:.2}) | {aim} |",
            row.what,
            shown(lowest),
            row.against,
            shown(lowest_of_theirs),
        );
    }
}

fn sorted(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
}

fn shown(seconds: f64) -> String {
    match seconds {
        s if s < 1e-6 => format!("{:.1} ns", s * 1e9),
        s if s < 1e-3 => format!("{:.1} µs", s * 1e6),
        s => format!("{:.1} ms", s * 1e3),
    }
}
