use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=src/sum.c");
    println!("cargo::rerun-if-changed=src/sum.h");
    let out = std::env::var("OUT_DIR").unwrap();
    let object = format!("{out}/sum.o");
    let library = format!("{out}/libffisum.a");
    let _ = std::fs::remove_file(&library);
    run(Command::new("cc").args(["-c", "-O0", "-fPIC", "src/sum.c", "-o", &object]));
    run(Command::new("ar").args(["crsD", &library, &object]));
    println!("cargo::rustc-link-search=native={out}");
    println!("cargo::rustc-link-lib=static=ffisum");
}

fn run(command: &mut Command) {
    assert!(command.status().unwrap().success());
}
