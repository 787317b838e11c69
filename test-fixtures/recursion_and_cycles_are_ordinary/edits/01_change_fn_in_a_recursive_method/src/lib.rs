pub mod left;
pub mod right;

pub struct Tree {
    pub value: u32,
    pub children: Vec<Tree>,
}

impl Tree {
    pub fn total(&self) -> u32 {
        weigh(self.value) + self.children.iter().map(Tree::total).sum::<u32>()
    }
}

fn weigh(n: u32) -> u32 {
    n + 1
}

pub struct Ping(pub Option<Box<Pong>>);
pub struct Pong(pub Option<Box<Ping>>);

pub trait Depth {
    fn depth(&self) -> u32;
}

impl Depth for Ping {
    fn depth(&self) -> u32 {
        1 + self.0.as_ref().map_or(0, |pong| pong.depth())
    }
}

impl Depth for Pong {
    fn depth(&self) -> u32 {
        1 + self.0.as_ref().map_or(0, |ping| ping.depth())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tree() {
        let leaf = Tree { value: 2, children: vec![] };
        assert_eq!(Tree { value: 1, children: vec![leaf] }.total(), 3);
    }

    #[test]
    fn ping() {
        assert_eq!(Ping(Some(Box::new(Pong(None)))).depth(), 2);
    }

    #[test]
    fn modules_that_use_each_other() {
        assert_eq!(left::down(4), 10);
    }

    #[test]
    fn apart() {
        assert_eq!(right::apart(), 0);
    }
}
