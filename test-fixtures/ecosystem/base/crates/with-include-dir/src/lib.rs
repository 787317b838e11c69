//! A directory in the program.

use include_dir::{Dir, include_dir};

static MIGRATIONS: Dir = include_dir!("$CARGO_MANIFEST_DIR/migrations");

pub fn count() -> usize {
    MIGRATIONS.files().count()
}

pub fn first() -> &'static str {
    MIGRATIONS.get_file("1.sql").unwrap().contents_utf8().unwrap()
}

pub fn apart() -> u32 {
    1
}
