//! What is logged, and where.

use std::sync::Mutex;

pub mod work;

pub static LINES: Mutex<Vec<(Option<u32>, String)>> = Mutex::new(Vec::new());

pub struct Keeper;

impl log::Log for Keeper {
    fn enabled(&self, _: &log::Metadata) -> bool {
        true
    }

    fn log(&self, record: &log::Record) {
        LINES.lock().unwrap().push((record.line(), record.args().to_string()));
    }

    fn flush(&self) {}
}

pub fn apart() -> u32 {
    1
}
