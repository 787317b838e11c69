//! What can be done with a call of a memo: answering it, or a question about it.

use crate::asked::{Asked, Metadata, Why};
use crate::call::{Busy, Call, timed};
use crate::format::entry::Entry;
use crate::lock::Turn;
use crate::nesting;
use crate::policy::{self, Policy};
use crate::recipe::Recipe;
use crate::search::Search;
use crate::site::Figure;
use crate::value::{Digest, Value};
use crate::verification;
use std::sync::Arc;

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
        let busy = Busy::start(call.site);
        let value = valued::<W>(call, compute);
        busy.end();
        value
    }

    async fn perform_later<W: Recipe, F: Future<Output = W::Returned>>(
        self,
        mut call: Call,
        _: W,
        compute: impl FnOnce() -> F,
    ) -> Value<W::Returned> {
        let arguments = call.question.as_mut();
        let stale_at = arguments.and_then(|question| {
            question.arguments.settle();
            question.arguments.stale_at()
        });
        let answered = call.answered_later::<W, F>(compute).await;
        let stale_at = if answered.is_older { Some(0) } else { stale_at };
        Value::computed::<W>(answered.returned, None, stale_at)
    }
}

/// The value of a call, unread if it is stored.
fn valued<W: Recipe>(call: Call, compute: impl FnOnce() -> W::Returned) -> Value<W::Returned> {
    let (site, policy) = (call.site, call.policy().here());
    let Some(search) = Search::of::<W>(call) else {
        return Value::computed::<W>(timed(site, compute).0, None, None);
    };
    let stale_at = search.question.arguments.stale_at();
    if policy != Policy::Always
        && let Some(case) = verification::case::<W>(&search)
    {
        let computed = verification::computed(|| timed(site, compute).0);
        case.compare(&search, computed.as_ref());
        return known::<W>(&search, policy)
            .unwrap_or_else(|| Value::computed::<W>(W::restored(case.stored), None, stale_at));
    }
    if policy != Policy::Always
        && let Some(value) = known::<W>(&search, policy)
    {
        return value;
    }
    search.check_allowed(policy);
    if nesting::is_computing(&search.key) {
        return Value::computed::<W>(timed(site, compute).0, None, stale_at);
    }
    let turn = Turn::wait(search.mamo_dir(), search.key, site.key());
    let may_store = match search.entry() {
        Ok(entry) if policy != Policy::Always => match open::<W>(&search, entry, stale_at) {
            Some(value) => return value,
            None => true,
        },
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
    Value::computed::<W>(returned, digest, stale_at)
}

/// A stored value, unread; a hit of the store.
fn open<W: Recipe>(
    search: &Search,
    entry: Arc<Entry>,
    stale_at: Option<u32>,
) -> Option<Value<W::Returned>> {
    let value = Value::stored::<W>(search.mamo_dir(), entry, Some(search.site), stale_at)?;
    search.site.add(Figure::StoreHits, 1);
    Some(value)
}

/// The stored value, unread.
fn known<W: Recipe>(search: &Search, policy: Policy) -> Option<Value<W::Returned>> {
    let open = |entry, stale_at| open::<W>(search, entry, stale_at);
    let stale_at = search.question.arguments.stale_at();
    let fresh = search.entry().ok().and_then(|entry| open(entry, stale_at));
    if fresh.is_some() || policy != Policy::Missing {
        return fresh;
    }
    let mut older = search.older().into_iter().map(Arc::new);
    let older = older.find_map(|entry| open(entry, Some(0)))?;
    policy::note_older();
    Some(older)
}

/// Questions compute nothing.
macro_rules! questions {
    ($($(#[$doc:meta])* $name:ident $(($depth:ident: $number:ty))? -> $answer:ty: |$asked:ident| $body:expr;)*) => {
        $(
            $(#[$doc])*
            pub struct $name $((pub $number))?;

            impl Operation for $name {
                type Answer<R> = $answer;

                fn perform<W: Recipe>(
                    self,
                    call: Call,
                    _: W,
                    _: impl FnOnce() -> W::Returned,
                ) -> $answer {
                    $(let Self($depth) = self;)?
                    let $asked = Asked::of::<W>(call);
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
    /// Gives the call to ask about.
    AskedOf -> Asked: |asked| asked;
    /// Would a call be served?
    IsCached -> bool: |asked| asked.is_cached();
    /// Is the value, or one that it is made from, of other code?
    IsStale -> bool: |asked| asked.is_stale();
    /// The same to a depth.
    IsStaleTo(depth: u32) -> bool: |asked| asked.is_stale_to(depth);
    /// Deletes the value.
    Forget -> (): |asked| asked.forget();
    /// What is known of the stored value.
    MetadataOf -> Option<Metadata>: |asked| asked.metadata();
    /// Whether a call would compute, and why.
    WhyOf -> Why: |asked| asked.why();
}

/// The future itself; fixes what an `async` block gives.
pub fn output<R, F: Future<Output = R>>(future: F) -> F {
    future
}
