//! What a query names: fields, functions, values.

use crate::field::{Field, fold};
use crate::language::Language;
use crate::tree::{Clause, Function, Node, Query, Term, Value};

impl<L: Language> Query<L> {
    /// Every comparison, in the order of the text.
    pub fn terms(&self) -> impl Iterator<Item = &Term<L>> {
        let mut found = Vec::new();
        if let Some(clause) = &self.clause {
            clause.collect(&mut found);
        }
        found.into_iter()
    }

    /// Every field that is named, in comparisons and then in the order. A field that is named twice comes twice.
    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        self.terms().map(Term::field).chain(self.order.iter().map(|sort| &sort.field))
    }

    /// Every function that is called.
    pub fn functions(&self) -> impl Iterator<Item = &Function> {
        self.terms().flat_map(Term::functions)
    }

    /// Every text and number that a field is compared with, in lists and after FROM and TO too, escapes undone. Other
    /// names of the same field count: `key`, `issue` and `id` when it is `issuekey`. What functions give is not among
    /// them: see [`Self::functions`].
    pub fn values_of<'a>(&'a self, field: &str) -> impl Iterator<Item = &'a str> {
        let names = names_of::<L>(field);
        let named = move |term: &&Term<L>| names.iter().any(|name| term.field.is(name));
        self.terms().filter(named).flat_map(Term::literals)
    }
}

/// All names of a field.
fn names_of<L: Language>(field: &str) -> Vec<String> {
    let folded = fold(field);
    let row = L::FIELDS.iter().find(|(names, _)| names.contains(&folded.as_str()));
    row.map_or_else(|| vec![folded], |(names, _)| names.iter().map(|name| (*name).to_owned()).collect())
}

impl<L: Language> Clause<L> {
    /// The parts that must all hold for the clause to hold, as they are printed: of `a AND (b AND c)` the three, of anything else
    /// the whole.
    #[must_use]
    pub fn conjuncts(&self) -> Vec<String> {
        match &self.0 {
            Node::And(parts) => parts.iter().flat_map(Self::conjuncts).collect(),
            Node::Or(_) | Node::Not(_) | Node::Term(_) => vec![self.to_string()],
        }
    }

    fn collect<'a>(&'a self, found: &mut Vec<&'a Term<L>>) {
        match &self.0 {
            Node::And(parts) | Node::Or(parts) => parts.iter().for_each(|part| part.collect(found)),
            Node::Not(part) => part.collect(found),
            Node::Term(term) => found.push(term),
        }
    }
}

impl<L: Language> Term<L> {
    fn values(&self) -> impl Iterator<Item = &Value> {
        let predicates = self.predicates.iter().map(|predicate| &predicate.value);
        let mut found = Vec::new();
        self.operand.iter().chain(predicates).for_each(|value| value.collect(&mut found));
        found.into_iter()
    }

    /// The functions it calls.
    pub fn functions(&self) -> impl Iterator<Item = &Function> {
        self.values().filter_map(|value| match value {
            Value::Function(function) => Some(function),
            _ => None,
        })
    }

    /// The texts and numbers it names, in lists and predicates too.
    pub fn literals(&self) -> impl Iterator<Item = &str> {
        self.values().filter_map(|value| match value {
            Value::Text(text) | Value::Number(text) => Some(text.as_str()),
            _ => None,
        })
    }
}

impl Value {
    /// This value, or what a list holds.
    fn collect<'a>(&'a self, found: &mut Vec<&'a Self>) {
        match self {
            Self::List(values) => values.iter().for_each(|value| value.collect(found)),
            value => found.push(value),
        }
    }
}
