pub fn hidden(n: u32) -> String {
    format!("h{n}")
}

pub fn unit(n: u32) -> String {
    format!("{n}cm")
}

pub fn tag(n: u32) -> String {
    format!("#{n}")
}
