//! The places where one value may be: memory, store, and the store under older code.

use crate::arguments::Three;
use crate::call::{Call, Question, nanoseconds};
use crate::format::entry::{Content, Entry, Header};
use crate::index;
use crate::inputs::Watched;
use crate::key::{self, ValueKey};
use crate::memory::{Held, Memory, Name};
use crate::notice;
use crate::policy::{self, Policy};
use crate::recipe::Recipe;
use crate::round_trip::encoded;
use crate::site::{Figure, Site};
use crate::store::{self, Draft, Lookup, Payload};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A value that is looked for.
pub(crate) struct Search {
    pub(crate) site: &'static Site,
    pub(crate) question: Question,
    /// Which value, of this code.
    pub(crate) key: ValueKey,
    /// Which value, of any code.
    pub(crate) identity: ValueKey,
    words: Option<Three>,
    /// What names it in memory if there are no `words`.
    bytes: Vec<u8>,
}

impl Search {
    /// The search for a call's value; `None` if it can only be computed.
    pub(crate) fn of<R: Recipe>(call: Call) -> Option<Self> {
        Site::log_at_end();
        let mut question = call.question?;
        question.arguments.settle();
        let (key, identity) = keys::<R>(&question);
        let words = question.words();
        let bytes = match question.arguments.short() {
            _ if words.is_some() => Vec::new(),
            Some(name) if question.identity.variables.is_empty() => name.to_vec(),
            _ => question.long_name().to_vec(),
        };
        Some(Self {
            site: call.site,
            question,
            key,
            identity,
            words,
            bytes,
        })
    }

