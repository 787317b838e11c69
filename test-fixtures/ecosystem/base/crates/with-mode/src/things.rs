#[derive(reads_mode::Described)]
pub struct Lamp;

fn describe_lamp() -> String {
    "bright".into()
}
