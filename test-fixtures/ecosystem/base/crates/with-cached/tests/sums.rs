use with_cached::*;

#[test]
fn without_cache_by_glob() {
    assert_eq!(sum_no_cache(1), 2);
}

#[test]
fn with_cache() {
    assert_eq!(product(3), 6);
}

#[test]
fn primed() {
    assert_eq!(product_prime_cache(4), 8);
}

#[test]
fn apart() {
    assert_eq!(1 + 1, 2);
}
