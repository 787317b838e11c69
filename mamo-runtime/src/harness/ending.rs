//! How one test ended, judged as libtest judges.

use super::collected::{Panics, Place};
use std::any::Any;
use std::cell::Cell;
use std::process::{ExitCode, Termination};

/// What a test function came to, unless it panicked.
#[derive(Debug)]
pub enum Ending {
    /// It returned, with what stands for success.
    Passed,
    /// It returned an error, which was said.
    Failed,
    /// It was not called, since what it takes could not be made.
    Unprepared(String),
}

/// How far a test has come.
#[derive(Debug, Default)]
pub struct Stage {
    begun: Cell<bool>,
}

/// A judged test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Passed,
    Failed(Option<String>),
    TooLate,
    Ignored,
}

/// What a panic left.
pub(super) type Payload = Box<dyn Any + Send>;

impl Stage {
    /// Its arguments are there: from here on, a panic is the test's own.
    pub fn begin(&self) {
        self.begun.set(true);
    }

    /// Was the test's function called?
    pub(super) fn has_begun(&self) -> bool {
        self.begun.get()
    }
}

/// What a test's result says.
pub fn ending<T: Termination>(result: T) -> Ending {
    if result.report() == ExitCode::SUCCESS {
        Ending::Passed
    } else {
        Ending::Failed
    }
}

/// Judges a run of a test.
pub(super) fn judge(
    panics: Panics,
    place: Place,
    stage: &Stage,
    ended: &Result<Ending, Payload>,
) -> Outcome {
    match ended {
        Ok(Ending::Unprepared(why)) => Outcome::Failed(Some(why.clone())),
        // A panic that was expected of the test is none of what makes its arguments.
        Err(_) if !stage.has_begun() => Outcome::Failed(None),
        Ok(Ending::Failed) if panics == Panics::No => Outcome::Failed(None),
        Ok(_) if panics == Panics::No => Outcome::Passed,
        Ok(_) => {
            let Place { file, line, column } = place;
            Outcome::Failed(Some(format!(
                "test did not panic as expected at {file}:{line}:{column}"
            )))
        }
        Err(payload) => panicked(panics, payload.as_ref()),
    }
}

fn panicked(panics: Panics, payload: &(dyn Any + Send)) -> Outcome {
    let expected = match panics {
        Panics::No => return Outcome::Failed(None),
        Panics::Yes => return Outcome::Passed,
        Panics::With(expected) => expected,
    };
    let message = payload
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| payload.downcast_ref::<&'static str>().copied());
    Outcome::Failed(Some(match message {
        Some(message) if message.contains(expected) => return Outcome::Passed,
        Some(message) => format!(
            "panic did not contain expected string\n      panic message: {message:?}\n expected substring: {expected:?}"
        ),
        None => format!(
            "expected panic with string value,\n found non-string value: `{:?}`\n     expected substring: {expected:?}",
            payload.type_id()
        ),
    }))
}
