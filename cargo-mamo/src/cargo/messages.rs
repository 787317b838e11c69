//! What cargo says of the compilations of a build, in an order that does not hang on which ended first.

use anyhow::{Context, Result};
use cargo_metadata::{Artifact, BuildScript, Message};
use std::collections::BTreeMap;
use std::io::BufRead;

/// What cargo said of one build.
#[derive(Clone, Debug, Default)]
pub struct Messages {
    /// Every artifact, fresh or built, of every package.
    pub artifacts: Vec<Artifact>,
    /// Every build script's run.
    pub scripts: Vec<BuildScript>,
    /// Each of them by what it is about.
    told: BTreeMap<String, (String, Told)>,
    /// Did cargo come so far as to build, however that ended?
    pub ended: bool,
}

/// What one line says.
#[derive(Clone, Debug)]
enum Told {
    Artifact(Artifact),
    Script(BuildScript),
}

impl Messages {
    /// Reads what cargo writes on its standard output. What is no message is output of a compiler wrapper, and no concern
    /// of ours.
    pub fn read(lines: impl BufRead) -> Result<Self> {
        let mut messages = Self::default();
        for line in lines.lines() {
            let line = line.context("read cargo's messages")?;
            let (subject, told) = match serde_json::from_str(&line) {
                Ok(Message::CompilerArtifact(artifact)) => {
                    (of_artifact(&artifact), Told::Artifact(artifact))
                }
                Ok(Message::BuildScriptExecuted(script)) => {
                    (of_script(&script), Told::Script(script))
                }
                Ok(Message::BuildFinished(_)) => {
                    messages.ended = true;
                    continue;
                }
                _ => continue,
            };
            messages.told.insert(subject, (line, told));
        }
        messages.arrange();
        Ok(messages)
    }

    /// Of lines that were [kept](Self::lines).
    pub fn of(lines: &[String]) -> Result<Self> {
        Self::read(lines.join("\n").as_bytes())
    }

    /// Each as cargo wrote it, to keep.
    pub fn lines(&self) -> Vec<&str> {
        self.told.values().map(|(line, _)| line.as_str()).collect()
    }

    /// These with the news of a build of a part of it. `None` if the part holds what these do not: then it was not the
    /// same build. What is not in the news counts as not fresh: nothing was asked about it.
    #[must_use]
    pub fn with(&self, news: &Self) -> Option<Self> {
        if !news
            .told
            .keys()
            .all(|subject| self.told.contains_key(subject))
        {
            return None;
        }
        let mut whole = self.clone();
        whole.told.extend(news.told.clone());
        whole.arrange();
        for artifact in &mut whole.artifacts {
            artifact.fresh &= news.told.contains_key(&of_artifact(artifact));
        }
        Some(whole)
    }

    /// Is this artifact among them?
    pub fn holds(&self, artifact: &Artifact) -> bool {
        self.told.contains_key(&of_artifact(artifact))
    }

    /// Lists artifacts and scripts by what they are about.
    fn arrange(&mut self) {
        self.artifacts.clear();
        self.scripts.clear();
        for (_, told) in self.told.values() {
            match told {
                Told::Artifact(artifact) => self.artifacts.push(artifact.clone()),
                Told::Script(script) => self.scripts.push(script.clone()),
            }
        }
    }
}

/// What tells an artifact from every other of a build: not only its target, which may be built several times.
fn of_artifact(artifact: &Artifact) -> String {
    let Artifact {
        package_id,
        target,
        profile,
        features,
        filenames,
        ..
    } = artifact;
    let mut features = features.clone();
    features.sort();
    let (kind, name) = (&target.kind, &target.name);
    format!(
        "{package_id} {kind:?} {name} {} {} {features:?} {filenames:?}",
        profile.test, profile.opt_level
    )
}

fn of_script(script: &BuildScript) -> String {
    format!("{} script {}", script.package_id, script.out_dir)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn artifact(name: &str, features: &str, fresh: bool) -> String {
        format!(
            r#"{{"reason":"compiler-artifact","package_id":"path+file:///w#p@0.1.0","manifest_path":"/w/Cargo.toml","target":{{"kind":["test"],"crate_types":["bin"],"name":"{name}","src_path":"/w/{name}.rs","edition":"2024","doc":false,"doctest":false,"test":true}},"profile":{{"opt_level":"0","debuginfo":2,"debug_assertions":true,"overflow_checks":true,"test":true}},"features":[{features}],"filenames":["/t/{name}"],"executable":"/t/{name}","fresh":{fresh}}}"#
        )
    }

    fn messages(lines: &[String]) -> Messages {
        Messages::of(lines).unwrap()
    }

    #[test]
    fn the_order_in_which_compilations_ended_is_forgotten() {
        let [a, b] = [artifact("a", "", true), artifact("b", "", false)];
        let one = messages(&[a.clone(), "noise".into(), b.clone()]);
        let other = messages(&[b, a]);
        assert_eq!(one.lines(), other.lines());
        let names = one.artifacts.iter().map(|one| one.target.name.as_str());
        assert_eq!(names.collect::<Vec<_>>(), ["a", "b"]);
    }

    #[test]
    fn news_of_a_part_replace_what_they_are_about() {
        let whole = messages(&[artifact("a", "", true), artifact("b", "", true)]);
        let news = messages(&[artifact("b", "", true)]);
        let merged = whole.with(&news).unwrap();
        let fresh = merged.artifacts.iter().map(|one| one.fresh);
        assert_eq!(
            fresh.collect::<Vec<_>>(),
            [false, true],
            "of `a` nothing is known"
        );
        assert!(news.holds(&merged.artifacts[1]) && !news.holds(&merged.artifacts[0]));
        let other = messages(&[artifact("b", r#""extra""#, false)]);
        assert!(
            whole.with(&other).is_none(),
            "other features are another build"
        );
    }
}
