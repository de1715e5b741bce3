//! A tree as a text that parses to the same tree.

use std::fmt::{Display, Formatter, Result};

use crate::language::Language;
use crate::literal;
use crate::tree::{Clause, Direction, Function, Node, Predicate, Query, Sort, Term, Value};

impl<L: Language> Display for Query<L> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        if let Some(clause) = &self.clause {
            clause.fmt(f)?;
        }
        let mut before = if self.clause.is_some() { " ORDER BY " } else { "ORDER BY " };
        for sort in &self.order {
            f.write_str(before)?;
            sort.fmt(f)?;
            before = ", ";
        }
        Ok(())
    }
}

impl<L: Language> Display for Clause<L> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match &self.0 {
            // An AND within an OR needs no parentheses; whatever else nests gets them, so that it stays the same tree.
            Node::Or(parts) => joined(f, parts, " OR ", |part| matches!(part, Node::Or(_))),
            Node::And(parts) => joined(f, parts, " AND ", |part| matches!(part, Node::Or(_) | Node::And(_))),
            Node::Not(part) => {
                f.write_str("NOT ")?;
                enclosed(f, part, matches!(part.0, Node::Or(_) | Node::And(_)))
            }
            Node::Term(term) => term.fmt(f),
        }
    }
}

fn joined<L: Language>(
    f: &mut Formatter<'_>,
    parts: &[Clause<L>],
    between: &str,
    encloses: fn(&Node<L>) -> bool,
) -> Result {
    for (at, part) in parts.iter().enumerate() {
        if at > 0 {
            f.write_str(between)?;
        }
        enclosed(f, part, encloses(&part.0))?;
    }
    Ok(())
}

fn enclosed<L: Language>(f: &mut Formatter<'_>, part: &Clause<L>, parentheses: bool) -> Result {
    if !parentheses {
        return part.fmt(f);
    }
    f.write_str("(")?;
    part.fmt(f)?;
    f.write_str(")")
}

impl<L: Language> Display for Term<L> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        self.field.fmt(f)?;
        f.write_str(" ")?;
        f.write_str(self.operator.as_str())?;
        if let Some(operand) = &self.operand {
            f.write_str(" ")?;
            operand.fmt(f)?;
        }
        self.predicates.iter().try_for_each(|predicate| predicate.fmt(f))
    }
}

impl Display for Predicate {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, " {} {}", self.moment.as_str(), self.value)
    }
}

impl Display for Value {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Empty => f.write_str("EMPTY"),
            Self::Text(text) => literal::write(f, text),
            Self::Number(digits) => f.write_str(digits),
            Self::Function(function) => function.fmt(f),
            Self::List(values) => listed(f, values, |f, value| value.fmt(f)),
        }
    }
}

impl Display for Function {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        literal::write(f, &self.name)?;
        listed(f, &self.arguments, |f, argument| literal::write(f, argument))
    }
}

fn listed<T>(f: &mut Formatter<'_>, items: &[T], each: fn(&mut Formatter<'_>, &T) -> Result) -> Result {
    f.write_str("(")?;
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            f.write_str(", ")?;
        }
        each(f, item)?;
    }
    f.write_str(")")
}

impl Display for Sort {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        self.field.fmt(f)?;
        match self.direction {
            None => Ok(()),
            Some(Direction::Ascending) => f.write_str(" ASC"),
            Some(Direction::Descending) => f.write_str(" DESC"),
        }
    }
}
