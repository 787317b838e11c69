macro_rules! depth {
    () => {
        9
    };
}
