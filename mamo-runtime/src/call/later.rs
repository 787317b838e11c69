//! Calls of async functions: files are read, and turns are waited for, on threads of their own.
//!
//! A task that waits does not block the thread that runs it, whatever its executor. Only short work is done in place:
//! memory, encoding and decoding.

use super::{Call, nanoseconds};
use crate::aside::aside;
use crate::lock::Held;
use crate::policy::Policy;
use crate::recipe::Recipe;
use crate::round_trip::encoded;
use crate::search::Search;
use crate::site::{Figure, Site};
use crate::store::{Draft, Payload};
use crate::verification;
use std::sync::Arc;
use std::time::Instant;

impl Call {
    /// Serves the result of an async function if it is known, else computes and stores it.
    pub async fn answer_later<R: Recipe, F: Future<Output = R::Returned>>(
        mut self,
        _: R,
        compute: impl FnOnce() -> F,
    ) -> R::Returned {
        if let Some(stored) = self.in_memory::<R>() {
            return R::restored(stored);
        }
        let (site, policy) = (self.site, self.policy().here());
        let Some(search) = Search::of::<R>(self).map(Arc::new) else {
            return compute_later(site, compute).await;
        };
        if policy != Policy::Always
            && let Some(case) = verification::case::<R>(&search)
        {
            let computed = compute_later(site, compute).await;
            case.compare(&search, Some(&computed));
            return R::restored(case.stored);
        }
        if policy != Policy::Always
            && let Ok(stored) = loaded::<R>(&search).await
        {
            return R::restored(stored);
        }
        search.check_allowed(policy);
        let waiting = search.clone();
        let turn =
            aside(move || Held::wait(waiting.mamo_dir(), &waiting.key, waiting.site.key())).await;
        let may_store = match loaded::<R>(&search).await {
            Ok(stored) if policy != Policy::Always => return R::restored(stored),
            Ok(_) => true,
            Err(may_store) => may_store,
        };
        let start = Instant::now();
        let returned = compute_later(site, compute).await;
        if may_store {
            keep::<R>(&search, &returned, start).await;
        }
        drop(turn);
        returned
    }
}

pub(crate) async fn compute_later<T, F: Future<Output = T>>(
    site: &Site,
    compute: impl FnOnce() -> F,
) -> T {
    #[cfg(feature = "harness")]
    let _under_way = crate::under_way::note(site);
    let start = Instant::now();
    let returned = compute().await;
    site.add(Figure::Computed, 1);
    site.add(Figure::ComputeNs, nanoseconds(start.elapsed()));
    returned
}

/// The stored value, or whether it may be stored once it is computed.
pub(crate) async fn loaded<R: Recipe>(search: &Arc<Search>) -> Result<R::Stored, bool> {
    let start = Instant::now();
    let reading = search.clone();
    let payload = aside(move || {
        let entry = reading.entry()?;
        let length = entry.content.length;
        let payload = Payload::open(reading.mamo_dir(), entry).ok_or(true)?;
        payload
            .ready(R::MAPS)
            .map_err(|_| true)
            .map(|payload| (payload, length))
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

pub(crate) async fn keep<R: Recipe>(search: &Arc<Search>, returned: &R::Returned, start: Instant) {
    let took = start.elapsed();
    let Some(payload) = R::stored(returned)
        .filter(|_| search.may_be_kept::<R>())
        .and_then(|stored| encoded::<R>(search.site, stored))
    else {
        return;
    };
    if let Some(stored) = R::stored(returned) {
        search.remember::<R>(stored, Some(&payload), payload.len() as u64);
    }
    if nanoseconds(took) < search.site.settings.min_cost_ns {
        return;
    }
    let (writing, payload) = (search.clone(), payload.into_owned());
    let written = aside(move || {
        let draft = Draft::of(writing.mamo_dir(), &payload);
        writing.save(draft, &payload, took);
    });
    if written.await.is_some() {
        search.site.add(
            Figure::SaveNs,
            nanoseconds(start.elapsed().saturating_sub(took)),
        );
    }
}
