fn main() {
    println!("{}", run_time_files::listed());
}
