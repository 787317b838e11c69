fn main() {
    println!("{}", word(child_processes::shared()));
}

fn word(n: u32) -> String {
    format!("in:{n}")
}
