//! From text to a condition tree. Bounded in length and depth; every refusal is a sentence.

use crate::confluence::cql::{Condition, FIELDS, Operator, Query};

/// The longest query that is read, in bytes.
const LENGTH_MAX: usize = 8_192;

/// How deep parentheses and `not` may nest.
const DEPTH_MAX: usize = 32;

/// Reads a query.
///
/// # Errors
/// A sentence that says what was not understood.
pub(crate) fn parse(text: &str) -> Result<Query, String> {
    if text.len() > LENGTH_MAX {
        return Err(format!("Could not parse cql: longer than {LENGTH_MAX} bytes"));
    }
    let tokens = tokens(text)?;
    let mut parser = Parser { tokens: &tokens, at: 0 };
    let starts_with_order = parser.word_is("order");
    let condition = if tokens.is_empty() || starts_with_order { None } else { Some(parser.any(0)?) };
    let order = parser.order()?;
    match parser.peek() {
        None => Ok(Query { condition, order }),
        Some(token) => Err(format!("Could not parse cql: unexpected '{}'", token.text())),
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Word(String),
    Quoted(String),
    Sign(&'static str),
}

impl Token {
    fn text(&self) -> &str {
        match self {
            Self::Word(text) | Self::Quoted(text) => text,
            Self::Sign(sign) => sign,
        }
    }
}

const SIGNS: [&str; 11] = ["!=", "!~", ">=", "<=", "=", "~", ">", "<", "(", ")", ","];

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        if first == '"' || first == '\'' {
            let (quoted, after) = quoted(rest, first)?;
            found.push(Token::Quoted(quoted));
            rest = after.trim_start();
            continue;
        }
        let sign = SIGNS.into_iter().find_map(|sign| Some((sign, rest.strip_prefix(sign)?)));
        if let Some((sign, after)) = sign {
            found.push(Token::Sign(sign));
            rest = after.trim_start();
            continue;
        }
        let end = rest.find(|letter: char| letter.is_whitespace() || "=!~<>(),\"'".contains(letter));
        let (word, after) = rest.split_at(end.unwrap_or(rest.len()));
        if word.is_empty() {
            return Err(format!("Could not parse cql: unexpected '{first}'"));
        }
        // A function is one word: `currentUser()`.
        if let Some(after) = after.strip_prefix("()") {
            found.push(Token::Word(format!("{}()", word.to_lowercase())));
            rest = after.trim_start();
        } else {
            found.push(Token::Word(word.to_owned()));
            rest = after.trim_start();
        }
    }
    Ok(found)
}

fn quoted(text: &str, mark: char) -> Result<(String, &str), String> {
    let mut value = String::new();
    let mut letters = text.char_indices().skip(1);
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\\' => value.extend(letters.next().map(|(_, letter)| letter)),
            letter if letter == mark => return Ok((value, text.get(at + 1..).unwrap_or_default())),
            letter => value.push(letter),
        }
    }
    Err("Could not parse cql: a quotation is not closed".to_owned())
}

struct Parser<'a> {
    tokens: &'a [Token],
    at: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn next(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token
    }

    fn word_is(&self, word: &str) -> bool {
        matches!(self.peek(), Some(Token::Word(found)) if found.eq_ignore_ascii_case(word))
    }

    fn take_word(&mut self, word: &str) -> bool {
        let found = self.word_is(word);
        self.at += usize::from(found);
        found
    }

    fn take_sign(&mut self, sign: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Sign(found)) if *found == sign);
        self.at += usize::from(found);
        found
    }

    fn any(&mut self, depth: usize) -> Result<Condition, String> {
        let mut parts = vec![self.all(depth)?];
        while self.take_word("or") {
            parts.push(self.all(depth)?);
        }
        Ok(single(parts, Condition::Any))
    }

    fn all(&mut self, depth: usize) -> Result<Condition, String> {
        let mut parts = vec![self.one(depth)?];
        while self.take_word("and") {
            parts.push(self.one(depth)?);
        }
        Ok(single(parts, Condition::All))
    }

    fn one(&mut self, depth: usize) -> Result<Condition, String> {
        if depth > DEPTH_MAX {
            return Err("Could not parse cql: nested too deeply".to_owned());
        }
        if self.take_word("not") {
            return Ok(Condition::Not(Box::new(self.one(depth + 1)?)));
        }
        if self.take_sign("(") {
            let inner = self.any(depth + 1)?;
            return if self.take_sign(")") {
                Ok(inner)
            } else {
                Err("Could not parse cql: missing ')'".to_owned())
            };
        }
        self.clause()
    }

    fn clause(&mut self) -> Result<Condition, String> {
        let field = match self.next() {
            Some(Token::Word(field)) => field.to_lowercase(),
            Some(token) => return Err(format!("Could not parse cql: unexpected '{}'", token.text())),
            None => return Err("Could not parse cql: a condition is missing at the end".to_owned()),
        };
        if !FIELDS.contains(&field.as_str()) {
            return Err(format!("Could not parse cql: no field exists with name '{field}'"));
        }
        let negated = self.take_word("not");
        if self.take_word("in") {
            let is_one = Condition::Is(field, Operator::OneOf, self.list()?);
            return Ok(if negated { Condition::Not(Box::new(is_one)) } else { is_one });
        }
        let (operator, negated) = match self.next() {
            Some(Token::Sign("=")) => (Operator::OneOf, false),
            Some(Token::Sign("!=")) => (Operator::OneOf, true),
            Some(Token::Sign("~")) => (Operator::Like, false),
            Some(Token::Sign("!~")) => (Operator::Like, true),
            Some(Token::Sign("<")) => (Operator::Less, false),
            Some(Token::Sign("<=")) => (Operator::LessOrEqual, false),
            Some(Token::Sign(">")) => (Operator::More, false),
            Some(Token::Sign(">=")) => (Operator::MoreOrEqual, false),
            _ => return Err(format!("Could not parse cql: an operator is missing after '{field}'")),
        };
        let is = Condition::Is(field, operator, vec![self.value()?]);
        Ok(if negated { Condition::Not(Box::new(is)) } else { is })
    }

    fn list(&mut self) -> Result<Vec<String>, String> {
        if !self.take_sign("(") {
            return Err("Could not parse cql: 'in' needs a list".to_owned());
        }
        let mut values = vec![self.value()?];
        while self.take_sign(",") {
            values.push(self.value()?);
        }
        if self.take_sign(")") {
            Ok(values)
        } else {
            Err("Could not parse cql: a list is not closed".to_owned())
        }
    }

    fn value(&mut self) -> Result<String, String> {
        match self.next() {
            Some(Token::Word(text) | Token::Quoted(text)) => Ok(text),
            _ => Err("Could not parse cql: a value is missing".to_owned()),
        }
    }

    fn order(&mut self) -> Result<Vec<(String, bool)>, String> {
        let mut order = Vec::new();
        if !self.take_word("order") {
            return Ok(order);
        }
        if !self.take_word("by") {
            return Err("Could not parse cql: 'order' needs 'by'".to_owned());
        }
        loop {
            let field = self.value()?.to_lowercase();
            let down = self.take_word("desc");
            if !down {
                self.take_word("asc");
            }
            order.push((field, down));
            if !self.take_sign(",") {
                return Ok(order);
            }
        }
    }
}

fn single(mut parts: Vec<Condition>, many: fn(Vec<Condition>) -> Condition) -> Condition {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            many(parts)
        }
        None => many(parts),
    }
}
