//! A small package in a directory of its own, and `cargo mamo` run in it under a scrubbed environment.

use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// A project under test.
pub(crate) struct Project {
    dir: TempDir,
}

/// What a command came to.
pub(crate) struct Outcome {
    /// Its exit code.
    pub(crate) code: Option<i32>,
    /// Its stdout.
    pub(crate) stdout: String,
    /// Its stderr.
    pub(crate) stderr: String,
}

impl Project {
    /// Makes a project of `files`; a manifest for package `demo` if there is none among them.
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let project = Self {
            dir: tempfile::tempdir().unwrap(),
        };
        if !files.iter().any(|(path, _)| *path == "Cargo.toml") {
            project.write(
                "Cargo.toml",
                "[package]\nname = \"demo\"\nversion = \"0.1.0\"\nedition = \"2024\"\n",
            );
        }
        for (path, text) in files {
            project.write(path, text);
        }
        project
    }

    /// Another work tree of this project's repository, in a directory of its own.
    pub(crate) fn work_tree(&self) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().to_str().unwrap();
        self.git(&["worktree", "add", "--quiet", "--detach", path]);
        Self { dir }
    }

    /// Writes a file; its time differs from the one before even on coarse clocks.
    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// Where a file is.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.dir.path().join(path)
    }

    /// Runs `cargo-mamo mamo` with `arguments`.
    pub(crate) fn mamo(&self, arguments: &[&str]) -> Outcome {
        self.mamo_with(arguments, &[])
    }

    /// The same, with variables set.
    pub(crate) fn mamo_with(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Outcome {
        let output = self.command(arguments, variables).output().unwrap();
        Outcome {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// The command, not yet started.
    pub(crate) fn command(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-mamo"));
        command
            .arg("mamo")
            .args(arguments)
            .current_dir(self.dir.path());
        scrub(&mut command, self.dir.path());
        command.envs(variables.iter().copied());
        command
    }

    /// Plain cargo in the same environment, not yet started.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("cargo");
        command.args(arguments).current_dir(self.dir.path());
        scrub(&mut command, self.dir.path());
        command
    }

    /// Runs git as somebody, without their configuration, and gives its stdout.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        let mut git = Command::new("git");
        git.args([
            "-c",
            "user.name=n",
            "-c",
            "user.email=n@example.org",
            "-c",
            "commit.gpgsign=false",
        ])
        .args(arguments)
        .current_dir(self.dir.path())
        .env("GIT_CONFIG_GLOBAL", "/dev/null");
        let output = git.output().unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Runs the tests and gives the names that ran.
    pub(crate) fn ran(&self, arguments: &[&str]) -> BTreeSet<String> {
        self.planned("run", &[&["test"], arguments].concat())
    }

    /// Names whose plan is `plan`, after `arguments`.
    pub(crate) fn planned(&self, plan: &str, arguments: &[&str]) -> BTreeSet<String> {
        let (verb, rest) = arguments.split_at(1);
        let outcome = self.mamo(&[verb, &["--message-format", "json"], rest].concat());
        assert!(matches!(outcome.code, Some(0 | 101)), "{}", outcome.stderr);
        let tests = outcome
            .events()
            .into_iter()
            .filter(|event| event["plan"] == plan);
        tests
            .map(|event| event["name"].as_str().unwrap().to_string())
            .collect()
    }
}

impl Outcome {
    /// Its stdout as JSON, one object a line.
    pub(crate) fn events(&self) -> Vec<Value> {
        self.stdout
            .lines()
            .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}")))
            .collect()
    }
}

/// A set of names.
pub(crate) fn names(all: &[&str]) -> BTreeSet<String> {
    all.iter().map(ToString::to_string).collect()
}

fn scrub(command: &mut Command, dir: &Path) {
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        let ours = ["CARGO_HOME", "RUSTUP_HOME", "RUSTUP_TOOLCHAIN"].contains(&name.as_str());
        if !ours
            && ["CARGO", "RUST", "MAMO_"]
                .iter()
                .any(|prefix| name.starts_with(prefix))
        {
            command.env_remove(name);
        }
    }
    command
        .env("CARGO_TARGET_DIR", dir.join("target"))
        .env("CARGO_NET_OFFLINE", "true")
        .env("CARGO_INCREMENTAL", "0");
}
