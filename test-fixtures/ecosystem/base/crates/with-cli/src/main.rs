use with_cli::*;

fn main() {
    let matches = command().get_matches();
    let n: u32 = matches.get_one::<String>("n").unwrap().parse().unwrap();
    println!("{}", said(n));
}

fn said(n: u32) -> String {
    format!("n is {n}")
}
