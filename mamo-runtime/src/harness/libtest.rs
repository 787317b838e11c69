//! A `#[mamo::test]` in a target that libtest runs: the same arguments, without what only our `main` can do.

use super::collected::{Case, Declared};
use super::ending::{self, Ending, Outcome, Stage};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// Runs a test, or one case of its own, as libtest's function for it; all cases of a fixture in turn.
///
/// libtest sees to `#[should_panic]`, unless a fixture has cases.
pub fn under_libtest(declared: &Declared, own: usize) {
    let Some(cases) = declared.fixture_cases else {
        return once(declared, own);
    };
    for (fixture, name) in cases().into_iter().enumerate() {
        let stage = Stage::default();
        let case = Case { own, fixture };
        let ended = catch_unwind(AssertUnwindSafe(|| (declared.run)(&stage, case)));
        let outcome = ending::judge(declared.panics, declared.place, &stage, &ended);
        if let Outcome::Failed(why) = outcome {
            let why = why.map_or(String::new(), |why| format!(": {why}"));
            panic!("case `{name}` failed{why}");
        }
    }
}

fn once(declared: &Declared, own: usize) {
    let stage = Stage::default();
    let case = Case { own, fixture: 0 };
    let ended = catch_unwind(AssertUnwindSafe(|| (declared.run)(&stage, case)));
    let expected = declared.panics != super::Panics::No;
    match ended {
        Ok(Ending::Passed) => {}
        // Where a panic is expected, only a return tells libtest that the test's own did not happen.
        Ok(Ending::Unprepared(why)) if expected => super::report::say(&why),
        Ok(Ending::Unprepared(why)) => panic!("{why}"),
        Ok(Ending::Failed) => panic!("the test returned an error"),
        Err(_) if expected && !stage.has_begun() => {}
        Err(payload) => resume_unwind(payload),
    }
}
