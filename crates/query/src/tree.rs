//! The tree of a query.
//!
//! Nodes can be looked at, not taken apart and put together at will: an empty AND, which would print as nothing, cannot
//! be made.

use std::marker::PhantomData;

use crate::error::Span;
use crate::field::Field;
use crate::language::Language;
use crate::operator::{Moment, Operator};

/// A whole query: what must hold, and the order of what is found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query<L: Language> {
    pub(crate) clause: Option<Clause<L>>,
    pub(crate) order: Vec<Sort>,
}

impl<L: Language> Query<L> {
    /// What must hold; `None` when the query is empty or only an order.
    #[must_use]
    pub const fn clause(&self) -> Option<&Clause<L>> {
        self.clause.as_ref()
    }

    /// The order.
    #[must_use]
    pub fn order(&self) -> &[Sort] {
        &self.order
    }

    /// The constraint and the query side by side under one AND, in the query's order. Of an empty query the constraint
    /// alone.
    ///
    /// The result may be printed with at most one level more than the deeper of the two.
    #[must_use]
    pub fn constrain(self, constraint: &Clause<L>) -> Self {
        let constraint = constraint.clone();
        let clause = match self.clause {
            None => constraint,
            Some(own) => Clause(Node::And(vec![constraint, own])),
        };
        Self { clause: Some(clause), order: self.order }
    }
}

/// Something that holds for an issue or a page, or does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause<L: Language>(pub(crate) Node<L>);

/// AND and OR have at least two parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Node<L: Language> {
    And(Vec<Clause<L>>),
    Or(Vec<Clause<L>>),
    Not(Box<Clause<L>>),
    Term(Term<L>),
}

impl<L: Language> Clause<L> {
    /// The field has one of these values. A value that is all digits is an id. Without any value nothing holds: the clause
    /// contradicts itself.
    #[must_use]
    pub fn field_in<V: Into<String>>(field: &str, values: impl IntoIterator<Item = V>) -> Self {
        let values: Vec<Value> = values.into_iter().map(|value| Value::of(value.into())).collect();
        if values.is_empty() {
            return L::nothing();
        }
        Self::term(field, Operator::In, Some(Value::List(values)))
    }

    /// The field equals this value. A value that is all digits is an id.
    #[must_use]
    pub fn field_is(field: &str, value: impl Into<String>) -> Self {
        Self::term(field, Operator::Equals, Some(Value::of(value.into())))
    }

    pub(crate) fn term(field: &str, operator: Operator, operand: Option<Value>) -> Self {
        let field = Field::new(field.to_owned(), None);
        let term =
            Term { field, operator, operand, predicates: Vec::new(), span: Span::default(), of: PhantomData };
        Self(Node::Term(term))
    }

    /// Both hold.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(Node::And(vec![self, other]))
    }

    /// One of them holds.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self(Node::Or(vec![self, other]))
    }

    /// It does not hold. (In JQL a field that is empty makes neither `= x` nor `!= x` hold, but does make `NOT ... = x`.)
    #[allow(
        clippy::should_implement_trait,
        reason = "it stands beside `and` and `or`, which are no operators"
    )]
    #[must_use]
    pub fn not(self) -> Self {
        Self(Node::Not(Box::new(self)))
    }
}

/// A field compared with a value.
#[derive(Debug, Clone)]
pub struct Term<L: Language> {
    pub(crate) field: Field,
    pub(crate) operator: Operator,
    pub(crate) operand: Option<Value>,
    pub(crate) predicates: Vec<Predicate>,
    pub(crate) span: Span,
    pub(crate) of: PhantomData<L>,
}

/// Where a term stood is no part of what it says.
impl<L: Language> PartialEq for Term<L> {
    fn eq(&self, other: &Self) -> bool {
        self.field == other.field
            && self.operator == other.operator
            && self.operand == other.operand
            && self.predicates == other.predicates
    }
}

impl<L: Language> Eq for Term<L> {}

impl<L: Language> Term<L> {
    /// The field.
    #[must_use]
    pub const fn field(&self) -> &Field {
        &self.field
    }

    /// The operator.
    #[must_use]
    pub const fn operator(&self) -> Operator {
        self.operator
    }

    /// What the field is compared with; `None` for `CHANGED` alone.
    #[must_use]
    pub const fn operand(&self) -> Option<&Value> {
        self.operand.as_ref()
    }

    /// Predicates of a history operator.
    #[must_use]
    pub fn predicates(&self) -> &[Predicate] {
        &self.predicates
    }

    /// Where it stands.
    #[must_use]
    pub const fn span(&self) -> Span {
        self.span
    }
}

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// `EMPTY` or `NULL`, without quotation marks.
    Empty,
    /// A text, escapes undone: a name, a key, a date, a span such as `-1w`.
    Text(String),
    /// Digits, with a minus perhaps, as written and within 64 bits: an id or a number.
    Number(String),
    /// A function.
    Function(Function),
    /// A list.
    List(Vec<Value>),
}

impl Value {
    fn of(text: String) -> Self {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if digits && text.parse::<i64>().is_ok() { Self::Number(text) } else { Self::Text(text) }
    }
}

/// A function with its arguments, which are texts: `endOfDay(-1)` and `endOfDay("-1")` are the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// The name as written.
    pub name: String,
    /// The arguments, escapes undone.
    pub arguments: Vec<String>,
}

/// When, by whom, from or to what something was or changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Predicate {
    /// Which.
    pub moment: Moment,
    /// Its value.
    pub value: Value,
}

/// One field of the order.
#[derive(Debug, Clone)]
pub struct Sort {
    /// The field.
    pub field: Field,
    /// Upwards or downwards; `None` leaves it to the field.
    pub direction: Option<Direction>,
    /// Where it stands.
    pub span: Span,
}

/// Where it stood is no part of what it says.
impl PartialEq for Sort {
    fn eq(&self, other: &Self) -> bool {
        self.field == other.field && self.direction == other.direction
    }
}

impl Eq for Sort {}

/// Which way an order runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// `ASC`
    Ascending,
    /// `DESC`
    Descending,
}
