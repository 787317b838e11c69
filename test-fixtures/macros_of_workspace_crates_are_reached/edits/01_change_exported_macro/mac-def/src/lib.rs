#[macro_export]
macro_rules! tagged {
    ($text:expr) => {
        format!("{}-{}", $crate::prefix(), $text)
    };
}

#[macro_export]
macro_rules! cfg_either {
    (if #[cfg($cond:meta)] { $($yes:item)* } else { $($no:item)* }) => {
        $(#[cfg($cond)] $yes)*
        $(#[cfg(not($cond))] $no)*
    };
}

#[macro_export]
macro_rules! lazy {
    ($(static ref $name:ident : $ty:ty = $init:expr;)*) => {
        $(
            pub static $name: $crate::Lazy<$ty> = $crate::Lazy::new(|| $init);
        )*
    };
}

pub type Lazy<T> = std::sync::LazyLock<T>;

pub fn prefix() -> &'static str {
    "#"
}

pub fn unused() -> &'static str {
    "?"
}

#[cfg(test)]
mod tests {
    #[test]
    fn own_use() {
        assert_eq!(tagged!("a"), "#a");
    }

    #[test]
    fn own_other() {
        assert_eq!(super::unused(), "?");
    }
}
