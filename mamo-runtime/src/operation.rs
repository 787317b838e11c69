//! What can be done with a call of a memo: answering it, or a question about it.

use crate::call::{Call, timed};
use crate::format::entry::Entry;
use crate::format::layout;
use crate::lock::{self, Turn};
use crate::log::Counts;
use crate::policy::Policy;
use crate::recipe::Recipe;
use crate::search::Search;
use crate::value::{Digest, Value};
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// Something to do with a call. `compute` runs the function.
pub trait Operation: Sized {
    /// What comes of it where the function returns `R`.
    type Answer<R>;

    /// Does it.
    fn perform<W: Recipe>(
        self,
        call: Call,
        way: W,
        compute: impl FnOnce() -> W::Returned,
    ) -> Self::Answer<W::Returned>;

    /// Does it for an async function.
    fn perform_later<W: Recipe, F: Future<Output = W::Returned>>(
        self,
        call: Call,
        way: W,
        compute: impl FnOnce() -> F,
    ) -> impl Future<Output = Self::Answer<W::Returned>>;
}

/// Answers the call.
pub struct Answer;

impl Operation for Answer {
    type Answer<R> = R;

    #[inline]
    fn perform<W: Recipe>(
        self,
        call: Call,
        way: W,
        compute: impl FnOnce() -> W::Returned,
    ) -> W::Returned {
        call.answer_by(way, compute)
    }

    fn perform_later<W: Recipe, F: Future<Output = W::Returned>>(
        self,
        call: Call,
        way: W,
        compute: impl FnOnce() -> F,
    ) -> impl Future<Output = W::Returned> {
        call.answer_later(way, compute)
    }
}

/// Answers with a lazy value.
pub struct ValueOf;

impl Operation for ValueOf {
    type Answer<R> = Value<R>;

    fn perform<W: Recipe>(
        self,
        call: Call,
        _: W,
        compute: impl FnOnce() -> W::Returned,
    ) -> Value<W::Returned> {
        let (site, policy) = (call.site, call.policy());
        let Some(search) = Search::of::<W>(call) else {
            return Value::computed::<W>(timed(site, compute).0, None);
        };
        if policy != Policy::Always
            && let Some(value) = known::<W>(&search, policy)
        {
            return value;
        }
        search.check_allowed(policy);
        if lock::is_computing(&search.key) {
            return Value::computed::<W>(timed(site, compute).0, None);
        }
        let turn = Turn::wait(search.mamo_dir(), search.key);
        let may_store = match search.entry() {
            Ok(entry) if policy != Policy::Always => {
                match Value::stored::<W>(search.mamo_dir(), entry) {
                    Some(value) => return value,
                    None => true,
                }
            }
            Ok(_) => true,
            Err(may_store) => may_store,
        };
        let (returned, took) = timed(site, compute);
        let content = if may_store {
            search.keep::<W>(&returned, took)
        } else {
            None
        };
        drop(turn);
        let code = &search.question.identity.fingerprint;
        let digest = content.map(|content| Digest::new::<W>(content.digest, code));
        Value::computed::<W>(returned, digest)
    }

    async fn perform_later<W: Recipe, F: Future<Output = W::Returned>>(
        self,
        call: Call,
        way: W,
        compute: impl FnOnce() -> F,
    ) -> Value<W::Returned> {
        Value::computed::<W>(call.answer_later(way, compute).await, None)
    }
}

/// The stored value, unread.
fn known<W: Recipe>(search: &Search, policy: Policy) -> Option<Value<W::Returned>> {
    let open = |entry| Value::stored::<W>(search.mamo_dir(), entry);
    let fresh = search.entry().ok().and_then(open);
    if fresh.is_some() || policy != Policy::Missing {
        return fresh;
    }
    search.older().into_iter().map(Arc::new).find_map(open)
}

