//! Names of fields: `summary`, `"Story Points[Number]"`, `cf[10010]`, `issue.property[key].path`.

use super::{Parser, is_number};
use crate::error::Fault;
use crate::field::{Field, Property};
use crate::language::Language;
use crate::lexer::Token;

impl<L: Language> Parser<'_, L> {
    pub(super) fn field(&mut self, wanted: &str) -> Result<Field, Fault> {
        let start = self.now.start;
        let name = match self.now.token {
            Token::Word(word) if word.eq_ignore_ascii_case("cf") => self.custom()?,
            Token::Word(word) if is_number(word) => {
                let sentence =
                    format!("expected {wanted}, found a number. A custom field is written cf[{word}].");
                return Err(Fault::new(start, sentence));
            }
            _ => self.text(wanted)?,
        };
        if name.trim().is_empty() {
            return Err(Fault::new(
                start,
                "a field's name cannot be blank. Write a name between the quotation marks.",
            ));
        }
        let property = if self.now.token == Token::OpenBracket { Some(self.property()?) } else { None };
        Ok(Field::new(name, property))
    }

    fn custom(&mut self) -> Result<String, Fault> {
        self.take()?;
        if !self.accept_token(&Token::OpenBracket)? {
            return Err(self.unexpected("'[' and a custom field's number after cf, as in cf[10010]"));
        }
        let number = match self.now.token {
            Token::Word(word) if word.bytes().all(|byte| byte.is_ascii_digit()) => word.parse::<i64>().ok(),
            _ => None,
        };
        let Some(number) = number else {
            return Err(self.unexpected("a custom field's number, as in cf[10010]"));
        };
        self.take()?;
        if !self.accept_token(&Token::CloseBracket)? {
            return Err(self.unexpected("']'"));
        }
        Ok(format!("cf[{number}]"))
    }

    fn property(&mut self) -> Result<Property, Fault> {
        self.take()?;
        let key = self.text("a property's key")?;
        if !self.accept_token(&Token::CloseBracket)? {
            return Err(self.unexpected("']'"));
        }
        let dotted = |text: &str| {
            text.strip_prefix('.').is_some_and(|path| !path.is_empty() && !path.starts_with('.'))
        };
        let path = match &self.now.token {
            Token::Word(word) if dotted(word) => Some(self.text("a path")?),
            Token::Text(text) if dotted(text) => Some(self.text("a path")?),
            _ => None,
        };
        Ok(Property { key, path: path.and_then(|path| path.strip_prefix('.').map(str::to_owned)) })
    }
}
