//! Packages that are known by heart, where their words alone would say too much or too little.

/// Packages that make names of variables from fields, types or what their users say, with the feature by which they do.
pub(super) const COMPOSING: &[(&str, Option<&str>)] = &[
    ("clap", Some("env")),
    ("clap_builder", Some("env")),
    ("structopt", None),
    ("config", None),
    ("confique", None),
    ("envconfig", None),
    ("envy", None),
    ("figment", None),
    ("serde-env", None),
    ("twelf", None),
];

/// Packages that list all variables for those whose names stand in their own text, or to hand them on to what they start.
pub(super) const LISTING_OWN: &[&str] = &[
    "assert_cmd",
    "duct",
    "nix",
    "proptest",
    "tokio",
    "tracing-subscriber",
    "xshell",
];

/// Packages that do what the system can do only where others name it (`Command`, `fork`, `getenv`): those are seen
/// themselves.
pub(super) const LENDING: &[&str] = &[
    "libc",
    "linux-raw-sys",
    "nix",
    "rustix",
    "tokio",
    "windows",
    "windows-sys",
    "winapi",
];

/// Packages with macros of their own that are given names of variables only as they are written.
pub(super) const TAKING_LITERALS: &[&str] = &[
    "proptest",
    "tokio",
    "xshell",
    "tracing-subscriber",
    "insta",
    "rstest",
];

/// Packages that start no programs of their users': the running one again, cargo for its metadata, a tool that draws.
pub(super) const STARTING_OTHERS: &[&str] = &[
    "criterion",
    "criterion-plot",
    "insta",
    "proptest",
    "rusty-fork",
];
