//! What a snapshot says of the variables that a function reads, besides their names.

/// Stands for every variable, as it is when a value is asked for: the function reads some by names that only it knows.
pub const EVERY: &str = "*";

/// Variables that differ between shells without meaning anything to a test.
const VOLATILE: &[&str] = &[
    "PWD",
    "OLDPWD",
    "SHLVL",
    "_",
    "TERM",
    "TERM_PROGRAM",
    "TERM_PROGRAM_VERSION",
    "COLORTERM",
    "COLUMNS",
    "LINES",
    "SSH_CLIENT",
    "SSH_CONNECTION",
    "SSH_TTY",
    "SSH_AUTH_SOCK",
    "WINDOWID",
    "XDG_SESSION_ID",
    "LS_COLORS",
    "MAMO_ALWAYS",
    "MAMO_AUDIT",
    "MAMO_DIR",
    "MAMO_GC",
    "MAMO_MAX_SIZE",
    "MAMO_RUN_ID",
    "MAMO_SNAPSHOT",
    "MAMO_TIMES",
    "CARGO_TARGET_DIR",
    "CARGO",
    "RUSTUP_TOOLCHAIN",
];

/// Does a variable only describe the shell, or mamo's own ways?
#[must_use]
pub fn is_volatile(name: &str) -> bool {
    VOLATILE.contains(&name)
        || name.starts_with("VSCODE_")
        || name.starts_with("ITERM_")
        || name.starts_with("GNOME_")
}
