//! What a build script is linked with.

pub fn code() -> String {
    format!("pub fn made() -> u32 {{ {} }}", number())
}

fn number() -> u32 {
    8
}
