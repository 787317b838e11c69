//! Types and methods known by heart: what changes, what has an order by chance, what asks the file system.

/// Types that change behind a shared reference.
pub(super) const INTERIOR: &[&str] = &[
    "Mutex",
    "RwLock",
    "ReentrantMutex",
    "FairMutex",
    "OnceLock",
    "OnceCell",
    "Once",
    "RefCell",
    "Cell",
    "UnsafeCell",
    "DashMap",
    "DashSet",
    "ArcSwap",
    "ArcSwapOption",
    "ShardedLock",
    "AtomicCell",
    "SegQueue",
    "ThreadLocal",
];

/// Maps and sets whose order is another in each process.
pub(super) const HASHED: &[&str] = &[
    "HashMap", "HashSet", "AHashMap", "AHashSet", "DashMap", "DashSet",
];

/// Methods that go through a map or set in its order.
pub(super) const ORDERED_BY_CHANCE: &[&str] = &[
    "iter",
    "iter_mut",
    "into_iter",
    "keys",
    "values",
    "values_mut",
    "into_keys",
    "into_values",
    "drain",
    "retain",
    "extract_if",
    "difference",
    "intersection",
    "union",
    "symmetric_difference",
];

/// Where absolute paths begin that lie in no checkout.
pub(super) const PLACES: &[&str] = &[
    "/etc", "/usr", "/var", "/tmp", "/home", "/proc", "/sys", "/dev", "/opt", "/root", "/mnt",
    "/private", "/Users", "/Library", "/bin", "/lib", "/run", "/srv",
];
