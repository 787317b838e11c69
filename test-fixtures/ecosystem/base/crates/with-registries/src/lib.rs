//! Things that the linker gathers.

use linkme::distributed_slice as gathered;

pub struct Plugin {
    pub run: fn() -> u32,
}

inventory::collect!(Plugin);

#[gathered]
pub static STEPS: [fn() -> u32];

/// Registers without the name of the crate that does it.
#[macro_export]
macro_rules! plugin {
    ($run:path) => {
        $crate::hidden::inventory::submit! { $crate::Plugin { run: $run } }
    };
}

pub mod hidden {
    pub use inventory;
}

mod plugins;

pub fn plugins() -> u32 {
    inventory::iter::<Plugin>.into_iter().map(|plugin| (plugin.run)()).sum()
}

pub fn steps() -> u32 {
    STEPS.iter().map(|step| step()).sum()
}
