use std::cell::Cell;

thread_local! {
    static LOG: Cell<u32> = const { Cell::new(0) };
}

pub fn note(n: u32) {
    LOG.set(LOG.get() * 10 + n);
}

pub fn log() -> u32 {
    LOG.replace(0)
}

pub struct Guard;

impl Drop for Guard {
    fn drop(&mut self) {
        note(1);
    }
}

pub struct Lock;

impl Drop for Lock {
    fn drop(&mut self) {
        note(2);
    }
}

pub struct Holder {
    guard: Guard,
}

pub fn holder() -> Holder {
    Holder { guard: Guard }
}

impl Holder {
    pub fn keep(self) -> Guard {
        self.guard
    }
}

pub struct Late;

impl Drop for Late {
    fn drop(&mut self) {
        note(8);
    }
}

pub fn late() -> Late {
    Late
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_the_end_of_a_scope() {
        {
            let _guard = Guard;
        }
        assert_eq!(log(), 1);
    }

    #[test]
    fn moved_away() {
        drop(Guard);
        note(5);
        assert_eq!(log(), 15);
    }

    #[test]
    fn in_a_field() {
        drop(holder());
        assert_eq!(log(), 1);
    }

    #[test]
    fn moved_out_of_a_field() {
        holder().keep();
        assert_eq!(log(), 1);
    }

    #[test]
    fn in_a_closure() {
        let guard = Guard;
        let closure = move || {
            let _held = &guard;
        };
        drop(closure);
        assert_eq!(log(), 1);
    }

    #[test]
    fn another_type() {
        drop(Lock);
        assert_eq!(log(), 2);
    }

    #[test]
    fn not_yet_dropped_by_hand() {
        drop(late());
        assert_eq!(log(), 0);
    }
}
