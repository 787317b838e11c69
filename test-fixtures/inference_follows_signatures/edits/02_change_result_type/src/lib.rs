use std::marker::PhantomData;

pub trait Make {
    fn make() -> u32;
}

pub struct Small;
pub struct Large;

impl Make for Small {
    fn make() -> u32 {
        1
    }
}

impl Make for Large {
    fn make() -> u32 {
        100
    }
}

pub struct Maker<M = Small>(PhantomData<M>);

impl<M: Make> Maker<M> {
    pub fn run(&self) -> u32 {
        M::make()
    }
}

pub fn maker() -> Maker {
    Maker(PhantomData)
}

pub fn kind() -> Small {
    Small
}

pub fn made_by<M: Make>(_: M) -> u32 {
    M::make()
}

pub fn width() -> u8 {
    200
}

pub fn collected() -> Vec<u8> {
    Vec::from([3, 1, 3])
}

pub type Bag = Vec<u8>;

pub fn bagged() -> usize {
    [3, 1, 3].into_iter().collect::<Bag>().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn default_parameter() {
        assert_eq!(maker().run(), 1);
    }

    #[test]
    fn result_type() {
        assert_eq!(made_by(kind()), 100);
    }

    #[test]
    fn literal() {
        assert_eq!(width().checked_add(100), None);
    }

    #[test]
    fn collection() {
        assert_eq!(bagged(), 3);
    }

    #[test]
    fn other_collection() {
        assert_eq!(collected().len(), 3);
    }
}
