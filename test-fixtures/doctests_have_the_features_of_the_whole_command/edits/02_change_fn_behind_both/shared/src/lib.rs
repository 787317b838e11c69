pub fn volume() -> u32 {
    if cfg!(feature = "loud") { 12 } else { 3 }
}
