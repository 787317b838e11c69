pub mod fast;
pub mod slow;
pub mod facade;
pub mod wrap;

pub use fast::Engine as Motor;
use slow::run;

pub fn start() -> u32 {
    run()
}

pub mod user {
    use super::facade::*;

    pub fn total() -> u32 {
        weight() + 1
    }
}

pub mod prelude_user {
    pub fn shape(n: u8) -> Option<u8> {
        if n > 2 { Some(n) } else { None }
    }
}

pub mod block {
    pub fn pick() -> u32 {
        use super::fast::run;
        run() * 10
    }

    pub fn other() -> u32 {
        super::fast::idle()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starts() {
        assert_eq!(start(), 1);
    }

    #[test]
    fn motor() {
        assert_eq!(Motor.power(), 20);
    }

    #[test]
    fn through_a_glob() {
        assert_eq!(user::total(), 8);
    }

    #[test]
    fn use_in_a_block() {
        assert_eq!(block::pick(), 20);
    }

    #[test]
    fn not_redirected() {
        assert_eq!(block::other(), 0);
    }

    #[test]
    fn some_of_the_prelude() {
        assert_eq!(prelude_user::shape(3).map(|n| n + 1), Some(4));
    }

    #[test]
    fn module_and_fn_of_one_name() {
        assert_eq!(wrap::wrap(), 3);
    }
}
