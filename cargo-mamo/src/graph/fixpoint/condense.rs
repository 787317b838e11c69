//! Rules with their circles taken out, in an order in which most of what leads to a place comes before it.

use super::{Bits, Fact, NO_ROOTS, Rules, common, unite};
use std::collections::HashSet;

/// Stands for no place.
const NONE: u32 = u32::MAX;

/// Rules over places: what each leads to, and of which two each conjunction is.
#[derive(Debug)]
pub struct OrderedRules {
    /// The place of each fact.
    of: Vec<u32>,
    leads: Adjacency,
    /// What a conjunction is made of; `NONE` twice for any other place.
    parts: Vec<[u32; 2]>,
}

/// Lists of places, one after the other.
#[derive(Debug)]
struct Adjacency {
    starts: Vec<u32>,
    heads: Vec<u32>,
}

impl Adjacency {
    fn of(count: usize, pairs: impl Iterator<Item = (u32, u32)> + Clone) -> Self {
        let mut starts = vec![0u32; count + 1];
        for (from, _) in pairs.clone() {
            starts[from as usize + 1] += 1;
        }
        for at in 0..count {
            starts[at + 1] += starts[at];
        }
        let mut next = starts.clone();
        let mut heads = vec![0; starts[count] as usize];
        for (from, to) in pairs {
            let place = &mut next[from as usize];
            heads[*place as usize] = to;
            *place += 1;
        }
        Self { starts, heads }
    }

    fn from(&self, at: u32) -> &[u32] {
        let (first, end) = (self.starts[at as usize], self.starts[at as usize + 1]);
        &self.heads[first as usize..end as usize]
    }

    /// Sorts each list and takes each of its members once.
    fn settled(self) -> Self {
        let mut heads = Vec::with_capacity(self.heads.len());
        let mut starts = vec![0];
        let mut list = Vec::new();
        for at in 0..u32::try_from(self.starts.len() - 1).expect("fewer than 2^32 places") {
            list.clear();
            list.extend(self.from(at).iter().filter(|to| **to != at));
            list.sort_unstable();
            list.dedup();
            heads.extend(&list);
            starts.push(u32::try_from(heads.len()).expect("fewer than 2^32 rules"));
        }
        Self { starts, heads }
    }
}

impl OrderedRules {
    pub(super) fn of(rules: Rules) -> Self {
        let Rules {
            count,
            implications,
            conjunctions,
        } = rules;
        let facts = count as usize;
        // A place takes in either what implies it or what its parts have in common.
        debug_assert!(
            {
                let joined: HashSet<_> = conjunctions.iter().map(|(both, _)| *both).collect();
                let mut implied = implications.iter();
                !implied.any(|(_, to)| joined.contains(to))
            },
            "nothing else implies a conjunction"
        );
        let graph = Adjacency::of(facts, implications.iter().copied());
        let (circle, circles) = circles(&graph, facts);
        drop(graph);
        let place = |fact: Fact| circle[fact as usize];
        let implied = implications
            .iter()
            .map(|(from, to)| (place(*from), place(*to)));
        let joined = conjunctions
            .iter()
            .flat_map(|(both, parts)| parts.map(|part| (place(part), place(*both))));
        let leads = Adjacency::of(circles, implied.chain(joined));
        let order = order(&leads, circles);
        let moved = |at: u32| order[at as usize];
        let mut parts = vec![[NONE; 2]; circles];
        for (both, of) in &conjunctions {
            parts[moved(place(*both)) as usize] = of.map(|part| moved(place(part)));
        }
        let all = 0..u32::try_from(circles).expect("no more places than facts");
        let pairs = all.flat_map(|at| {
            let to = leads.from(at).iter();
            to.map(move |to| (moved(at), moved(*to)))
        });
        let sorted = Adjacency::of(circles, pairs).settled();
        Self {
            of: circle.iter().map(|at| moved(*at)).collect(),
            leads: sorted,
            parts,
        }
    }

    /// The place of a fact: facts of one place are true of the same roots.
    pub fn place(&self, fact: Fact) -> u32 {
        self.of[fact as usize]
    }

    /// How many places there are.
    pub fn places(&self) -> usize {
        self.parts.len()
    }

