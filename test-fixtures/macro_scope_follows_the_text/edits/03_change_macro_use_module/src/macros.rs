macro_rules! depth {
    () => {
        8
    };
}
