//! What manifests can name, resolved once for a whole set of them.
//!
//! Ten thousand manifests name the same few hundred things. Everything found here is kept and shared: an entry
//! resolved, the operations a set of scopes covers, the selection of manifests whose `[operations]` are equal.

mod pattern;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use catalogue::{Catalogue, Operation, OperationIndex, ScopeSet};
use types::{Effect, Face, Product, Site, Verb};

use super::Known;
use crate::operation_set::OperationSet;
use crate::selection::{By, Choice, Selection};
pub(crate) use pattern::Pattern;

/// A set of products as bits, in the order of [`Product::ALL`].
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Products(u8);

impl Products {
    pub(crate) const ALL: Self = Self(u8::MAX);
    pub(crate) const NONE: Self = Self(0);

    pub(crate) fn with(self, product: Product) -> Self {
        Self(self.0 | Self::bit(product))
    }

    fn contains(self, product: Product) -> bool {
        self.0 & Self::bit(product) != 0
    }

    fn bit(product: Product) -> u8 {
        1 << Product::ALL.iter().position(|known| *known == product).unwrap_or(7)
    }
}

pub(crate) struct Vocabulary<'k> {
    pub(crate) catalogue: &'k Catalogue,
    pub(crate) known: Known<'k>,
    templates: BTreeMap<(Verb, &'k str), Vec<OperationIndex>>,
    faces: BTreeMap<Face, OperationSet>,
    choices: HashMap<(By, Products), HashMap<Box<str>, Arc<Choice>>>,
    numbers: u32,
    covered: HashMap<ScopeSet, Arc<OperationSet>>,
    selections: HashMap<Box<[u32]>, Arc<Selection>>,
}

impl<'k> Vocabulary<'k> {
    pub(crate) fn new(catalogue: &'k Catalogue, known: Known<'k>) -> Self {
        let mut templates: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for operation in catalogue.operations() {
            templates.entry((operation.verb(), operation.template())).or_default().push(operation.index());
        }
        let of_face = |face| Self::filter(catalogue, |operation| operation.face() == face);
        Self {
            catalogue,
            known,
            templates,
            faces: Face::ALL.into_iter().map(|face| (face, of_face(face))).collect(),
            choices: HashMap::new(),
            numbers: 0,
            covered: HashMap::new(),
            selections: HashMap::new(),
        }
    }

    fn filter(catalogue: &Catalogue, wanted: impl Fn(&Operation) -> bool) -> OperationSet {
        let all = catalogue.operations();
        OperationSet::of(all.len(), all.iter().filter(|one| wanted(one)).map(|one| one.index()))
    }

    /// Operations with an effect, of some products.
    pub(crate) fn effect(&mut self, effect: Effect, products: Products) -> Arc<Choice> {
        let catalogue = self.catalogue;
        self.choice((By::Effect, products), effect.as_str(), |_| {
            Self::filter(catalogue, |one| one.effect() == effect && products.contains(one.product()))
        })
    }

    /// Operations with a tag: `Issue comments`, or `jira:Issue comments` for one product's. `None`: there are none.
    pub(crate) fn tag(&mut self, word: &str) -> Option<Arc<Choice>> {
        self.named(By::Tag, word, |catalogue, _, tag| catalogue.by_tag(tag).map(|one| one.index()).collect())
    }

    /// Operations with an id: `getIssue`, `jira:getIssue`, or `GET /rest/api/3/issue/{issueIdOrKey}` where an id is
    /// missing or names too much. `None`: there are none.
    pub(crate) fn id(&mut self, word: &str) -> Option<Arc<Choice>> {
        self.named(By::Id, word, |catalogue, templates, id| {
            let by_template = id.split_once(' ').and_then(|(verb, path)| {
                let verb: Verb = verb.parse().ok()?;
                templates.get(&(verb, path)).cloned()
            });
            by_template.unwrap_or_else(|| catalogue.by_id(id).map(|one| one.index()).collect())
        })
    }

