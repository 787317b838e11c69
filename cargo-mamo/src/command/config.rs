//! `cargo mamo config`: every setting in force, its value, and where it comes from.

use crate::cargo::Workspace;
use crate::cli::MessageFormat;
use crate::settings::known::{Origin, in_force};
use crate::shell::Shell;
use anyhow::Result;
use clap::Args;
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;

/// `cargo mamo config`.
#[derive(Clone, Debug, Args)]
pub struct ConfigArgs {
    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub message_format: MessageFormat,
    /// Path to Cargo.toml
    #[arg(long, value_name = "PATH")]
    pub manifest_path: Option<PathBuf>,
}

/// Prints.
pub fn run(args: &ConfigArgs) -> Result<ExitCode> {
    let shell = Shell::new(args.message_format == MessageFormat::Json, false);
    let workspace = Workspace::here(args.manifest_path.as_deref(), None, &[])?;
    let settings = in_force(&workspace.root)?;
    let widest = |texts: &mut dyn Iterator<Item = &str>| texts.map(str::len).max().unwrap_or(0);
    let names = widest(&mut settings.iter().map(|(setting, ..)| setting.name));
    let values = widest(&mut settings.iter().map(|(_, value, _)| value.as_str()));
    for (setting, value, origin) in &settings {
        if shell.is_json() {
            let (from, line) = match origin {
                Origin::Default => ("default", None),
                Origin::File(line) => ("file", Some(line)),
                Origin::Variable(_) => ("variable", None),
            };
            shell.json(&json!({
                "type": "setting", "version": 1, "name": setting.name, "value": value, "from": from,
                "line": line, "variable": setting.variable, "default": setting.default,
            }));
        } else {
            shell.say(format!(
                "{:names$} = {value:values$}  # {origin}",
                setting.name
            ));
        }
    }
    Ok(ExitCode::SUCCESS)
}
