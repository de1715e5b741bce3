//! What a field is compared with: a text, a number, EMPTY, a function, a list.

use super::{Parser, is_number};
use crate::error::Fault;
use crate::language::Language;
use crate::lexer::{Token, reserved};
use crate::reserved::is_reserved;
use crate::tree::{Function, Value};

impl<L: Language> Parser<'_, L> {
    /// EMPTY or NULL.
    pub(super) fn empty(&mut self) -> Result<Value, Fault> {
        if self.accept("empty")? || self.accept("null")? {
            Ok(Value::Empty)
        } else {
            Err(self.unexpected("EMPTY or NULL"))
        }
    }

    /// One value, no list.
    pub(super) fn single(&mut self, may_be_empty: bool) -> Result<Value, Fault> {
        if may_be_empty && (self.at("empty") || self.at("null")) {
            return self.empty();
        }
        match self.now.token {
            Token::Open => Err(self.unexpected("a value or a function; a list goes with IN")),
            Token::Word(word) if is_number(word) => self.number(word),
            Token::Word(word) if is_reserved(word) => Err(reserved::<L>(self.now.start, word)),
            Token::Word(_) | Token::Text(_) => self.text_or_function(),
            _ => Err(self.unexpected("a value or a function")),
        }
    }

    /// A list, or a function that gives several.
    pub(super) fn several(&mut self, depth: usize) -> Result<Value, Fault> {
        let start = self.now.start;
        match self.value(depth)? {
            several @ (Value::List(_) | Value::Function(_)) => Ok(several),
            _ => {
                Err(Fault::new(start, "IN takes a list or a function. Put the value in parentheses: (...)."))
            }
        }
    }

    /// Any value.
    pub(super) fn value(&mut self, depth: usize) -> Result<Value, Fault> {
        if self.now.token != Token::Open {
            return self.single(L::JIRA);
        }
        let depth = self.deeper(depth)?;
        self.take()?;
        let mut values = vec![self.value(depth)?];
        while self.accept_token(&Token::Comma)? {
            values.push(self.value(depth)?);
        }
        if self.accept_token(&Token::Close)? {
            Ok(Value::List(values))
        } else {
            Err(self.unexpected("',' or ')'"))
        }
    }

    fn number(&mut self, digits: &str) -> Result<Value, Fault> {
        if digits.parse::<i64>().is_err() {
            let sentence = "this number has more than 64 bits. If it is a name, put it in quotation marks.";
            return Err(Fault::new(self.now.start, sentence));
        }
        let number = Value::Number(digits.to_owned());
        self.take()?;
        if self.now.token == Token::Open {
            return Err(self.unexpected("no '(' after a number"));
        }
        Ok(number)
    }

    fn text_or_function(&mut self) -> Result<Value, Fault> {
        let start = self.now.start;
        let name = self.text("a value or a function")?;
        if self.now.token != Token::Open {
            return Ok(Value::Text(name));
        }
        if name.trim().is_empty() {
            return Err(Fault::new(
                start,
                "a function's name cannot be blank. Write its name before the '('.",
            ));
        }
        self.take()?;
        let mut arguments = Vec::new();
        if self.accept_token(&Token::Close)? {
            return Ok(Value::Function(Function { name, arguments }));
        }
        loop {
            arguments.push(self.text("an argument: a text or a number")?);
            if self.accept_token(&Token::Close)? {
                return Ok(Value::Function(Function { name, arguments }));
            }
            if !self.accept_token(&Token::Comma)? {
                return Err(self.unexpected("',' or ')'"));
            }
        }
    }
}
