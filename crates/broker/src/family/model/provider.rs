//! The provider of the model: it issues pairs, numbered in order, and takes a redemption outside the leeway for a theft.

/// What a provider gives for a token that is redeemed once more within the leeway. Atlassian does not say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Again {
    /// Another pair beside the first.
    Sibling,
    /// Another pair, and the first dies.
    Replaces,
    /// The first once more.
    Same,
}

/// A pair, by number: the order in which the provider issued them.
pub(super) type Pair = u8;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Provider {
    /// The pair each pair was redeemed from; the first has itself.
    pub(super) parents: Vec<Pair>,
    pub(super) redeemed: u32,
    pub(super) dead: u32,
    /// Redeemed so long ago that doing it again is taken for a theft.
    pub(super) stale: u32,
    /// It took something for a theft.
    pub(super) killed: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Said {
    Pair(Pair),
    Refused,
}

impl Provider {
    pub(super) fn redeem(&mut self, pair: Pair, again: Again) -> Said {
        if self.killed || has(self.dead, pair) {
            return Said::Refused;
        }
        if has(self.redeemed, pair) {
            let in_use = self.children(pair).any(|child| has(self.redeemed, child));
            if in_use || has(self.stale, pair) {
                self.killed = true;
                return Said::Refused;
            }
            match again {
                Again::Sibling => {}
                Again::Same => {
                    if let Some(first) = self.children(pair).next() {
                        return Said::Pair(first);
                    }
                }
                Again::Replaces => {
                    let before: Vec<Pair> = self.children(pair).collect();
                    before.into_iter().for_each(|child| self.dead |= bit(child));
                }
            }
        }
        self.redeemed |= bit(pair);
        self.parents.push(pair);
        Said::Pair(u8::try_from(self.parents.len() - 1).unwrap())
    }

    /// Whether `pair` came of `of`, over however many redemptions.
    pub(super) fn descends(&self, pair: Pair, of: Pair) -> bool {
        let mut at = pair;
        while at != 0 {
            at = self.parents[usize::from(at)];
            if at == of {
                return true;
            }
        }
        false
    }

    pub(super) fn children(&self, pair: Pair) -> impl Iterator<Item = Pair> + '_ {
        let numbered = self.parents.iter().zip(0_u8..).skip(1);
        numbered.filter(move |(parent, _)| **parent == pair).map(|(_, child)| child)
    }
}

pub(super) fn bit(pair: Pair) -> u32 {
    1 << pair
}

pub(super) fn has(set: u32, pair: Pair) -> bool {
    set & bit(pair) != 0
}