    pub(crate) fn mamo_dir(&self) -> &'static Path {
        self.question.identity.mamo_dir
    }

    /// The stored value that may be served under `policy`.
    pub(crate) fn served<R: Recipe>(&self, policy: Policy) -> Option<R::Stored> {
        let stored = self.in_store::<R>().ok();
        if stored.is_some() || policy != Policy::Missing {
            return stored;
        }
        let older = self.older().into_iter().find_map(|entry| {
            let payload = Payload::open(self.mamo_dir(), Arc::new(entry))?;
            R::load(payload).ok()
        });
        if older.is_some() {
            policy::note_older();
        }
        older
    }

    /// Panics if `policy` forbids to compute.
    pub(crate) fn check_allowed(&self, policy: Policy) {
        assert!(
            policy != Policy::Never,
            "`{}` has no value for these arguments, and the policy `never` forbids to compute one",
            self.site.key()
        );
    }

    /// The value, or whether it may be stored once it is computed.
    pub(crate) fn in_store<R: Recipe>(&self) -> Result<R::Stored, bool> {
        let start = Instant::now();
        let entry = self.entry()?;
        let content = entry.content;
        let payload = Payload::open(self.mamo_dir(), entry).ok_or(true)?;
        let stored = self.decoded::<R>(payload)?;
        self.remember::<R>(&stored, None, content.length);
        self.site.add(Figure::StoreHits, 1);
        self.site.add(Figure::LoadNs, nanoseconds(start.elapsed()));
        Ok(stored)
    }

    /// The value of a payload; if it is none, a new one may be stored.
    pub(crate) fn decoded<R: Recipe>(&self, payload: Payload) -> Result<R::Stored, bool> {
        R::load(payload).map_err(|error| {
            store::undecodable(self.mamo_dir(), &self.key, &error);
            true
        })
    }

    /// The stored entry, or whether a value may be stored.
    pub(crate) fn entry(&self) -> Result<Arc<Entry>, bool> {
        match store::load(self.mamo_dir(), &self.key) {
            Lookup::Found(entry) => Ok(Arc::new(*entry)),
            Lookup::Missing => Err(true),
            Lookup::Sealed => Err(false),
        }
    }

    /// Entries of other versions of the code, the newest first.
    pub(crate) fn older(&self) -> Vec<Entry> {
        let noted = index::keys_of(self.mamo_dir(), self.site.key(), &self.identity);
        let others = noted.into_iter().filter(|key| *key != self.key);
        others
            .filter_map(|key| match store::load(self.mamo_dir(), &key) {
                Lookup::Found(entry) if entry.header.identity == self.identity => Some(*entry),
                _ => None,
            })
            .collect()
    }

    /// Stores what `returned` holds, if it may be stored; what it says of the stored bytes.
    pub(crate) fn keep<R: Recipe>(
        &self,
        returned: &R::Returned,
        took: Duration,
    ) -> Option<Content> {
        if !self.may_be_kept::<R>() {
            return None;
        }
        let start = Instant::now();
        let stored = R::stored(returned)?;
        let payload = encoded::<R>(self.site, stored)?;
        let length = payload.len() as u64;
        if nanoseconds(took) < self.site.settings.min_cost_ns {
            self.remember::<R>(stored, Some(&payload), length);
            return None;
        }
        let draft = Draft::of(self.mamo_dir(), &payload);
        let content = draft.content;
        self.save(draft, &payload, took);
        self.remember::<R>(stored, Some(&payload), length);
        self.site.add(Figure::SaveNs, nanoseconds(start.elapsed()));
        Some(content)
    }

    /// Is what was computed the value that was asked for? Not if a variable or file changed meanwhile, for which one was
    /// used is not known; nor if a value of older code may be in it.
    pub(crate) fn may_be_kept<R: Recipe>(&self) -> bool {
        if policy::rests_on_older() {
            notice::once(
                "older",
                "values of older code were served, as the policy says; what is computed in this process is not stored",
            );
            return false;
        }
        self.is_unchanged::<R>()
    }

    /// Are variables and watched files what they were when the call began?
    pub(crate) fn is_unchanged<R: Recipe>(&self) -> bool {
        let watched = self.question.arguments.watched();
        keys::<R>(&self.question).0 == self.key && watched.iter().all(Watched::holds)
    }

    /// Stores the value; is it stored?
    pub(crate) fn save(&self, draft: Draft, payload: &[u8], took: Duration) -> bool {
        let identity = self.question.identity;
        let header = Header {
            key: self.key,
            identity: self.identity,
            fingerprint: identity.fingerprint,
            compute_ns: nanoseconds(took),
            function: self.site.key().to_owned(),
        };
        let saved = store::save(identity.mamo_dir, &header, draft, payload);
        if saved {
            self.site.add(Figure::Stored, 1);
            self.site.add(Figure::StoredBytes, payload.len() as u64);
            // Advice; without it, older versions of a value are not known of.
            let _ = index::note(
                identity.mamo_dir,
                self.site.key(),
                &self.identity,
                &identity.fingerprint,
                &self.key,
            );
        }
        saved
    }

    /// Keeps the value in memory; `payload` is made if it is wanted and not given.
    pub(crate) fn remember<R: Recipe>(
        &self,
        stored: &R::Stored,
        payload: Option<&[u8]>,
        length: u64,
    ) {
        let weight = R::weight(stored, length);
        let length = usize::try_from(weight).unwrap_or(usize::MAX);
        if !R::REMEMBERED || !Memory::takes(length) {
            return;
        }
        let bytes = || match payload {
            Some(payload) => Some(Held::Encoded(payload.into())),
            None => Some(Held::Encoded(R::encode(stored).ok()?[..].into())),
        };
        if let Some(held) = R::held(stored).or_else(bytes) {
            self.site.memory.put(self.name(), held, length);
        }
    }

    fn name(&self) -> Name<'_> {
        self.words.map_or(Name::Bytes(&self.bytes), Name::Words)
    }

    /// Is the value in memory?
    pub(crate) fn in_memory(&self) -> bool {
        self.site.memory.has(self.name())
    }

    /// Deletes the value wherever it is.
    pub(crate) fn forget(&self) {
        self.site.memory.forget(self.name());
        store::forget(self.mamo_dir(), &self.key);
    }
}

/// The key of the value that is asked for, and its identity under any code.
fn keys<R: Recipe>(question: &Question) -> (ValueKey, ValueKey) {
    let identity = question.identity;
    let variables = key::of_variables(&identity.variables);
    let arguments = question.arguments.digest();
    let name = |first| {
        let result_type = std::any::type_name::<R::Stored>();
        key::of_value(first, &variables, &arguments, R::CODEC, result_type)
    };
    (name(&identity.function), name(&identity.any_code))
}
