macro_rules! double {
    ($e:expr) => {
        $e * 2 + 1
    };
}

macro_rules! quadruple {
    ($e:expr) => {
        double!(double!($e))
    };
}

macro_rules! triple {
    ($e:expr) => {
        $e * 3
    };
}

macro_rules! add {
    ($to:ident, $n:expr) => {
        $to += $n;
    };
}

macro_rules! make_fn {
    ($name:ident, $value:expr) => {
        pub fn $name() -> u32 {
            $value + offset()
        }
    };
}

fn offset() -> u32 {
    100
}

make_fn!(one, 1);
make_fn!(two, 2);

macro_rules! wrapper {
    ($($name:ident: $text:literal),*) => {
        $(
            pub struct $name;

            impl std::fmt::Display for $name {
                fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str(concat!($text, "."))
                }
            }
        )*
    };
}

wrapper!(Alpha: "a", Beta: "b");

macro_rules! units {
    (@each $name:ident) => {
        pub const $name: &str = stringify!($name);
    };
    ($($name:ident)*) => {
        $(units!(@each $name);)*
    };
}

units!(METRE MILE);

pub fn statement(n: u32) -> u32 {
    let mut sum: u32 = 1;
    add!(sum, n);
    sum
}

pub fn listed() -> Vec<u32> {
    vec![private(), 2]
}

fn private() -> u32 {
    1
}

#[cfg(test)]
mod tests {
    use super::*;

    macro_rules! check {
        ($name:ident, $left:expr, $right:expr) => {
            #[test]
            fn $name() {
                assert_eq!($left, $right);
            }
        };
    }

    check!(doubled, double!(4), 8);
    check!(quadrupled, quadruple!(2), 8);
    check!(tripled, triple!(2), 6);

    #[test]
    fn made_one() {
        assert_eq!(one(), 101);
    }

    #[test]
    fn made_two() {
        assert_eq!(two(), 102);
    }

    #[test]
    fn alpha() {
        assert_eq!(Alpha.to_string(), "a.");
    }

    #[test]
    fn beta() {
        assert_eq!(Beta.to_string(), "b.");
    }

    #[test]
    fn unit_names() {
        assert_eq!(METRE, "METRE");
    }

    #[test]
    fn in_a_std_macro() {
        assert_eq!(listed(), [1, 2]);
    }

    #[test]
    fn statements() {
        assert_eq!(statement(2), 3);
    }

    #[test]
    fn without_macro_of_ours() {
        assert_eq!(offset(), 100);
    }
}