/// Questions compute nothing.
macro_rules! questions {
    ($($(#[$doc:meta])* $name:ident -> $answer:ty: |$way:ident, $call:ident| $body:expr;)*) => {
        $(
            $(#[$doc])*
            pub struct $name;

            impl Operation for $name {
                type Answer<R> = $answer;

                fn perform<$way: Recipe>(
                    self,
                    $call: Call,
                    _: $way,
                    _: impl FnOnce() -> $way::Returned,
                ) -> $answer {
                    $body
                }

                fn perform_later<W: Recipe, F: Future<Output = W::Returned>>(
                    self,
                    call: Call,
                    way: W,
                    _: impl FnOnce() -> F,
                ) -> impl Future<Output = $answer> {
                    std::future::ready(self.perform(call, way, || unreachable!("a question computes nothing")))
                }
            }
        )*
    };
}

questions! {
    /// Would a call be served?
    IsCached -> bool: |W, call| matches!(why::<W>(call), Why::Fresh);
    /// Is there a value, but of other code?
    IsStale -> bool: |W, call| matches!(why::<W>(call), Why::Stale { .. });
    /// Deletes the value.
    Forget -> (): |W, call| if let Some(search) = Search::of::<W>(call) { search.forget() };
    /// What is known of the stored value.
    MetadataOf -> Option<Metadata>: |W, call| metadata::<W>(call);
    /// Whether a call would compute, and why.
    WhyOf -> Why: |W, call| why::<W>(call);
}

/// Whether a call of a memo would compute, and why. Its `Display` is a sentence part.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Why {
    /// There is a value of this code for these arguments: a call is served.
    Fresh,
    /// There are values for these arguments, but of other code: a call computes.
    #[non_exhaustive]
    Stale {
        /// Code fingerprints that they were computed under, the newest first.
        versions: Vec<[u8; 32]>,
    },
    /// There is no value for these arguments: a call computes and stores one.
    Missing,
    /// Nothing is known of the running code, or an argument has no digest: a call computes and stores nothing.
    Unknown,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fresh => f.write_str("fresh: a value of this code is stored"),
            Self::Stale { versions } => write!(
                f,
                "stale: the code changed; {} value(s) of other code are stored (`cargo mamo why` names the change)",
                versions.len()
            ),
            Self::Missing => f.write_str("missing: no value is stored for these arguments"),
            Self::Unknown => {
                f.write_str("unknown: the running code, or an argument, cannot be identified")
            }
        }
    }
}

/// What is known of a stored value without reading it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Metadata {
    /// `package/crate::module::name`.
    pub function: &'static str,
    /// The fingerprint of the code that computed it.
    pub code: [u8; 32],
    /// The digest of its bytes.
    pub digest: [u8; 32],
    /// How many bytes it takes.
    pub bytes: u64,
    /// How long computing it took, calls of other memos included.
    pub compute: Duration,
    /// When it was stored, if the file system tells.
    pub stored: Option<SystemTime>,
    /// What the function did in this process.
    pub counts: Counts,
}

fn why<W: Recipe>(call: Call) -> Why {
    let Some(search) = Search::of::<W>(call) else {
        return Why::Unknown;
    };
    if search.entry().is_ok_and(|entry| opens(&search, entry)) || search.in_memory() {
        return Why::Fresh;
    }
    let versions: Vec<_> = search
        .older()
        .into_iter()
        .map(|entry| entry.header.fingerprint)
        .collect();
    if versions.is_empty() {
        Why::Missing
    } else {
        Why::Stale { versions }
    }
}

fn opens(search: &Search, entry: Arc<Entry>) -> bool {
    crate::store::Payload::open(search.mamo_dir(), entry).is_some()
}

fn metadata<W: Recipe>(call: Call) -> Option<Metadata> {
    let search = Search::of::<W>(call)?;
    let entry = search.entry().ok()?;
    let file = std::fs::metadata(layout::value(search.mamo_dir(), &search.key));
    Some(Metadata {
        function: search.site.key(),
        code: entry.header.fingerprint,
        digest: entry.content.digest,
        bytes: entry.content.length,
        compute: Duration::from_nanos(entry.header.compute_ns),
        stored: file.and_then(|metadata| metadata.modified()).ok(),
        counts: search.site.counts(),
    })
}

/// The future itself; fixes what an `async` block gives.
pub fn output<R, F: Future<Output = R>>(future: F) -> F {
    future
}
