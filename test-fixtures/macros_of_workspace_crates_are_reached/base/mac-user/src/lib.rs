use mac_def::{lazy, tagged as mark};

mac_def::cfg_either! {
    if #[cfg(unix)] {
        pub fn system() -> &'static str {
            "unix"
        }
    } else {
        pub fn system() -> &'static str {
            "other"
        }
    }
}

fn seed() -> u32 {
    5
}

lazy! {
    static ref TOTAL: u32 = seed() * 2;
    static ref WORDS: Vec<&'static str> = vec!["a", "b"];
}

thread_local! {
    static DEPTH: std::cell::Cell<u32> = std::cell::Cell::new(first_depth());
}

fn first_depth() -> u32 {
    3
}

pub fn depth() -> u32 {
    DEPTH.get()
}

pub fn title(text: &str) -> String {
    mark!(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles() {
        assert_eq!(title("x"), "#x");
    }

    #[test]
    fn systems() {
        assert!(["unix", "other"].contains(&system()));
    }

    #[test]
    fn lazy_total() {
        assert_eq!(*TOTAL, 10);
    }

    #[test]
    fn lazy_words() {
        assert_eq!(WORDS.len(), 2);
    }

    #[test]
    fn depths() {
        assert_eq!(depth(), 3);
    }

    #[test]
    fn alone() {
        assert_eq!("x".len(), 1);
    }
}
