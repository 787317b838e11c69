//! Questions about one call of a memo, and their answers. None of them computes.

use crate::call::Call;
use crate::format::entry::Entry;
use crate::format::layout;
use crate::log::{self, Counts};
use crate::recipe::Recipe;
use crate::search::Search;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// One call of a memo, to ask about. Made by `object.method_memo(..)` of a memoized method `method`.
///
/// It holds the digest of the arguments and not the arguments themselves. Nothing is computed.
///
/// # Example
/// ```
/// #[derive(serde::Serialize)]
/// struct Disc(f64);
///
/// #[mamo::memo]
/// impl Disc {
///     #[memo]
///     fn area(&self) -> f64 {
///         self.0 * self.0 * 3.14159
///     }
/// }
///
/// let disc = Disc(2.0);
/// if !disc.area_memo().is_cached() {
///     println!("this will take a while: {}", disc.area_memo().why());
/// }
/// let area: mamo::Value<f64> = disc.area_value();
/// assert_eq!(*area, disc.area());
/// ```
pub struct Asked(Option<Search>);

impl Asked {
    pub(crate) fn of<R: Recipe>(call: Call) -> Self {
        Self(Search::of::<R>(call))
    }

    /// Is there a value of this code for these arguments, so that a call would not compute?
    pub fn is_cached(&self) -> bool {
        self.0.as_ref().is_some_and(is_fresh)
    }

    /// Is there a value for these arguments, but only of other code; or is an argument a [`Value`](crate::Value) that is
    /// stale itself?
    pub fn is_stale(&self) -> bool {
        self.is_stale_to(u32::MAX)
    }

    /// The same, but looking up no more than `depth` steps from argument to argument: 0 asks about this call alone.
    pub fn is_stale_to(&self, depth: u32) -> bool {
        let Some(search) = &self.0 else {
            return false;
        };
        let above = search.question.arguments.stale_at();
        above.is_some_and(|steps| steps <= depth) || matches!(self.why(), Why::Stale { .. })
    }

    /// Whether a call would compute, and why.
    pub fn why(&self) -> Why {
        let Some(search) = &self.0 else {
            return Why::Unknown;
        };
        if is_fresh(search) {
            return Why::Fresh;
        }
        let older = search.older().into_iter();
        let versions: Vec<_> = older.map(|entry| entry.header.fingerprint).collect();
        if versions.is_empty() {
            Why::Missing
        } else {
            Why::Stale { versions }
        }
    }

    /// What is known of the stored value.
    pub fn metadata(&self) -> Option<Metadata> {
        let search = self.0.as_ref()?;
        let entry = search.entry().ok()?;
        Some(Metadata::of(search, &entry))
    }

    /// Forgets the value, in memory and on disk.
    pub fn forget(&self) {
        if let Some(search) = &self.0 {
            search.forget();
        }
    }
}

impl fmt::Debug for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Asked").field(&self.why()).finish()
    }
}

fn is_fresh(search: &Search) -> bool {
    let opens = |entry: Arc<Entry>| crate::store::Payload::open(search.mamo_dir(), entry).is_some();
    search.entry().is_ok_and(opens) || search.in_memory()
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
    /// How many bytes its encoding has.
    pub bytes: u64,
    /// How many bytes its files take. A blob may be another value's, too.
    pub stored_bytes: u64,
    /// How long computing it took, calls of other memos included.
    pub compute: Duration,
    /// When it was stored, if the file system tells.
    pub stored: Option<SystemTime>,
    /// What the function did in this process.
    pub counts: Counts,
    /// What the function did in all processes so far, this one's part of it as far as it was logged.
    pub logged: Counts,
}

impl Metadata {
    fn of(search: &Search, entry: &Entry) -> Self {
        let (mamo_dir, site) = (search.mamo_dir(), search.site);
        let file = std::fs::metadata(layout::value(mamo_dir, &search.key));
        let file = file.ok();
        let length = file.as_ref().map_or(0, std::fs::Metadata::len);
        let blob = if entry.content.in_blob {
            entry.content.length
        } else {
            0
        };
        Self {
            function: site.key(),
            code: entry.header.fingerprint,
            digest: entry.content.digest,
            bytes: entry.content.length,
            stored_bytes: length + blob,
            compute: Duration::from_nanos(entry.header.compute_ns),
            stored: file.and_then(|file| file.modified().ok()),
            counts: site.counts(),
            logged: log::sum_of(mamo_dir, site.key()),
        }
    }
}
