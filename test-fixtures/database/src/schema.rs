//! What the database holds.

/// The tables.
pub fn tables() -> String {
    let columns = ["id int PRIMARY KEY", "customer int NOT NULL", "cents bigint NOT NULL"];
    format!("CREATE TABLE orders ({});", columns.join(", "))
}

/// So many orders, of a thousand customers.
pub fn rows(count: u32) -> String {
    format!(
        "INSERT INTO orders SELECT n, n % 1000, {} FROM generate_series(1, {count}) AS n; ANALYZE orders;",
        price("n")
    )
}

/// What an order comes to, in SQL.
fn price(number: &str) -> String {
    format!("({number}::bigint * 7919) % 10000")
}
