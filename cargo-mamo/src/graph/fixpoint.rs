//! The least fixpoint of Horn rules for many roots at once.
//!
//! A [fact](Fact) is something that can be true for a root: that it reaches a node, that something it reaches calls a
//! name. Rules are of two forms: one fact implies another, or two together do. They only ever add, so that what is true
//! of a root does not depend on the order in which rules are applied. [`OrderedRules::solved`] carries a [set of roots](Bits)
//! on every fact instead of going through the rules for each root: an implication is a union of sets, a conjunction an
//! intersection.
//!
//! Facts that imply each other in a circle are true of the same roots. They are one [place](OrderedRules), so that what
//! remains is nearly without circles and most places are looked at once.

mod condense;

pub use condense::OrderedRules;

/// Something that can be true for a root.
pub type Fact = u32;

/// Roots that are carried together.
pub const ROOTS: usize = 512;
const WORDS: usize = ROOTS / 64;

/// A set of at most [`ROOTS`] roots, by their numbers in a block.
pub type Bits = [u64; WORDS];

/// No root.
pub const NO_ROOTS: Bits = [0; WORDS];

/// Rules over facts that are numbered from zero.
#[derive(Debug, Default)]
pub struct Rules {
    count: u32,
    implications: Vec<(Fact, Fact)>,
    /// A fact that is true where two others are.
    conjunctions: Vec<(Fact, [Fact; 2])>,
}

impl Rules {
    /// Rules over `count` facts, of which none is implied yet.
    pub fn over(count: usize) -> Self {
        Self {
            count: u32::try_from(count).expect("fewer than 2^32 facts"),
            ..Self::default()
        }
    }

    /// One more fact.
    pub fn fact(&mut self) -> Fact {
        self.count += 1;
        self.count - 1
    }

    /// Where `fact` is true, `implied` is.
    pub fn implies(&mut self, fact: Fact, implied: Fact) {
        self.implications.push((fact, implied));
    }

    /// A fact that is true where both are.
    pub fn both(&mut self, one: Fact, other: Fact) -> Fact {
        if one == other {
            return one;
        }
        let both = self.fact();
        self.conjunctions.push((both, [one, other]));
        both
    }

    /// A fact that is true where one of them is; `None` if there are none.
    pub fn any(&mut self, facts: &[Fact]) -> Option<Fact> {
        if let [] | [_] = facts {
            return facts.first().copied();
        }
        let any = self.fact();
        for fact in facts {
            self.implies(*fact, any);
        }
        Some(any)
    }

    /// The rules made ready to be solved.
    pub fn condensed(self) -> OrderedRules {
        OrderedRules::of(self)
    }
}

/// Adds `more` to a set. Says whether that was news.
#[inline]
pub fn unite(set: &mut Bits, more: &Bits) -> bool {
    let mut news = 0;
    for (word, more) in set.iter_mut().zip(more) {
        news |= more & !*word;
        *word |= more;
    }
    news != 0
}

/// All of two sets.
#[inline]
pub fn union(one: &Bits, other: &Bits) -> Bits {
    let mut all = *one;
    unite(&mut all, other);
    all
}

/// What two sets have together.
#[inline]
pub fn common(one: &Bits, other: &Bits) -> Bits {
    let mut both = *one;
    for (word, other) in both.iter_mut().zip(other) {
        *word &= other;
    }
    both
}

/// What of a set is not in `other`.
#[inline]
pub fn without(one: &Bits, other: &Bits) -> Bits {
    let mut rest = *one;
    for (word, other) in rest.iter_mut().zip(other) {
        *word &= !other;
    }
    rest
}

/// Is a root in a set?
#[inline]
pub fn contains(set: &Bits, root: usize) -> bool {
    set[root / 64] & (1 << (root % 64)) != 0
}

/// Adds a root.
pub fn insert(set: &mut Bits, root: usize) {
    set[root / 64] |= 1 << (root % 64);
}

/// The roots of a set, ascending.
pub fn roots(set: &Bits) -> impl Iterator<Item = usize> {
    let words = set.iter().copied().enumerate();
    words.flat_map(|(at, word)| {
        let mut rest = word;
        std::iter::from_fn(move || {
            let bit = rest.trailing_zeros() as usize;
            let any = rest != 0;
            rest &= rest.wrapping_sub(1);
            any.then_some(at * 64 + bit)
        })
    })
}
