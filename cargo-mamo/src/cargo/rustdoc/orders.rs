//! What is said between mamo and itself in rustdoc's place: orders for each library, and a report of each run.
//!
//! Both lie in a directory of their own for one `cargo test --doc`, which is removed when it ended. A run without a
//! report was not seen to end, and nothing is remembered of it.

use crate::cargo::doctests::DocRun;
use crate::facts::UnitIndex;
use crate::home::{Home, unique_name};
use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// After so long a directory was left behind by a mamo that was killed.
const FORGOTTEN: Duration = Duration::from_secs(24 * 3600);

/// What to do at each of cargo's calls for rustdoc.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Orders {
    /// rustdoc, if the user configured one.
    pub rustdoc: Option<PathBuf>,
    /// The user's variable `RUSTDOC`, if it had to give way.
    pub variable: Option<String>,
    /// By the directory of their package.
    pub libraries: BTreeMap<PathBuf, Library>,
    /// What to do with libraries that are not among them.
    pub others: Others,
}

/// What to do with a library that mamo does not know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Others {
    /// Its doctests are left to rustdoc.
    Run,
    /// The same, unless its manifest says that it has none: told `--doc`, cargo calls for them nevertheless.
    #[default]
    RunIfAny,
    /// Nothing.
    Skip,
}

/// A library, and what to do with its doctests.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Library {
    /// Its unit.
    pub unit: UnitIndex,
    /// The crate's name as rustc has it.
    pub crate_name: String,
    /// What to do.
    pub order: Order,
}

/// What to do with the doctests of a library.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Order {
    /// Nothing: rustdoc is not started.
    Skip {
        /// How many are reused.
        reused: usize,
    },
    /// Run some or all.
    Run {
        /// Those that must run.
        names: Vec<String>,
        /// Arguments for the tests that choose them; `None` if all run.
        chosen: Option<Vec<String>>,
        /// Arguments for the tests by which all run that the user asked for.
        all: Vec<String>,
    },
    /// List them.
    List,
}

/// What one run of rustdoc reports.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Report {
    unit: UnitIndex,
    run: DocRun,
}

/// The directory that both sides write to.
#[derive(Debug)]
pub struct Exchange {
    home: Home,
    mine: bool,
}

impl Exchange {
    /// A new one with these orders, below mamo's directory or, if nothing can be written there, among temporary files.
    pub fn new(home: &Home, orders: &Orders) -> Result<Self> {
        let all = home.part("rustdoc");
        remove_forgotten(&all);
        for parent in [all, std::env::temp_dir()] {
            let exchange = Self {
                home: Home::new(parent.join(unique_name("-mamo"))),
                mine: true,
            };
            exchange.home.write(&exchange.orders(), orders);
            if exchange.orders().is_file() {
                return Ok(exchange);
            }
        }
        bail!("no directory can be written to, neither mamo's nor the temporary one");
    }

    /// The one whose orders are at `path`.
    pub fn at(path: &Path) -> Self {
        let home = Home::new(path.parent().unwrap_or(path).to_path_buf());
        Self { home, mine: false }
    }

    /// Where the orders are.
    pub fn orders(&self) -> PathBuf {
        self.home.root().join("orders")
    }

    /// Reads the orders.
    pub fn read(&self) -> Result<Orders> {
        let path = self.orders();
        let orders = self.home.read(&path).present();
        orders.with_context(|| format!("read `{}`", path.display()))
    }

    /// Reports a run.
    pub fn report(&self, unit: UnitIndex, run: &DocRun) {
        let report = Report {
            unit,
            run: run.clone(),
        };
        let path = self.home.root().join("reports").join(unique_name(""));
        self.home.write(&path, &report);
    }

    /// All that was reported.
    pub fn reports(&self) -> BTreeMap<UnitIndex, DocRun> {
        let mut found = BTreeMap::<UnitIndex, DocRun>::new();
        let files = std::fs::read_dir(self.home.root().join("reports"));
        for file in files.into_iter().flatten().flatten() {
            let Some(report) = self.home.read::<Report>(&file.path()).present() else {
                continue;
            };
            match found.remove(&report.unit) {
                Some(first) => found.insert(report.unit, first.and(report.run)),
                None => found.insert(report.unit, report.run),
            };
        }
        found
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        if self.mine {
            let _ = std::fs::remove_dir_all(self.home.root());
        }
    }
}

fn remove_forgotten(all: &Path) {
    for dir in std::fs::read_dir(all).into_iter().flatten().flatten() {
        let modified = dir.metadata().and_then(|metadata| metadata.modified());
        let age = modified.ok().and_then(|modified| modified.elapsed().ok());
        if age.is_some_and(|age| age > FORGOTTEN) {
            let _ = std::fs::remove_dir_all(dir.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_and_reports_reach_the_other_side_and_leave_nothing_behind() {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::new(dir.path().join("mamo"));
        let library = Library {
            unit: 3,
            crate_name: "a".into(),
            order: Order::List,
        };
        let orders = Orders {
            libraries: BTreeMap::from([("/a".into(), library)]),
            ..Orders::default()
        };
        let mine = Exchange::new(&home, &orders).unwrap();
        let theirs = Exchange::at(&mine.orders());
        assert_eq!(theirs.read().unwrap().libraries[Path::new("/a")].unit, 3);
        let run = DocRun {
            success: true,
            counted: true,
            ..DocRun::default()
        };
        theirs.report(3, &run);
        assert_eq!(mine.reports().keys().copied().collect::<Vec<_>>(), [3]);
        drop(theirs);
        assert!(mine.orders().is_file());
        drop(mine);
        assert_eq!(home.part("rustdoc").read_dir().unwrap().count(), 0);
    }

    #[test]
    fn where_mamos_directory_cannot_be_written_the_orders_are_a_temporary_file() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("mamo"), "a file").unwrap();
        let home = Home::new(dir.path().join("mamo"));
        let exchange = Exchange::new(&home, &Orders::default()).unwrap();
        assert!(exchange.orders().starts_with(std::env::temp_dir()));
        assert!(exchange.read().is_ok());
    }
}
