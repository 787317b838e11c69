use std::ffi::c_int;

unsafe extern "C" {
    fn ffi_sum(a: c_int, b: c_int) -> c_int;
}

pub fn sum(a: i32, b: i32) -> i32 {
    // SAFETY: adds two numbers.
    unsafe { ffi_sum(a, b) }
}

#[cfg(test)]
mod tests {
    #[test]
    fn sums() {
        assert_eq!(super::sum(1, 2), 3);
    }
}
