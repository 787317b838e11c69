//! What is kept of cargo's answers: what it said of a build, and whether packages alone have the features that they have in
//! the whole. So a build of a part needs to ask it nothing more.

use crate::cargo::messages::Messages;
use crate::cargo::record::Record;
use crate::cargo::{Request, features};
use crate::fingerprint::Fingerprint;
use crate::session::{Build, Session, content_digest};
use crate::timings::{self, Step};
use cargo_metadata::CrateType;
use serde::{Deserialize, Serialize};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// What cargo said of a recorded build.
#[derive(Serialize, Deserialize)]
struct Said {
    /// Digest of its facts.
    facts: Fingerprint,
    lines: Vec<String>,
}

impl Session {
    /// Do `packages` alone have the features that they have in the whole? Asked of cargo once for each build.
    pub(super) fn may_narrow(
        &self,
        request: &Request,
        known: &Build,
        packages: &[OsString],
    ) -> bool {
        let inputs = known.record.inputs.iter();
        let manifests = inputs.filter(|(path, _)| {
            path.extension()
                .is_some_and(|end| end == "toml" || end == "lock")
        });
        let mut parts: Vec<Vec<u8>> = manifests.map(|(_, digest)| digest.0.to_vec()).collect();
        parts.extend(packages.iter().map(|name| name.as_encoded_bytes().to_vec()));
        parts.push(
            known
                .path
                .file_name()
                .unwrap_or_default()
                .as_encoded_bytes()
                .to_vec(),
        );
        let key = Fingerprint::of_parts(parts.iter().map(Vec::as_slice));
        let path = self.home.part("features").join(key.to_hex());
        if let Some(answer) = self.home.read(&path).present() {
            return answer;
        }
        let answer = timings::during(Step::Build, || {
            features::stay(&self.workspace, request, packages)
        });
        self.home.write(&path, &answer);
        answer
    }

    /// What cargo said of a recorded build. `None` if that is not known, or if other programs may load what it made.
    pub(crate) fn said(&self, known: &Build) -> Option<Messages> {
        let said: Said = self.home.read(&self.said_path(&known.path)).present()?;
        if Some(said.facts) != content_digest(known.facts()) {
            return None;
        }
        let messages = Messages::of(&said.lines).ok()?;
        let loaded = |kind: &CrateType| {
            matches!(
                kind,
                CrateType::CDyLib | CrateType::DyLib | CrateType::StaticLib
            )
        };
        let local = |artifact: &&cargo_metadata::Artifact| {
            let dir = artifact.manifest_path.as_std_path().parent();
            known
                .facts()
                .packages
                .iter()
                .any(|package| dir == Some(&package.dir))
        };
        let mut local = messages.artifacts.iter().filter(local);
        let loaded = local.any(|artifact| artifact.target.crate_types.iter().any(loaded));
        (!loaded).then_some(messages)
    }

    pub(super) fn keep_said(&self, path: &Path, record: &Record, messages: &Messages) {
        if let Some(facts) = content_digest(&record.facts) {
            let lines = messages.lines().into_iter().map(str::to_owned).collect();
            self.home
                .write(&self.said_path(path), &Said { facts, lines });
        }
    }

    fn said_path(&self, record: &Path) -> PathBuf {
        let name = record.file_name().unwrap_or_default();
        self.home.part("said").join(name)
    }
}
