//! `cargo mamo gc`: keep the value store below its bound, remove what is kept of code that is gone, and say what went and why.
//!
//! Commands after which programs have run do it too, at most daily.

use super::clean::size;
use crate::bound::Bound;
use crate::cargo::Workspace;
use crate::cli::MessageFormat;
use crate::code::{self, CollectedCode};
use crate::home::Home;
use crate::session::{Session, home_of};
use crate::settings::{Settings, StoreSettings, Turn};
use crate::shell::Shell;
use anyhow::{Context, Result};
use clap::Args;
use mamo::__private::gc::{self, Collected, Gone};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::ExitCode;

/// `cargo mamo gc`.
#[derive(Clone, Debug, Args)]
pub struct GcArgs {
    /// Show what would go, and remove nothing
    #[arg(long)]
    pub dry_run: bool,
    /// What values may take, such as `5 GiB`; instead of what mamo.toml says
    #[arg(long, value_name = "SIZE")]
    pub max_size: Option<Bound>,
    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub message_format: MessageFormat,
    /// Directory of all that is built
    #[arg(long, value_name = "DIRECTORY")]
    pub target_dir: Option<PathBuf>,
    /// Path to Cargo.toml
    #[arg(long, value_name = "PATH")]
    pub manifest_path: Option<PathBuf>,
}

/// Collects.
pub fn run(args: &GcArgs) -> Result<ExitCode> {
    let shell = Shell::new(args.message_format == MessageFormat::Json, false);
    let (manifest, target_dir) = (args.manifest_path.as_deref(), args.target_dir.as_deref());
    let workspace = Workspace::here(manifest, target_dir, &[])?;
    let bound = match args.max_size {
        Some(bound) => bound,
        None => Settings::load(&workspace.root)?.store.max_size,
    };
    let home = home_of(&workspace);
    if !home.is_mamo() {
        shell.say(format!(
            "mamo: nothing is stored in `{}`",
            home.root().display()
        ));
        return Ok(ExitCode::SUCCESS);
    }
    let Some(collected) = collect(&home, bound, args.dry_run)? else {
        shell.say("mamo: another process collects at this moment");
        return Ok(ExitCode::SUCCESS);
    };
    if shell.is_json() {
        shell.json(&object(&collected, bound, args.dry_run));
    } else {
        tell(&shell, &collected, bound, args.dry_run);
    }
    Ok(ExitCode::SUCCESS)
}

/// Collects if a day has passed since that was last done. Whatever keeps it from that is a warning.
pub fn daily(session: &Session) {
    let root = session.home.root();
    let StoreSettings { max_size, gc, .. } = session.settings.store;
    if gc == Turn::Never || !gc::is_due(root) || !session.home.is_mamo() {
        return;
    }
    let collected = collect(&session.home, max_size, false);
    let collected = collected.map(|collected| collected.map(|collected| (collected, max_size)));
    match collected {
        Ok(Some((collected, bound))) if collected.total().0 > 0 => {
            let (files, bytes) = collected.total();
            session.shell.progress(format!(
                "mamo: removed {files} files, {}, that are of no use or over the store's bound of {bound}; \
                 `cargo mamo gc --dry-run` tells what would go next",
                size(bytes)
            ));
        }
        Ok(_) => {}
        Err(error) => session
            .shell
            .warn(format!("values are not collected: {error:#}")),
    }
}

/// What went.
struct Collection {
    values: Collected,
    code: CollectedCode,
}

impl Collection {
    /// How many files, and how much they took.
    fn total(&self) -> (u64, u64) {
        let values = self.values.gone.iter();
        values.fold(
            (self.code.files, self.code.bytes),
            |(files, bytes), gone| (files + gone.files, bytes + gone.bytes),
        )
    }
}

fn collect(home: &Home, bound: Bound, dry_run: bool) -> Result<Option<Collection>> {
    let root = home.root();
    let values = gc::collect(root, bound.0, dry_run)
        .with_context(|| format!("collect the values in `{}`", root.display()))?;
    Ok(values.map(|values| Collection {
        values,
        code: code::collect(home, dry_run),
    }))
}

fn tell(shell: &Shell, collection: &Collection, bound: Bound, dry_run: bool) {
    let collected = &collection.values;
    for gone in &collected.gone {
        shell.say(line(gone));
    }
    let CollectedCode { files, bytes } = collection.code;
    if files > 0 {
        let plural = if files == 1 { "" } else { "s" };
        let bytes = size(bytes);
        shell.say(format!(
            "  {files} file{plural}, {bytes}: kept of compiled code that is gone"
        ));
    }
    for kept in &collected.kept {
        shell.warn(format!("stays: {kept}"));
    }
    let (files, bytes) = collection.total();
    let what = if dry_run { "would remove" } else { "removed" };
    shell.say(format!(
        "mamo: {what} {files} files, {}; values take {} of {bound}",
        size(bytes),
        size(collected.after)
    ));
}

/// `3 values of f, 1.2 MB, 0.4 s to compute: over the bound; …`
fn line(gone: &Gone) -> String {
    let (files, bytes) = (gone.files, size(gone.bytes));
    let plural = if files == 1 { "" } else { "s" };
    let what = match &gone.function {
        Some(function) => {
            let seconds = gone.compute.as_secs_f64();
            format!("{files} value{plural} of {function}, {bytes}, {seconds:.1} s to compute")
        }
        None => format!("{files} file{plural}, {bytes}"),
    };
    format!("  {what}: {}", gone.why)
}

fn object(collection: &Collection, bound: Bound, dry_run: bool) -> Value {
    let collected = &collection.values;
    let gone = collected.gone.iter().map(|gone| {
        json!({
            "why": gone.why.word(), "text": gone.why.to_string(), "function": gone.function,
            "files": gone.files, "bytes": gone.bytes, "compute_seconds": gone.compute.as_secs_f64(),
        })
    });
    json!({
        "type": "gc", "version": 1, "dry_run": dry_run, "max_size": bound.0,
        "before": collected.before, "after": collected.after, "tags": collected.tags,
        "removed": gone.collect::<Vec<_>>(), "stays": collected.kept,
        "code": { "files": collection.code.files, "bytes": collection.code.bytes },
    })
}
