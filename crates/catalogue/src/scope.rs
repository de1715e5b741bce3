//! Scopes as bits, so that "does the token hold what the operation needs" is a handful of machine words.

use std::collections::HashMap;
use std::fmt;

/// 64-bit words in a set: one cache line. The builtin table names fewer than 400 scopes.
const WORDS: usize = 8;

/// The most scopes one catalogue can name.
pub(crate) const CAPACITY: usize = WORDS * 64;

/// One scope of one catalogue. Made by [`Catalogue::scope`](crate::Catalogue::scope); below 512.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScopeId(u16);

impl ScopeId {
    /// From 0 to 511, in the order of the names.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    const fn word_and_bit(self) -> (usize, u64) {
        ((self.0 / 64) as usize, 1 << (self.0 % 64))
    }
}

/// A set of scopes of one catalogue: 64 bytes, copied freely.
///
/// Ids mean something only together with the catalogue that made them; never compare sets of two catalogues.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct ScopeSet([u64; WORDS]);

impl ScopeSet {
    /// No scope at all.
    pub const EMPTY: Self = Self([0; WORDS]);

    /// Puts `scope` in; nothing happens when it is there already.
    pub fn insert(&mut self, scope: ScopeId) {
        let (word, bit) = scope.word_and_bit();
        if let Some(word) = self.0.get_mut(word) {
            *word |= bit;
        }
    }

    /// Whether `scope` is in it.
    #[must_use]
    pub fn contains(&self, scope: ScopeId) -> bool {
        let (word, bit) = scope.word_and_bit();
        self.0.get(word).is_some_and(|word| word & bit != 0)
    }

    /// Whether everything in it is also in `other`.
    #[must_use]
    pub fn is_subset(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).all(|(mine, theirs)| mine & !theirs == 0)
    }

    /// What is in either.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        self.combined(other, |mine, theirs| mine | theirs)
    }

    /// What is in both.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        self.combined(other, |mine, theirs| mine & theirs)
    }

    /// What is in this one and not in `other`: the scopes that are missing.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        self.combined(other, |mine, theirs| mine & !theirs)
    }

    fn combined(&self, other: &Self, how: impl Fn(u64, u64) -> u64) -> Self {
        let mut out = *self;
        for (mine, theirs) in out.0.iter_mut().zip(&other.0) {
            *mine = how(*mine, *theirs);
        }
        out
    }

    /// The scopes in it, in the order of their ids, which is the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = ScopeId> + '_ {
        (0u16..).zip(self.0.iter()).flat_map(|(index, word)| {
            let mut left = *word;
            std::iter::from_fn(move || {
                let bit = u16::try_from(left.trailing_zeros()).ok().filter(|bit| *bit < 64)?;
                left &= left - 1;
                Some(ScopeId(index * 64 + bit))
            })
        })
    }

    /// How many scopes are in it.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::EMPTY
    }
}

impl FromIterator<ScopeId> for ScopeSet {
    fn from_iter<I: IntoIterator<Item = ScopeId>>(scopes: I) -> Self {
        let mut set = Self::EMPTY;
        for scope in scopes {
            set.insert(scope);
        }
        set
    }
}

impl fmt::Debug for ScopeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter().map(|scope| scope.0)).finish()
    }
}

/// A scope no operation of the catalogue needs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no operation needs a scope {name:?}{}", suggestion(.nearest.as_deref()))]
pub struct UnknownScope {
    /// What was asked for.
    pub name: String,
    /// The known scope whose spelling is nearest, if one is near.
    pub nearest: Option<String>,
}

fn suggestion(nearest: Option<&str>) -> String {
    nearest.map(|name| format!("; did you mean {name:?}?")).unwrap_or_default()
}

/// Below this likeness (0 to 1, Jaro-Winkler) a suggestion would only confuse.
const NEAR: f64 = 0.85;

/// The names of a catalogue's scopes.
#[derive(Debug, Default)]
pub(crate) struct ScopeNames {
    names: Box<[Box<str>]>,
    ids: HashMap<Box<str>, ScopeId>,
}

impl ScopeNames {
    /// Numbers `names`, which are sorted, without repetition and at most [`CAPACITY`].
    pub(crate) fn new<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        let names: Box<[Box<str>]> = names.take(CAPACITY).map(Box::from).collect();
        let ids = names.iter().cloned().zip((0..).map(ScopeId)).collect();
        Self { names, ids }
    }

    pub(crate) fn id(&self, name: &str) -> Option<ScopeId> {
        self.ids.get(name).copied()
    }

    pub(crate) fn name(&self, scope: ScopeId) -> &str {
        self.names.get(usize::from(scope.0)).map_or("", |name| name)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (ScopeId, &str)> {
        (0..).map(ScopeId).zip(self.names.iter().map(|name| &**name))
    }

    pub(crate) fn set<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> Result<ScopeSet, UnknownScope> {
        names.into_iter().map(|name| self.id(name).ok_or_else(|| self.unknown(name))).collect()
    }

    fn unknown(&self, name: &str) -> UnknownScope {
        let nearest = self
            .names
            .iter()
            .map(|known| (strsim::jaro_winkler(known, name), known))
            .filter(|(likeness, _)| *likeness >= NEAR)
            .max_by(|a, b| a.0.total_cmp(&b.0))
            .map(|(_, known)| known.to_string());
        UnknownScope { name: name.to_owned(), nearest }
    }
}

#[cfg(test)]
mod tests;
