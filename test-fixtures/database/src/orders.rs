//! What a program asks the database, and what it makes of the answers.

/// How many orders a customer has, in SQL.
pub fn of_customer(customer: u32) -> String {
    format!("SELECT count(*) FROM orders WHERE customer = {customer};")
}

/// An amount as people write it. The fixture does not reach it.
pub fn euros(cents: i64) -> String {
    format!("{}.{:02} EUR", cents / 100, cents % 100)
}
