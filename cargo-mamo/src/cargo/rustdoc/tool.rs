//! Which rustdoc it is that we stand in for.
//!
//! Found as cargo finds it: the variable `RUSTDOC`, then the configuration, then `rustdoc` in the search path; where that
//! is rustup's proxy, the toolchain's own program.

use std::path::{Path, PathBuf};

/// rustdoc where none is configured.
pub(super) fn unconfigured() -> PathBuf {
    behind_proxy().unwrap_or_else(|| PathBuf::from("rustdoc"))
}

/// The toolchain's own program, if `rustdoc` would be rustup's proxy for it.
fn behind_proxy() -> Option<PathBuf> {
    let toolchain = std::env::var("RUSTUP_TOOLCHAIN").ok()?;
    if toolchain.contains(['/', '\\']) {
        return None;
    }
    let size = |name: &str| Some(in_path(name)?.metadata().ok()?.len());
    // Proxies are links to rustup itself.
    if size("rustdoc")? != size("rustup")? {
        return None;
    }
    let home = std::env::var_os("RUSTUP_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(std::env::home_dir()?.join(".rustup")))?;
    let name = Path::new("rustdoc").with_extension(std::env::consts::EXE_EXTENSION);
    let own = home
        .join("toolchains")
        .join(toolchain)
        .join("bin")
        .join(name);
    own.is_file().then_some(own)
}

fn in_path(name: &str) -> Option<PathBuf> {
    let name = Path::new(name).with_extension(std::env::consts::EXE_EXTENSION);
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|dir| dir.join(&name))
        .find(|path| path.is_file())
}
