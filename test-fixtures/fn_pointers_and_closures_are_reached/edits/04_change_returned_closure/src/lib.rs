pub static TABLE: [(&str, fn(i32) -> i32); 2] = [("inc", inc), ("neg", neg)];
pub static OTHER: [fn(i32) -> i32; 1] = [half];

fn inc(n: i32) -> i32 {
    n + 1
}

fn neg(n: i32) -> i32 {
    -n
}

fn half(n: i32) -> i32 {
    n / 2
}

fn triple(n: &i32) -> i32 {
    n * 3
}

pub fn adder(by: i32) -> impl Fn(i32) -> i32 {
    move |n| n - by
}

pub fn boxed() -> Box<dyn Fn(i32) -> i32> {
    Box::new(half)
}

pub struct Button {
    pub on_click: fn(i32) -> i32,
}

pub const BUTTON: Button = Button { on_click: neg };

pub fn call(name: &str, n: i32) -> Option<i32> {
    TABLE.iter().find(|(key, _)| *key == name).map(|(_, f)| f(n))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table() {
        assert_eq!(call("inc", 1), Some(2));
    }

    #[test]
    fn other_table() {
        assert_eq!(OTHER[0](4), 2);
    }

    #[test]
    fn passed_to_map() {
        assert_eq!([1, 2].iter().map(triple).sum::<i32>(), 9);
    }

    #[test]
    fn returned_closure() {
        assert_eq!(adder(2)(3), 5);
    }

    #[test]
    fn boxed_fn() {
        assert_eq!(boxed()(6), 3);
    }

    #[test]
    fn in_a_const_field() {
        assert_eq!((BUTTON.on_click)(1), -1);
    }
}
