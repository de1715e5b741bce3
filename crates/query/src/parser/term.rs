//! A field, an operator, what it is compared with, and when.

use std::marker::PhantomData;

use super::Parser;
use crate::error::{Fault, Span};
use crate::language::Language;
use crate::lexer::Token;
use crate::operator::{Moment, Operator};
use crate::tree::{Predicate, Term, Value};

impl<L: Language> Parser<'_, L> {
    pub(super) fn term(&mut self, depth: usize) -> Result<Term<L>, Fault> {
        let start = self.now.start;
        let field = self.field("a field")?;
        let operator = self.operator()?;
        let operand = match operator {
            Operator::Changed => None,
            Operator::In | Operator::NotIn | Operator::WasIn | Operator::WasNotIn => {
                Some(self.several(depth)?)
            }
            Operator::Is | Operator::IsNot => Some(self.empty()?),
            Operator::Less | Operator::LessOrEqual | Operator::Greater | Operator::GreaterOrEqual => {
                Some(self.single(false)?)
            }
            _ => Some(self.single(L::JIRA)?),
        };
        let predicates = if operator.is_history() { self.predicates(operator, depth)? } else { Vec::new() };
        let span = Span { start, end: self.past };
        Ok(Term { field, operator, operand, predicates, span, of: PhantomData })
    }

    fn operator(&mut self) -> Result<Operator, Fault> {
        if let Token::Sign(sign) = self.now.token {
            self.take()?;
            return Ok(sign);
        }
        if self.accept("in")? {
            return Ok(Operator::In);
        }
        if self.accept("not")? {
            return if self.accept("in")? {
                Ok(Operator::NotIn)
            } else {
                Err(self.unexpected("IN after NOT"))
            };
        }
        if !L::JIRA {
            return Err(self.unexpected("an operator such as =, !=, ~, >= or IN"));
        }
        if self.accept("is")? {
            return Ok(if self.accept("not")? { Operator::IsNot } else { Operator::Is });
        }
        if self.accept("changed")? {
            return Ok(Operator::Changed);
        }
        if !self.accept("was")? {
            return Err(self.unexpected("an operator such as =, !=, ~, >=, IN, IS, WAS or CHANGED"));
        }
        let not = self.accept("not")?;
        Ok(match (not, self.accept("in")?) {
            (false, false) => Operator::Was,
            (true, false) => Operator::WasNot,
            (false, true) => Operator::WasIn,
            (true, true) => Operator::WasNotIn,
        })
    }

    fn predicates(&mut self, operator: Operator, depth: usize) -> Result<Vec<Predicate>, Fault> {
        let mut predicates = Vec::new();
        while let Some(moment) = Moment::ALL.into_iter().find(|moment| self.at(moment.as_str())) {
            if matches!(moment, Moment::From | Moment::To) && operator != Operator::Changed {
                let sentence = format!(
                    "{} goes with CHANGED only. After {} write AFTER, BEFORE, ON, DURING or BY.",
                    moment.as_str(),
                    operator.as_str()
                );
                return Err(Fault::new(self.now.start, sentence));
            }
            self.take()?;
            let value: Value = self.value(depth)?;
            predicates.push(Predicate { moment, value });
        }
        Ok(predicates)
    }
}
