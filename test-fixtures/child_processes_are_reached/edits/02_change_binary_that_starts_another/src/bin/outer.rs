use std::process::Command;

fn main() {
    let inner = std::env::current_exe().unwrap().with_file_name("inner");
    let output = Command::new(inner).output().unwrap();
    print!("out:{}", String::from_utf8(output.stdout).unwrap());
}
