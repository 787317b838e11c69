//! What holds for every compilation of a build: compiler, target, flags, and the variables that cargo reads.

use super::launch::runner_of;
use super::tools::{self, Tools, Words};
use super::{Request, Workspace, known, output_of};
use crate::fingerprint::Fingerprint;
use crate::home::Home;
use anyhow::{Context, Result};
use cargo_metadata::cargo_platform::Cfg;
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::Path;
use std::process::Command;
use std::str::FromStr;

/// Counts up with every change of what a build record holds.
const RECORD: &str = "record 15";

/// The compiler as it will be called.
#[derive(Clone, Debug)]
pub struct Toolchain {
    /// What `rustc -vV` prints.
    pub version: String,
    /// The host's triple.
    pub host: String,
    /// The triple that is built for.
    pub triple: String,
    /// Is a target asked for, so that build scripts and proc macros get no rustflags?
    pub cross: bool,
    /// Flags in force.
    pub rustflags: Vec<String>,
    /// rustdoc, if one is configured, and its flags in force.
    pub rustdoc: Vec<String>,
    /// `rustc --print cfg` under those flags.
    pub cfgs: BTreeSet<String>,
    /// The compiler's own libraries' directories, for programs that link to them.
    pub libraries: Vec<std::path::PathBuf>,
    /// Programs that the user chose, and files that flags name.
    pub tools: Tools,
    /// What is set for nightly alone.
    unstable: Vec<String>,
}

impl Toolchain {
    /// Asks rustc, or what `home` remembers of its answers.
    pub fn load(workspace: &Workspace, request: &Request, home: &Home) -> Result<Self> {
        let program = workspace
            .rustc()
            .map_or_else(|| "rustc".into(), OsString::from);
        let ask = |arguments: &[&str], flags: &[String]| {
            let arguments: Vec<_> = arguments
                .iter()
                .map(ToString::to_string)
                .chain(flags.iter().cloned())
                .collect();
            known::output(home, &program, &workspace.cwd, &arguments, || {
                output_of(
                    Command::new(&program)
                        .current_dir(&workspace.cwd)
                        .args(&arguments),
                )
            })
        };
        let version = ask(&["-vV"], &[])?;
        let host = version
            .lines()
            .find_map(|line| line.strip_prefix("host: "))
            .context("`rustc -vV` names no host")?;
        let asked = request
            .triple
            .clone()
            .or_else(|| workspace.config.string(&["build", "target"]));
        let triple = asked.clone().unwrap_or_else(|| host.to_string());
        let plain = ask(&["--print", "cfg", "--target", &triple], &[])?;
        let flags = |kind| workspace.config.flags(kind, &triple, &parse(plain.lines()));
        let rustflags = flags("rustflags");
        let rustdoc = workspace
            .rustdoc()
            .map(|path| path.to_string_lossy().into_owned());
        let documenting = flags("rustdocflags");
        let rustdoc = rustdoc.into_iter().chain(documenting.clone()).collect();
        let printed = ask(
            &["--print", "cfg", "--print", "sysroot", "--target", &triple],
            &rustflags,
        )?;
        // One line of these is the sysroot: a path, where every other line is a cfg.
        let (sysroot, cfgs): (Vec<_>, Vec<_>) = printed
            .lines()
            .partition(|line| Path::new(line).is_absolute());
        let sysroot = Path::new(sysroot.first().copied().unwrap_or_default());
        let libraries = vec![
            sysroot.join("lib/rustlib").join(&triple).join("lib"),
            sysroot.join("lib"),
        ];
        let platform = parse(cfgs.iter().copied());
        let linkers = workspace
            .config
            .linkers(&triple, &platform, asked.is_some());
        let unstable = tools::unstable(&workspace.config, request);
        let words = Words {
            compiling: &[
                rustflags.as_slice(),
                &unstable,
                std::slice::from_ref(&triple),
            ]
            .concat(),
            documenting: &documenting,
            starting: &runner_of(workspace, &triple, &platform),
        };
        Ok(Self {
            host: host.to_string(),
            version: version.clone(),
            tools: Tools::chosen(home, workspace, &linkers, words),
            triple,
            cross: asked.is_some(),
            rustflags,
            rustdoc,
            cfgs: cfgs.into_iter().map(str::to_owned).collect(),
            libraries,
            unstable,
        })
    }

    /// The cfgs in the form that target tables are matched against.
    pub fn platform(&self) -> Vec<Cfg> {
        parse(self.cfgs.iter().map(String::as_str))
    }

    /// cfg names that rustflags set.
    pub fn custom_cfgs(&self) -> BTreeSet<String> {
        let mut flags = self.rustflags.iter();
        let mut found = BTreeSet::new();
        while let Some(flag) = flags.next() {
            let value = match flag.strip_prefix("--cfg") {
                Some("") => flags.next().map(String::as_str),
                Some(joined) => joined.strip_prefix('='),
                None => None,
            };
            found.extend(value.map(|cfg| cfg.split('=').next().unwrap_or(cfg).trim().to_string()));
        }
        found
    }

