use link_core as _;

unsafe extern "C" {
    fn link_core_answer() -> u32;
}

pub fn bound() -> u32 {
    // SAFETY: defined in `link-core` with this signature.
    unsafe { link_core_answer() }
}

#[cfg(test)]
mod tests {
    #[test]
    fn bound_by_symbol() {
        assert_eq!(super::bound(), 42);
    }

    #[test]
    fn reads_the_registry() {
        assert_eq!(link_core::started(), 8);
    }
}