    /// Operations whose path is like a pattern: `/rest/api/3/issue/**`, `GET /rest/api/3/issue/*`. `None`: there are none.
    pub(crate) fn path(&mut self, word: &str) -> Option<Arc<Choice>> {
        let key = (By::Path, Products::ALL);
        if let Some(known) = self.choices.get(&key).and_then(|known| known.get(word)) {
            return Some(Arc::clone(known));
        }
        let pattern = Pattern::parse(word)?;
        let found =
            Self::filter(self.catalogue, |operation| pattern.matches(operation.verb(), operation.template()));
        (!found.is_empty()).then(|| self.choice(key, word, |_| found))
    }

    /// Operations that change something.
    pub(crate) fn changes(&mut self) -> Arc<Choice> {
        let catalogue = self.catalogue;
        self.choice((By::ReadOnly, Products::ALL), "true", |_| {
            Self::filter(catalogue, |one| one.effect() != Effect::Read)
        })
    }

    fn named(
        &mut self,
        by: By,
        word: &str,
        find: impl Fn(&Catalogue, &BTreeMap<(Verb, &str), Vec<OperationIndex>>, &str) -> Vec<OperationIndex>,
    ) -> Option<Arc<Choice>> {
        let key = (by, Products::ALL);
        if let Some(known) = self.choices.get(&key).and_then(|known| known.get(word)) {
            return Some(Arc::clone(known));
        }
        let product = word.split_once(':').and_then(|(product, rest)| Some((product.parse().ok()?, rest)));
        let (product, name): (Option<Product>, &str) =
            product.map_or((None, word), |(product, rest)| (Some(product), rest));
        let mut found = find(self.catalogue, &self.templates, name);
        if let Some(product) = product {
            found
                .retain(|index| self.catalogue.operation(*index).is_some_and(|one| one.product() == product));
        }
        (!found.is_empty()).then(|| self.choice(key, word, |operations| OperationSet::of(operations, found)))
    }

    fn choice(
        &mut self,
        key: (By, Products),
        word: &str,
        operations: impl FnOnce(usize) -> OperationSet,
    ) -> Arc<Choice> {
        let same_kind = self.choices.entry(key).or_default();
        if let Some(known) = same_kind.get(word) {
            return Arc::clone(known);
        }
        self.numbers += 1;
        let operations = operations(self.catalogue.operations().len());
        let choice = Arc::new(Choice { number: self.numbers, by: key.0, word: word.into(), operations });
        same_kind.insert(word.into(), Arc::clone(&choice));
        choice
    }

    /// The operations that need no more than `scopes`.
    pub(crate) fn covered(&mut self, scopes: &ScopeSet) -> Arc<OperationSet> {
        let catalogue = self.catalogue;
        let find = || Arc::new(Self::filter(catalogue, |operation| operation.satisfied_by(scopes)));
        Arc::clone(self.covered.entry(*scopes).or_insert_with(find))
    }

    /// The operations that exist at any of `sites`.
    pub(crate) fn reachable<'s>(&self, sites: impl IntoIterator<Item = &'s Arc<Site>>) -> OperationSet {
        let mut reachable = OperationSet::none(self.catalogue.operations().len());
        for site in sites {
            for face in [site.face(false), site.face(true)].into_iter().flatten() {
                self.faces.get(&face).into_iter().for_each(|operations| reachable.add(operations));
            }
        }
        reachable
    }

    /// The selection of these entries, `allow` in the order of precedence.
    pub(crate) fn selection<'c>(
        &mut self,
        allow: impl Iterator<Item = &'c Arc<Choice>>,
        deny: impl Iterator<Item = &'c Arc<Choice>>,
    ) -> Arc<Selection> {
        let (allow, deny): (Box<[_]>, Box<[_]>) = (allow.cloned().collect(), deny.cloned().collect());
        let numbers =
            |choices: &[Arc<Choice>]| choices.iter().map(|choice| choice.number).collect::<Vec<_>>();
        // No choice has the number 0, so it can stand between the two lists.
        let key: Box<[u32]> = [numbers(&allow), vec![0], numbers(&deny)].concat().into();
        let operations = self.catalogue.operations().len();
        let make = || Arc::new(Selection::new(operations, allow, deny));
        Arc::clone(self.selections.entry(key).or_insert_with(make))
    }
}
