use std::borrow::Borrow;
use std::cmp::Ordering;
use std::collections::{BTreeSet, BinaryHeap, HashMap, HashSet};
use std::hash::{Hash, Hasher};

#[derive(Debug, PartialEq, Eq)]
pub struct Job(pub u8);

impl Ord for Job {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}

impl PartialOrd for Job {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Chore(pub u8);

pub struct Word(pub &'static str);

impl PartialEq for Word {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(other.0)
    }
}

impl Eq for Word {}

impl Hash for Word {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

#[derive(PartialEq, Eq, Hash)]
pub struct Label(pub &'static str);

#[derive(PartialEq, Eq, Hash)]
pub struct Key(pub String);

impl Borrow<str> for Key {
    fn borrow(&self) -> &str {
        &self.0
    }
}

#[derive(Debug)]
pub struct Sheep(pub u8);

impl Clone for Sheep {
    fn clone(&self) -> Self {
        Sheep(self.0)
    }
}

pub fn heaviest(jobs: Vec<Job>) -> Option<Job> {
    jobs.into_iter().collect::<BinaryHeap<_>>().pop()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heap() {
        assert_eq!(heaviest(vec![Job(1), Job(3), Job(2)]), Some(Job(3)));
    }

    #[test]
    fn sort() {
        let mut jobs = vec![Job(2), Job(1)];
        jobs.sort();
        assert_eq!(jobs[0].0, 1);
    }

    #[test]
    fn tree_of_another_type() {
        let chores: BTreeSet<Chore> = [Chore(2), Chore(1)].into();
        assert_eq!(chores.first(), Some(&Chore(1)));
    }

    #[test]
    fn hash_set() {
        let words: HashSet<Word> = [Word("a"), Word("A"), Word("b")].into();
        assert_eq!(words.len(), 2);
    }

    #[test]
    fn hash_set_of_another_type() {
        let labels: HashSet<Label> = [Label("a"), Label("A")].into();
        assert_eq!(labels.len(), 2);
    }

    #[test]
    fn look_up_by_borrow() {
        let map = HashMap::from([(Key("a".into()), 1)]);
        assert_eq!(map.get("a"), Some(&1));
    }

    #[test]
    fn vec_of_clones() {
        assert_eq!(vec![Sheep(1); 3].iter().map(|s| s.0).sum::<u8>(), 3);
    }
}
