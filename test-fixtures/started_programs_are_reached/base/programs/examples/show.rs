fn main() {
    print!("{}", started_tool::shown());
}
