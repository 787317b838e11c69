//! What the arguments after `--` mean: which tests are considered, and what is passed on to their programs.
//!
//! As libtest reads them. A test that a filter leaves out is neither run nor reused. Pure.

use crate::cargo::harness::Listing;

/// The user's choice among a program's tests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filters {
    /// Only tests whose name contains (or is, with `exact`) one of these; all if empty.
    pub names: Vec<String>,
    /// No tests whose name contains (or is) one of these.
    pub skip: Vec<String>,
    /// Compare whole names.
    pub exact: bool,
    /// Which side of `#[ignore]` is wanted.
    pub ignored: Ignored,
    /// Only list tests.
    pub list: bool,
    /// The first argument that cannot be combined with reading results, if any.
    pub unsupported: Option<String>,
    /// What is passed on as it is: `--nocapture`, `--test-threads` and the like.
    pub rest: Vec<String>,
}

/// Which tests marked `#[ignore]` are considered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ignored {
    /// They stay ignored.
    #[default]
    Left,
    /// Only they (`--ignored`).
    Only,
    /// They too (`--include-ignored`).
    Included,
}

/// Options of libtest that take a value in the next argument.
const WITH_VALUE: [&str; 6] = [
    "--test-threads",
    "--format",
    "--color",
    "--shuffle-seed",
    "-Z",
    "--skip",
];

impl Filters {
    /// Reads them. `testname` is the filter before `--`.
    pub fn read(testname: Option<&str>, arguments: &[String]) -> Self {
        let mut filters = Self {
            names: testname.map(str::to_owned).into_iter().collect(),
            ..Self::default()
        };
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--exact" => filters.exact = true,
                "--ignored" => filters.ignored = filters.ignored.and(Ignored::Only),
                "--include-ignored" => filters.ignored = filters.ignored.and(Ignored::Included),
                "--list" => filters.list = true,
                "--skip" => filters.skip.extend(arguments.next().cloned()),
                "--logfile" => filters.unsupported = Some(argument.clone()),
                flag if flag.starts_with("--skip=") => {
                    filters.skip.push(flag["--skip=".len()..].to_string());
                }
                flag if flag.starts_with("--logfile=") => {
                    filters.unsupported = Some("--logfile".to_string());
                }
                flag if WITH_VALUE.contains(&flag) => {
                    filters.rest.push(argument.clone());
                    filters.rest.extend(arguments.next().cloned());
                }
                flag if flag.starts_with('-') => filters.rest.push(argument.clone()),
                _ => filters.names.push(argument.clone()),
            }
        }
        filters
    }

    /// Is every test considered?
    pub fn is_open(&self) -> bool {
        self.names.is_empty() && self.skip.is_empty() && self.ignored != Ignored::Only
    }

    /// Is the test considered, leaving `#[ignore]` aside?
    pub fn takes(&self, name: &str) -> bool {
        let hit = |filter: &String| {
            if self.exact {
                name == filter
            } else {
                name.contains(filter.as_str())
            }
        };
        (self.names.is_empty() || self.names.iter().any(hit)) && !self.skip.iter().any(hit)
    }

    /// The considered tests of a program, each with whether it stays ignored.
    pub fn considered(&self, listing: &Listing) -> Vec<(String, bool)> {
        let mut found = Vec::new();
        for name in listing.names.iter().filter(|name| self.takes(name)) {
            let marked = listing.ignored.contains(name);
            match self.ignored {
                Ignored::Only if !marked => {}
                Ignored::Left => found.push((name.clone(), marked)),
                Ignored::Only | Ignored::Included => found.push((name.clone(), false)),
            }
        }
        found
    }

    /// The user's arguments as libtest would have got them.
    pub fn whole(&self) -> Vec<String> {
        let mut all = self.listed();
        all.extend(self.choice());
        all
    }

    /// Those of them that choose by name.
    pub fn choice(&self) -> Vec<String> {
        let mut all = Vec::new();
        all.extend(self.exact.then(|| "--exact".to_string()));
        all.extend(
            self.skip
                .iter()
                .flat_map(|skip| ["--skip".to_string(), skip.clone()]),
        );
        all.extend(self.names.iter().cloned());
        all
    }

    /// The arguments that go with an exact list of names.
    pub fn listed(&self) -> Vec<String> {
        let mut all = self.rest.clone();
        match self.ignored {
            Ignored::Left => {}
            Ignored::Only => all.push("--ignored".to_string()),
            Ignored::Included => all.push("--include-ignored".to_string()),
        }
        all
    }
}

impl Ignored {
    fn and(self, other: Self) -> Self {
        if self == Self::Left || self == other {
            other
        } else {
            Self::Included
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(arguments: &[&str]) -> Filters {
        let arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
        Filters::read(Some("par"), &arguments)
    }

    fn considered(filters: &Filters) -> Vec<(String, bool)> {
        let names = ["parse::a", "parse::b", "other"].map(String::from).to_vec();
        filters.considered(&Listing {
            names,
            ignored: ["parse::b".to_string()].into(),
        })
    }

    #[test]
    fn filters_narrow_as_libtest_does() {
        let all = |list: &[(&str, bool)]| {
            list.iter()
                .map(|(n, i)| ((*n).to_string(), *i))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            considered(&read(&[])),
            all(&[("parse::a", false), ("parse::b", true)])
        );
        assert_eq!(
            considered(&read(&["--ignored"])),
            all(&[("parse::b", false)])
        );
        assert_eq!(
            considered(&read(&["--skip", "b", "oth"])),
            all(&[("parse::a", false), ("other", false)])
        );
        assert_eq!(
            considered(&read(&["--exact", "other"])),
            all(&[("other", false)])
        );
    }

    #[test]
    fn values_of_options_are_no_filters() {
        let filters = read(&["--test-threads", "1", "--nocapture", "x"]);
        assert_eq!(filters.names, ["par", "x"]);
        assert_eq!(filters.rest, ["--test-threads", "1", "--nocapture"]);
    }
}
