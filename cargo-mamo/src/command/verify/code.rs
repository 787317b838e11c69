//! `cargo mamo verify --code`: every function whose compiled code differs between two trees must have another fingerprint.
//!
//! It judges the rules by names and uses none of what they say of tests: each function is taken as a root of its own. Both trees are
//! built at one place, so that nothing but their source differs.

mod history;
mod verdict;

use super::copied::{forget, session_in};
use super::{MISSED, VerifyArgs};
use crate::code::{BuildCode, compare};
use crate::command::{FAILED, INTERRUPTED, USAGE};
use crate::interrupt;
use crate::revision;
use crate::session::Session;
use anyhow::Result;
use history::{Checkout, Tree};
use std::path::Path;
use std::process::ExitCode;
use verdict::{Pair, Verdict};

/// Compares.
pub(super) fn run(session: &Session, args: &VerifyArgs) -> Result<ExitCode> {
    let root = &session.workspace.root;
    let trees = match trees(root, args)? {
        Ok(trees) => trees,
        Err(misuse) => {
            session.shell.error(&misuse);
            return Ok(ExitCode::from(USAGE));
        }
    };
    if std::env::var_os("CARGO_INCREMENTAL").is_some_and(|value| value == "0") {
        let hint = anyhow::anyhow!("hint: unset it; nothing else says what a program is made of");
        let what = "`CARGO_INCREMENTAL=0` keeps rustc from writing the objects that are compared";
        session.shell.error(&hint.context(what));
        return Ok(ExitCode::from(USAGE));
    }
    interrupt::outlive();
    if args.commits.is_some() {
        warn_of_changes(session)?;
    }
    let judge = Judge::prepare(session, args)?;
    let mut verdict = Verdict::default();
    let mut before: Option<(&Tree, BuildCode)> = None;
    for tree in &trees {
        let built = judge.built(tree, &mut verdict)?;
        if interrupt::happened() {
            break;
        }
        let Some(built) = built else {
            continue;
        };
        if let Some((old_tree, old)) = &before {
            let compared = compare(old, &built);
            let pair = Pair {
                before: old_tree,
                after: tree,
                unknown: &built.unknown,
            };
            verdict.add(session, &pair, compared);
        }
        before = Some((tree, built));
    }
    verdict.interrupted = interrupt::happened();
    verdict.tell(session);
    session.tell_warnings();
    Ok(ExitCode::from(match &verdict {
        verdict if verdict.interrupted => INTERRUPTED,
        verdict if verdict.total.found > 0 => MISSED,
        verdict if verdict.pairs == 0 => FAILED,
        _ => 0,
    }))
}

/// The trees to compare, each with the one before it; or what is wrong with what was asked for.
fn trees(root: &Path, args: &VerifyArgs) -> Result<Result<Vec<Tree>, anyhow::Error>> {
    let named = args.since.as_deref().unwrap_or("HEAD");
    let Some(commit) = revision::find(root, named)? else {
        let hint = anyhow::anyhow!(
            "hint: name a commit, branch or tag; a shallow clone may lack it (`git fetch` gets it)"
        );
        let what = format!("`{named}` is no revision of this repository");
        return Ok(Err(hint.context(what)));
    };
    let Some(wanted) = args.commits else {
        return Ok(Ok(vec![Tree::Commit(commit), Tree::Work]));
    };
    let commits = history::commits(root, wanted.get() + 1)?;
    if commits.len() <= wanted.get() {
        let hint = anyhow::anyhow!("hint: --commits takes at most {}", commits.len() - 1);
        let what = format!(
            "there are fewer than {wanted} commits with a parent: the first-parent history holds {}",
            commits.len()
        );
        return Ok(Err(hint.context(what)));
    }
    Ok(Ok(commits.into_iter().map(Tree::Commit).collect()))
}

/// With `--commits` what is not committed is not looked at.
fn warn_of_changes(session: &Session) -> Result<()> {
    const NAMED: usize = 5;
    let changed = history::uncommitted(&session.workspace.root)?;
    if !changed.is_empty() {
        let named = changed[..changed.len().min(NAMED)].join("`, `");
        session.shell.warn(format!(
            "{} uncommitted changes are left out: `{named}`{}\nhint: `--since HEAD` compares them with the last commit",
            changed.len(),
            if changed.len() > NAMED { ", …" } else { "" }
        ));
    }
    Ok(())
}

/// Where trees are checked out and built.
struct Judge<'s> {
    user: &'s Session,
    args: VerifyArgs,
    checkout: Checkout,
}

impl<'s> Judge<'s> {
    fn prepare(user: &'s Session, args: &VerifyArgs) -> Result<Self> {
        let checkout = Checkout::prepare(user, args)?;
        forget(&checkout.dir)?;
        let mut args = args.clone();
        let compile = &mut args.compile;
        let profile = compile.profile.clone();
        let profile = profile.or(compile.release.then(|| "release".to_owned()));
        let profiles = profile.map_or(vec!["dev".to_owned(), "test".to_owned()], |one| vec![one]);
        for profile in profiles {
            for setting in PROFILE {
                compile.config.push(format!("profile.{profile}.{setting}"));
            }
        }
        Ok(Self {
            user,
            args,
            checkout,
        })
    }

    /// The code of a tree; `None` if it does not build, or was interrupted.
    fn built(&self, tree: &Tree, verdict: &mut Verdict) -> Result<Option<BuildCode>> {
        let shell = &self.user.shell;
        shell.progress(format!("     Building {}", tree.short()));
        self.checkout.switch(tree)?;
        let place = |path: &Path| self.checkout.place(path);
        // A tree whose manifest cannot be read is one that does not build.
        let made = session_in(self.user, &self.args, &place, &self.checkout.dir)
            .and_then(|(session, request)| Ok((session.build(&request)?, session)));
        match made {
            Ok((Some(build), session)) => {
                let code = session.code_of(&build);
                if code.is_empty() {
                    let why = code.unknown.join("; ");
                    let what = format!("no program of it has code to compare: {why}");
                    verdict.broken(self.user, tree, &what);
                    return Ok(None);
                }
                return Ok(Some(code));
            }
            Ok((None, _)) if interrupt::happened() => {}
            Ok((None, _)) => verdict.broken(self.user, tree, "it does not compile"),
            Err(why) => verdict.broken(self.user, tree, &format!("{why:#}")),
        }
        Ok(None)
    }
}

/// What makes objects that can be compared: incremental ones, with lines, and without what an optimizer moves between functions.
const PROFILE: [&str; 5] = [
    "incremental=true",
    "debug=\"limited\"",
    "split-debuginfo=\"off\"",
    "strip=\"none\"",
    "opt-level=0",
];
