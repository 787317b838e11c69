#[derive(serde::Serialize)]
struct Disc(u8);

impl Disc {
    #[mamo::memo]
    fn alone(&self) -> u8 {
        self.0
    }
}

#[mamo::memo]
impl Disc {
    #[memo]
    fn grow(&mut self) -> u8 {
        self.0 += 1;
        self.0
    }
}

#[mamo::memo]
impl Disc {
    fn unmarked(&self) -> u8 {
        self.0
    }
}

#[mamo::memo(version = 2)]
impl Disc {
    #[memo]
    fn versioned(&self) -> u8 {
        self.0
    }
}

#[mamo::memo]
struct Nothing;

fn main() {}
