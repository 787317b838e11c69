fn main() {
    println!("total: {}", run_time_files::listed());
}