    /// The roots of which each place is true, where `seeds` are.
    pub fn solved(&self, seeds: impl Iterator<Item = (Fact, Bits)>) -> Vec<Bits> {
        let mut sets = vec![NO_ROOTS; self.places()];
        let mut open = Open::over(self.places());
        for (fact, roots) in seeds {
            let place = self.place(fact);
            if unite(&mut sets[place as usize], &roots) {
                open.add(place);
            }
        }
        while let Some(place) = open.next() {
            let set = sets[place as usize];
            for &to in self.leads.from(place) {
                let [one, other] = self.parts[to as usize];
                let news = if one == NONE {
                    set
                } else {
                    common(&sets[one as usize], &sets[other as usize])
                };
                if unite(&mut sets[to as usize], &news) {
                    open.add(to);
                }
            }
        }
        sets
    }
}

/// Places whose sets have grown, taken in ascending order, again and again.
struct Open {
    words: Vec<u64>,
    at: usize,
    left: usize,
}

impl Open {
    fn over(count: usize) -> Self {
        Self {
            words: vec![0; count.div_ceil(64)],
            at: 0,
            left: 0,
        }
    }

    fn add(&mut self, place: u32) {
        let (word, bit) = (place as usize / 64, 1 << (place % 64));
        if self.words[word] & bit == 0 {
            self.words[word] |= bit;
            self.left += 1;
        }
    }

    fn next(&mut self) -> Option<u32> {
        if self.left == 0 {
            return None;
        }
        loop {
            let word = self.words[self.at];
            if word != 0 {
                self.words[self.at] &= word - 1;
                self.left -= 1;
                let place = self.at * 64 + word.trailing_zeros() as usize;
                return u32::try_from(place).ok();
            }
            self.at = (self.at + 1) % self.words.len();
        }
    }
}

/// The circle of implications that each fact lies in, by number, and how many there are (Tarjan's algorithm, with a stack
/// of its own since programs are deep).
fn circles(graph: &Adjacency, count: usize) -> (Vec<u32>, usize) {
    let mut circle = vec![NONE; count];
    let (mut index, mut low) = (vec![0u32; count], vec![0u32; count]);
    let (mut met, mut found) = (0, 0);
    let mut open: Vec<u32> = Vec::new();
    let mut path: Vec<(u32, u32)> = Vec::new();
    for start in 0..u32::try_from(count).expect("fewer than 2^32 facts") {
        if index[start as usize] != 0 {
            continue;
        }
        path.push((start, 0));
        while let Some((at, next)) = path.pop() {
            let fact = at as usize;
            if next == 0 {
                met += 1;
                (index[fact], low[fact]) = (met, met);
                open.push(at);
            }
            let mut deeper = None;
            let mut step = next;
            for &to in &graph.from(at)[next as usize..] {
                step += 1;
                if index[to as usize] == 0 {
                    deeper = Some(to);
                    break;
                }
                if circle[to as usize] == NONE {
                    low[fact] = low[fact].min(index[to as usize]);
                }
            }
            if let Some(to) = deeper {
                path.push((at, step));
                path.push((to, 0));
                continue;
            }
            if low[fact] == index[fact] {
                while let Some(member) = open.pop() {
                    circle[member as usize] = found;
                    if member == at {
                        break;
                    }
                }
                found += 1;
            }
            if let Some((above, _)) = path.last() {
                let above = *above as usize;
                low[above] = low[above].min(low[fact]);
            }
        }
    }
    (circle, found as usize)
}

/// The number of each place in reverse postorder: but for conjunctions that lead back, what leads to a place comes first.
fn order(leads: &Adjacency, count: usize) -> Vec<u32> {
    let mut number = vec![NONE; count];
    let mut met = vec![false; count];
    let mut left = u32::try_from(count).expect("fewer than 2^32 places");
    let mut path: Vec<(u32, u32)> = Vec::new();
    for start in (0..left).rev() {
        if std::mem::replace(&mut met[start as usize], true) {
            continue;
        }
        path.push((start, 0));
        while let Some((at, next)) = path.pop() {
            let ahead = leads.from(at).get(next as usize).copied();
            if let Some(to) = ahead {
                path.push((at, next + 1));
                if !std::mem::replace(&mut met[to as usize], true) {
                    path.push((to, 0));
                }
            } else {
                left -= 1;
                number[at as usize] = left;
            }
        }
    }
    number
}
