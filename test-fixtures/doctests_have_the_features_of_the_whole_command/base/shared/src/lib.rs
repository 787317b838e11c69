pub fn volume() -> u32 {
    if cfg!(feature = "loud") { 11 } else { 3 }
}
