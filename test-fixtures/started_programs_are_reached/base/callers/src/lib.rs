#[cfg(test)]
mod tests {
    use std::process::Command;

    #[test]
    fn starts_the_tool() {
        let programs = std::env::current_exe().unwrap();
        let programs = programs.parent().unwrap().parent().unwrap();
        let output = Command::new(programs.join("started-tool")).output().unwrap();
        assert_eq!(output.stdout, b"2");
    }
}
