//! How long each step takes, told with `MAMO_TIMES=1`.
//!
//! One clock for the process, since the process is what is measured. A step that begins inside another stops the other's
//! time, so that the parts add up to the whole. Only the main thread names steps; nothing is ever decided by them.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

static CLOCK: Mutex<Option<Clock>> = Mutex::new(None);

/// What the time went into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Workspace, configuration, toolchain.
    Environment,
    /// The build record, and whether it holds.
    Facts,
    /// Reading and parsing source.
    Source,
    /// Names, items, reaches, and the files and variables that they rest on.
    Graph,
    /// Remembered passes, and the plan.
    Plan,
    /// Objects of programs, and what they say of tests.
    Code,
    /// Processes of cargo's, and test programs that are asked for their tests.
    Build,
    /// Tests.
    Run,
    /// Writing down what was seen.
    Record,
    /// What is none of these.
    Other,
}

/// In the order in which they are told.
const STEPS: [(Step, &str); 10] = [
    (Step::Environment, "environment"),
    (Step::Facts, "facts"),
    (Step::Source, "source"),
    (Step::Graph, "graph"),
    (Step::Plan, "plan"),
    (Step::Code, "code"),
    (Step::Build, "build"),
    (Step::Run, "run"),
    (Step::Record, "record"),
    (Step::Other, "other"),
];

struct Clock {
    began: Instant,
    step: Step,
    since: Instant,
    spent: BTreeMap<Step, Duration>,
    compiled: Option<(usize, usize)>,
}

impl Clock {
    /// Charges what has gone by to the step that was under way, and goes on with another.
    fn switch(&mut self, to: Step, now: Instant) -> Step {
        *self.spent.entry(self.step).or_default() += now - self.since;
        self.since = now;
        std::mem::replace(&mut self.step, to)
    }

    fn line(&self, now: Instant) -> String {
        let spent = |step| self.spent.get(&step).copied().unwrap_or_default();
        let millis = |time: Duration| time.as_secs_f64() * 1000.0;
        let parts = STEPS.map(|(step, name)| format!("{name} {:.1}", millis(spent(step))));
        let whole = now - self.began;
        let own = whole.saturating_sub(spent(Step::Build) + spent(Step::Run));
        let compiled = self
            .compiled
            .map(|(built, of)| format!("; compiled {built} of {of}"));
        format!(
            "mamo: ms: {}; own {:.1} of {:.1}{}",
            parts.join(", "),
            millis(own),
            millis(whole),
            compiled.unwrap_or_default()
        )
    }
}

/// Starts the clock. Without it nothing is measured.
pub fn start() {
    let now = Instant::now();
    with(|clock| {
        *clock = Some(Clock {
            began: now,
            step: Step::Other,
            since: now,
            spent: BTreeMap::new(),
            compiled: None,
        });
    });
}

/// Does something that is part of `step`.
pub fn during<R>(step: Step, f: impl FnOnce() -> R) -> R {
    let outer = switch(step);
    let result = f();
    switch(outer);
    result
}

/// Notes a build: `built` of its `of` compilations and build scripts were not fresh.
pub fn compiled(built: usize, of: usize) {
    with(|clock| {
        if let Some(clock) = clock {
            let (before, of_before) = clock.compiled.unwrap_or_default();
            clock.compiled = Some((before + built, of_before.max(of)));
        }
    });
}

/// All of it in a line; `None` if the clock was not started.
pub fn told() -> Option<String> {
    switch(Step::Other);
    with(|clock| clock.as_ref().map(|clock| clock.line(Instant::now())))
}

fn switch(to: Step) -> Step {
    let now = Instant::now();
    with(|clock| match clock {
        Some(clock) => clock.switch(to, now),
        None => to,
    })
}

fn with<R>(f: impl FnOnce(&mut Option<Clock>) -> R) -> R {
    // A thread that panicked while it held the clock left nothing that could mislead.
    let mut clock = CLOCK
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    f(&mut clock)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_inside_another_stops_the_others_time_and_the_parts_add_up() {
        let began = Instant::now();
        let at = |millis| began + Duration::from_millis(millis);
        let mut clock = Clock {
            began,
            step: Step::Other,
            since: began,
            spent: BTreeMap::new(),
            compiled: Some((2, 5)),
        };
        assert_eq!(clock.switch(Step::Graph, at(1)), Step::Other);
        assert_eq!(clock.switch(Step::Source, at(3)), Step::Graph);
        assert_eq!(clock.switch(Step::Graph, at(10)), Step::Source);
        clock.switch(Step::Build, at(14));
        clock.switch(Step::Other, at(30));
        assert_eq!(
            clock.line(at(30)),
            "mamo: ms: environment 0.0, facts 0.0, source 7.0, graph 6.0, plan 0.0, code 0.0, build 16.0, run 0.0, record 0.0, other 1.0; own 14.0 of 30.0; compiled 2 of 5"
        );
    }
}
