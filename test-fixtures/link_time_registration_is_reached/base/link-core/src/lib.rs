use std::sync::atomic::{AtomicU32, Ordering};

static STARTED: AtomicU32 = AtomicU32::new(0);

extern "C" fn at_start() {
    STARTED.store(first(), Ordering::SeqCst);
}

fn first() -> u32 {
    8
}

#[used]
#[unsafe(link_section = ".init_array")]
static REGISTER: extern "C" fn() = at_start;

pub fn started() -> u32 {
    STARTED.load(Ordering::SeqCst)
}

#[unsafe(no_mangle)]
pub extern "C" fn link_core_answer() -> u32 {
    answer()
}

fn answer() -> u32 {
    42
}

pub fn other() -> u32 {
    1
}

#[cfg(test)]
mod tests {
    #[test]
    fn started_before_main() {
        assert_eq!(super::started(), 8);
    }
}
