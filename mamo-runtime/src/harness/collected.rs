//! The tests of this program, as the attribute macro declared them and the linker gathered them.

use super::ending::{Ending, Stage};
use super::options::{Ignored, Options};

inventory::collect!(Declared);

/// What `#[mamo::test]` says of one function.
pub struct Declared {
    /// `module_path!()` where it stands.
    pub module: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Where its name stands.
    pub place: Place,
    /// `#[ignore]`, with its reason.
    pub ignore: Option<Option<&'static str>>,
    /// `#[should_panic]`.
    pub panics: Panics,
    /// Names of its `#[case]`s.
    pub cases: &'static [&'static str],
    /// Names of the cases of a fixture that is marked `#[cases]`.
    pub fixture_cases: Option<fn() -> Vec<&'static str>>,
    /// Prepares the arguments and calls the function.
    pub run: fn(&Stage, Case) -> Ending,
}

/// A place in source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file.
    pub file: &'static str,
    /// Its line.
    pub line: u32,
    /// Its column, the first is 1.
    pub column: u32,
}

/// Which case of a test is meant: its index among the `#[case]`s, and among the fixture's.
#[derive(Clone, Copy, Debug, Default)]
pub struct Case {
    /// Index in [`Declared::cases`].
    pub own: usize,
    /// Index in the fixture's cases.
    pub fixture: usize,
}

/// Whether a test is expected to panic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Panics {
    /// It is not.
    No,
    /// With whatever message.
    Yes,
    /// With a message that contains this.
    With(&'static str),
}

/// One test: a line in a listing.
#[derive(Clone)]
pub(super) struct Test {
    /// libtest's name for it.
    pub(super) name: String,
    pub(super) declared: &'static Declared,
    pub(super) case: Case,
    pub(super) ignored: bool,
}

impl Test {
    /// Why it is ignored, if it says so.
    pub(super) fn reason(&self) -> Option<&'static str> {
        self.declared.ignore.flatten()
    }

    /// Is it a case of the function that has this name?
    fn is_case_of(&self, function: &str) -> bool {
        let rest = self.name.strip_prefix(function);
        let cases = rest.and_then(|rest| rest.strip_prefix("::"));
        let own = function.rsplit("::").next();
        let depth = usize::from(!self.declared.cases.is_empty())
            + usize::from(self.declared.fixture_cases.is_some());
        own == Some(self.declared.name)
            && cases.is_some_and(|cases| cases.split("::").count() == depth)
    }

    /// Does it expect a panic?
    pub(super) fn should_panic(&self) -> bool {
        self.declared.panics != Panics::No
    }
}

/// All tests, by name. Two of one name are refused: nobody could say which of them passed.
pub(super) fn tests() -> Result<Vec<Test>, String> {
    let mut tests: Vec<Test> = inventory::iter::<Declared>
        .into_iter()
        .flat_map(of)
        .collect();
    tests.sort_by(|left, right| left.name.cmp(&right.name));
    let twice = tests.windows(2).find(|pair| pair[0].name == pair[1].name);
    match twice {
        None => Ok(tests),
        Some(pair) => {
            let [one, other] = [&pair[0], &pair[1]].map(|test| {
                let Place { file, line, .. } = test.declared.place;
                format!("{file}:{line}")
            });
            let name = &pair[0].name;
            Err(format!(
                "two tests are called `{name}` ({one}, {other}); a test inside of a function has the name of one beside it"
            ))
        }
    }
}

/// A function's tests: itself, or one for each of its cases.
fn of(declared: &'static Declared) -> Vec<Test> {
    let module = declared
        .module
        .split_once("::")
        .map_or(String::new(), |(_, path)| format!("{path}::"));
    let names = |names: &[&str]| match names {
        [] => vec![String::new()],
        names => names.iter().map(|name| format!("::{name}")).collect(),
    };
    let fixtures = match declared.fixture_cases {
        Some(cases) => cases().iter().map(|name| format!("::{name}")).collect(),
        None => vec![String::new()],
    };
    let mut tests = Vec::new();
    for (own, case) in names(declared.cases).iter().enumerate() {
        for (fixture, of_fixture) in fixtures.iter().enumerate() {
            tests.push(Test {
                name: format!("{module}{}{case}{of_fixture}", declared.name),
                declared,
                case: Case { own, fixture },
                ignored: declared.ignore.is_some(),
            });
        }
    }
    tests
}

/// The tests that the command line chooses; those that it unignores are no longer ignored.
pub(super) fn chosen(options: &Options, mut tests: Vec<Test>) -> Vec<Test> {
    let fits = |test: &Test, filter: &String| {
        if options.exact {
            // An editor knows a function, and not the cases of its fixture.
            test.name == *filter || test.is_case_of(filter)
        } else {
            test.name.contains(filter.as_str())
        }
    };
    if !options.filters.is_empty() {
        tests.retain(|test| options.filters.iter().any(|filter| fits(test, filter)));
    }
    tests.retain(|test| !options.skip.iter().any(|filter| fits(test, filter)));
    if options.exclude_should_panic {
        tests.retain(|test| !test.should_panic());
    }
    if options.ignored == Ignored::Only {
        tests.retain(|test| test.ignored);
    }
    if options.ignored != Ignored::No {
        for test in &mut tests {
            test.ignored = false;
        }
    }
    tests
}
