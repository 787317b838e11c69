pub fn wraps(n: u8) -> bool {
    std::panic::catch_unwind(|| n + std::hint::black_box(1)).is_ok()
}

/// In edition 2024 the scrutinee's temporaries end before `else`.
pub fn edition() -> &'static str {
    let cell = std::cell::RefCell::new(0);
    let name = if let 1 = *cell.borrow() {
        "one"
    } else if cell.try_borrow_mut().is_ok() {
        "2024"
    } else {
        "2021"
    };
    name
}

pub fn about() -> &'static str {
    env!("CARGO_PKG_DESCRIPTION")
}

#[cfg(test)]
mod tests {
    #[test]
    fn overflow_is_checked() {
        assert!(!super::wraps(255));
    }

    #[test]
    fn described() {
        assert_eq!(super::about(), "one");
    }

    #[test]
    fn editions() {
        assert_eq!(super::edition(), "2021");
    }

    #[test]
    fn assertions() {
        assert!(cfg!(debug_assertions));
    }
}