    /// Is this a released compiler, with no flag that could make it look into functions of other crates?
    pub fn closes_bodies(&self) -> bool {
        let release = self
            .version
            .lines()
            .find_map(|line| line.strip_prefix("release: "));
        let released = release.is_some_and(|release| !release.contains('-'));
        let harmless = |flag: &String| {
            [
                "-Dwarnings",
                "-Awarnings",
                "--cap-lints",
                "-Ctarget-cpu",
                "-Clink-arg",
                "-Cdebuginfo",
                "-Cinstrument-coverage",
            ]
            .iter()
            .any(|known| flag.starts_with(known))
        };
        let joined = joined(&self.rustflags);
        let bootstrap = std::env::var_os("RUSTC_BOOTSTRAP").is_some();
        released && !bootstrap && !self.tools.opaque && joined.iter().all(harmless)
    }

    /// One digest for rustdoc, where it is not the compiler's own, and its flags.
    pub fn rustdoc_digest(&self, scrub: &dyn Fn(&str) -> String) -> Fingerprint {
        let tools = self.tools.of_documentation(scrub);
        Fingerprint::of_parts([scrub(&self.rustdoc.join("\x1f")).as_bytes(), &tools.0])
    }

    /// One digest for the compiler, its target, its flags and the programs that the user chose, and for what starts programs.
    pub fn digest(&self, scrub: &dyn Fn(&str) -> String, runner: &[String]) -> Fingerprint {
        let flags = scrub(&self.rustflags.join("\x1f"));
        let runner = scrub(&runner.join("\x1f"));
        Fingerprint::of_parts([
            self.version.as_bytes(),
            self.triple.as_bytes(),
            flags.as_bytes(),
            runner.as_bytes(),
            scrub(&self.unstable.join("\x1f")).as_bytes(),
            &self.tools.of_programs(scrub).0,
        ])
    }
}

/// Flags with what follows them: `-C opt-level=3` as `-Copt-level=3`.
fn joined(flags: &[String]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for flag in flags {
        match found.last_mut() {
            Some(last) if last.len() == 2 && last.starts_with('-') => last.push_str(flag),
            _ => found.push(flag.clone()),
        }
    }
    found
}

fn parse<'a>(lines: impl Iterator<Item = &'a str>) -> Vec<Cfg> {
    lines.filter_map(|line| Cfg::from_str(line).ok()).collect()
}

/// The digest of all that decides what a build makes and is known before cargo is started. A build record is kept
/// under it; manifests, lockfile and build scripts' inputs are compared besides.
pub fn digest(workspace: &Workspace, request: &Request, toolchain: &Toolchain) -> Fingerprint {
    let mut parts: Vec<Vec<u8>> = vec![
        env!("CARGO_PKG_VERSION").into(),
        RECORD.into(),
        workspace.root.to_string_lossy().as_bytes().to_vec(),
        workspace.cwd.to_string_lossy().as_bytes().to_vec(),
        workspace.target_dir.to_string_lossy().as_bytes().to_vec(),
        toolchain.version.clone().into(),
        toolchain.triple.clone().into(),
        toolchain.rustflags.join("\x1f").into(),
        toolchain.unstable.join("\x1f").into(),
        toolchain.tools.digest().0.to_vec(),
        request.verb.into(),
    ];
    for list in [&request.packages, &request.targets, &request.compile] {
        parts.push(format!("{list:?}").into());
    }
    for file in &workspace.config.files {
        parts.push(file.to_string_lossy().as_bytes().to_vec());
        parts.push(std::fs::read(file).unwrap_or_default());
    }
    for (name, value) in variables() {
        parts.push(format!("{name}={value}").into());
    }
    Fingerprint::of_parts(parts.iter().map(Vec::as_slice))
}

/// The environment's variables that cargo reads, but for those that only say how it talks, and those that cargo
/// itself sets for its subcommands.
fn variables() -> Vec<(String, String)> {
    let silent = [
        "CARGO",
        "CARGO_TERM_",
        "CARGO_BUILD_JOBS",
        "CARGO_MAKEFLAGS",
        "CARGO_INCREMENTAL",
        "CARGO_PKG_",
        "CARGO_MANIFEST_",
        "CARGO_NET_",
    ];
    let wanted = |name: &str| {
        let loud = name.starts_with("CARGO_")
            && !silent[1..].iter().any(|prefix| name.starts_with(prefix));
        loud || [
            "RUSTC",
            "RUSTDOC",
            "RUSTFLAGS",
            "RUSTDOCFLAGS",
            "RUSTC_WRAPPER",
            "RUSTC_WORKSPACE_WRAPPER",
            "RUSTC_BOOTSTRAP",
        ]
        .contains(&name)
    };
    let all = std::env::vars_os().filter_map(|(name, value)| {
        let name = name.into_string().ok()?;
        wanted(&name).then(|| (name, value.to_string_lossy().into_owned()))
    });
    let mut all: Vec<_> = all.collect();
    all.sort();
    all
}

/// Replaces absolute paths that differ between checkouts and machines.
pub fn scrub(workspace: &Workspace, text: &str) -> String {
    let mut text = text.to_string();
    let home = super::config::cargo_home();
    let (target, build) = (&workspace.target_dir, &workspace.build_dir);
    let (inner, outer) = if build.starts_with(target) {
        (build, target)
    } else {
        (target, build)
    };
    let places = [
        (Some(inner), "<target>"),
        (Some(outer), "<target>"),
        (Some(&workspace.root), "<workspace>"),
        (home.as_ref(), "<cargo>"),
    ];
    for (path, name) in places {
        if let Some(path) = path
            .map(|path| path.to_string_lossy())
            .filter(|path| path.len() > 1)
        {
            text = text.replace(&*path, name);
        }
    }
    text
}
