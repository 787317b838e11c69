fn main() {
    print!("{}", started_tool::told());
}
