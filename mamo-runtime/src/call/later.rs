//! Calls of async functions: files are read, and turns are waited for, on threads of their own.
//!
//! A task that waits does not block the thread that runs it, whatever its executor. Only short work is done in place:
//! memory, encoding and decoding. Step by step it is the way of a call that is not async: policies, re-entry and the time of nested
//! calls mean the same, for a task is inside of what it computes while it is polled (see [`nesting`]).

use super::{Busy, Call, LONG, add_computed, nanoseconds};
use crate::aside::aside;
use crate::caught::Caught;
use crate::format::entry::Entry;
use crate::lock::{Held, Patience};
use crate::nesting::{self, Within, apart_later, inside};
use crate::policy::{self, Policy};
use crate::recipe::Recipe;
use crate::round_trip::encoded;
use crate::search::Search;
use crate::site::{Figure, Site};
use crate::store::{Draft, Payload};
use crate::verification::{self, Comparing};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What a call comes to.
pub(crate) struct Answered<T> {
    pub(crate) returned: T,
    /// Is it a value of older code?
    pub(crate) is_older: bool,
}

impl<T> Answered<T> {
    fn fresh(returned: T) -> Self {
        Self {
            returned,
            is_older: false,
        }
    }
}

impl Call {
    /// Serves the result of an async function if it is known, else computes and stores it.
    pub async fn answer_later<R: Recipe, F: Future<Output = R::Returned>>(
        self,
        _: R,
        compute: impl FnOnce() -> F,
    ) -> R::Returned {
        self.answered_later::<R, F>(compute).await.returned
    }

    /// The same, and whether it is of older code.
    pub(crate) async fn answered_later<R: Recipe, F: Future<Output = R::Returned>>(
        mut self,
        compute: impl FnOnce() -> F,
    ) -> Answered<R::Returned> {
        if let Some(stored) = self.in_memory::<R>() {
            return Answered::fresh(R::restored(stored));
        }
        let busy = Busy::start(self.site);
        let answered = self.searched_later::<R, F>(compute).await;
        busy.end();
        answered
    }

    async fn searched_later<R: Recipe, F: Future<Output = R::Returned>>(
        self,
        compute: impl FnOnce() -> F,
    ) -> Answered<R::Returned> {
        let (site, policy) = (self.site, self.policy().here());
        let Some(search) = Search::of::<R>(self).map(Arc::new) else {
            return Answered::fresh(compute_later(site, compute).await.0);
        };
        if policy != Policy::Always {
            if let Some(case) = verification::case::<R>(&search) {
                let computed = compared_later(site, compute).await;
                case.compare(&search, computed.as_ref());
                return Answered::fresh(R::restored(case.stored));
            }
            if let Some((stored, is_older)) = served_later::<R>(&search, policy).await {
                let returned = R::restored(stored);
                return Answered { returned, is_older };
            }
        }
        search.check_allowed(policy);
        if nesting::is_computing(&search.key) {
            // The outer computation will store it.
            return Answered::fresh(compute_later(site, compute).await.0);
        }
        let turn = turn_later(&search, Patience::here()).await;
        let may_store = match loaded::<R>(&search).await {
            Ok(stored) if policy != Policy::Always => {
                return Answered::fresh(R::restored(stored));
            }
            Ok(_) => true,
            Err(may_store) => may_store,
        };
        let computing = compute_later(site, compute);
        let (returned, took) = inside(computing, || Within::enter(search.key)).await;
        if may_store {
            keep::<R>(&search, &returned, took).await;
        }
        drop(turn);
        if took >= LONG {
            aside(|| site.write_log()).await;
        }
        Answered::fresh(returned)
    }
}

/// The turn to compute a value, waited for on another thread. The task is not yet inside of it.
pub(crate) async fn turn_later(search: &Arc<Search>, patience: Patience) -> Option<Held> {
    let waiting = search.clone();
    let wait = move || {
        let (mamo_dir, function) = (waiting.mamo_dir(), waiting.site.key());
        Held::wait(mamo_dir, &waiting.key, function, patience)
    };
    aside(wait).await?
}

/// What an async function returns, and what it took.
pub(crate) async fn compute_later<T, F: Future<Output = T>>(
    site: &Site,
    compute: impl FnOnce() -> F,
) -> (T, Duration) {
    #[cfg(feature = "harness")]
    let _under_way = crate::under_way::note(site);
    let start = Instant::now();
    let (returned, inner) = apart_later(async move { compute().await }).await;
    let took = start.elapsed();
    add_computed(site, took, inner);
    (returned, took)
}

/// What computing comes to that is done for comparison; `None` if it panics.
pub(crate) async fn compared_later<T, F: Future<Output = T>>(
    site: &Site,
    compute: impl FnOnce() -> F,
) -> Option<T> {
    let computing = Caught(Box::pin(compute_later(site, compute)));
    let computed = inside(computing, Comparing::enter).await;
    computed.ok().map(|(returned, _)| returned)
}

/// The stored value that may be served under `policy`, and whether it is of older code.
pub(crate) async fn served_later<R: Recipe>(
    search: &Arc<Search>,
    policy: Policy,
) -> Option<(R::Stored, bool)> {
    if let Ok(stored) = loaded::<R>(search).await {
        return Some((stored, false));
    }
    if policy != Policy::Missing {
        return None;
    }
    let searching = search.clone();
    for entry in aside(move || searching.older()).await? {
        let payload = aside(opening::<R>(search, Arc::new(entry))).await.flatten();
        if let Some(Ok(stored)) = payload.map(R::load) {
            policy::note_older();
            return Some((stored, true));
        }
    }
    None
}

/// Opens the payload of an entry; to be done on another thread.
fn opening<R: Recipe>(
    search: &Search,
    entry: Arc<Entry>,
) -> impl FnOnce() -> Option<Payload> + Send + 'static {
    let mamo_dir = search.mamo_dir();
    move || Payload::open(mamo_dir, entry)?.ready(R::MAPS).ok()
}

/// The stored value, or whether it may be stored once it is computed.
pub(crate) async fn loaded<R: Recipe>(search: &Arc<Search>) -> Result<R::Stored, bool> {
    let start = Instant::now();
    let reading = search.clone();
    let payload = aside(move || {
        let entry = reading.entry()?;
        let length = entry.content.length;
        let payload = opening::<R>(&reading, entry)().ok_or(true)?;
        Ok((payload, length))
    });
    let (payload, length) = payload.await.unwrap_or(Err(true))?;
    let stored = search.decoded::<R>(payload)?;
    search.remember::<R>(&stored, None, length);
    search.site.add(Figure::StoreHits, 1);
    search
        .site
        .add(Figure::LoadNs, nanoseconds(start.elapsed()));
    Ok(stored)
}

pub(crate) async fn keep<R: Recipe>(search: &Arc<Search>, returned: &R::Returned, took: Duration) {
    let start = Instant::now();
    let Some(stored) = R::stored(returned).filter(|_| search.may_be_kept::<R>()) else {
        return;
    };
    let Some(payload) = encoded::<R>(search.site, stored) else {
        return;
    };
    search.remember::<R>(stored, Some(&payload), payload.len() as u64);
    if nanoseconds(took) < search.site.settings.min_cost_ns {
        return;
    }
    let (writing, payload) = (search.clone(), payload.into_owned());
    let written = aside(move || {
        let draft = Draft::of(writing.mamo_dir(), &payload);
        writing.save(draft, &payload, took);
    });
    if written.await.is_some() {
        let took = nanoseconds(start.elapsed());
        search.site.add(Figure::SaveNs, took);
    }
}
