pub fn load(text: &str) -> Vec<(String, u32)> {
    let mut reader = csv::ReaderBuilder::new().has_headers(true).from_reader(text.as_bytes());
    reader
        .records()
        .map(|record| record.unwrap())
        .map(|record| (record[0].to_string(), scaled(record[1].parse().unwrap())))
        .collect()
}

fn scaled(n: u32) -> u32 {
    n * 10
}
