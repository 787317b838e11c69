//! A program of the package.

fn main() {
    println!("seen");
}
