//! From a text to a tree. Depth is counted, so that no query can exhaust the stack: here, when it is printed, or when it
//! is dropped.

use std::marker::PhantomData;

use crate::error::{Fault, ParseError, Span};
use crate::language::Language;
use crate::lexer::{Lexed, Lexer, Token, reserved, shortened};
use crate::reserved::is_reserved;
use crate::tree::{Clause, Direction, Node, Query, Sort};

mod field;
mod term;
mod value;

/// The longest text that is read, in bytes.
pub const TEXT_MAX: usize = 32 * 1024;

/// How deep parentheses, NOT and lists may nest. A chain `a AND b AND c` is one level, however long.
pub const DEPTH_MAX: usize = 64;

impl<L: Language> Query<L> {
    /// Reads a query. An empty text is a query that everything passes.
    ///
    /// # Errors
    /// With the place, when it is not understood, is longer than [`TEXT_MAX`] bytes or nested deeper than [`DEPTH_MAX`].
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        parse(text, TEXT_MAX, DEPTH_MAX)
    }

    /// Reads a query that this crate printed. A constraint makes a query longer and deeper than what may come in.
    ///
    /// # Errors
    /// The same, with eight times the length and twice the depth.
    pub fn parse_printed(text: &str) -> Result<Self, ParseError> {
        parse(text, 8 * TEXT_MAX, 2 * DEPTH_MAX + 2)
    }
}

impl<L: Language> Clause<L> {
    /// Reads a constraint that somebody wrote down: a query that is not empty and has no ORDER BY.
    ///
    /// # Errors
    /// As [`Query::parse`], and when there is an order or nothing at all.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let query = Query::<L>::parse(text)?;
        let fault = match (query.clause, query.order.first()) {
            (Some(clause), None) => return Ok(clause),
            (_, Some(sort)) => {
                Fault::new(sort.span.start, "a constraint has no order. Leave ORDER BY and what follows out.")
            }
            (None, None) => Fault::new(0, "a constraint cannot be empty. Write what must hold."),
        };
        Err(ParseError::new(text, fault))
    }
}

fn parse<L: Language>(text: &str, length: usize, depth: usize) -> Result<Query<L>, ParseError> {
    if text.len() > length {
        let at = text.floor_char_boundary(length);
        let sentence =
            format!("the query is longer than {length} bytes. Make it shorter, or ask in several parts.");
        return Err(ParseError::new(text, Fault::new(at, sentence)));
    }
    Parser::<L>::start(text, depth).and_then(Parser::query).map_err(|fault| ParseError::new(text, fault))
}

pub(crate) struct Parser<'a, L> {
    lexer: Lexer<'a>,
    /// The word that is looked at.
    now: Lexed<'a>,
    /// Where the word before it ended.
    past: usize,
    depth_max: usize,
    of: PhantomData<L>,
}

impl<'a, L: Language> Parser<'a, L> {
    fn start(text: &'a str, depth_max: usize) -> Result<Self, Fault> {
        let mut lexer = Lexer::new(text);
        let now = lexer.next::<L>()?;
        Ok(Self { lexer, now, past: 0, depth_max, of: PhantomData })
    }

    fn query(mut self) -> Result<Query<L>, Fault> {
        let ordered_only = self.now.token == Token::End || self.at("order");
        let clause = if ordered_only { None } else { Some(self.any(0)?) };
        let order = self.order()?;
        match self.now.token {
            Token::End => Ok(Query { clause, order }),
            _ if order.is_empty() => Err(self.unexpected("AND, OR, ORDER BY or the end")),
            _ => Err(self.unexpected("ASC, DESC, a comma or the end")),
        }
    }

    /// Goes on to the next word and gives the one before.
    fn take(&mut self) -> Result<Lexed<'a>, Fault> {
        let next = self.lexer.next::<L>()?;
        self.past = self.now.end;
        Ok(std::mem::replace(&mut self.now, next))
    }

    /// Whether this keyword, in any case, is looked at.
    fn at(&self, keyword: &str) -> bool {
        matches!(self.now.token, Token::Word(word) if word.eq_ignore_ascii_case(keyword))
    }

    fn accept(&mut self, keyword: &str) -> Result<bool, Fault> {
        let found = self.at(keyword);
        if found {
            self.take()?;
        }
        Ok(found)
    }

    fn accept_token(&mut self, token: &Token<'_>) -> Result<bool, Fault> {
        let found = self.now.token == *token;
        if found {
            self.take()?;
        }
        Ok(found)
    }

    /// Something else is looked at than what must come here.
    fn unexpected(&self, wanted: &str) -> Fault {
        let found = match &self.now.token {
            Token::Word(word) if is_reserved(word) => format!("the keyword '{}'", shortened(word)),
            Token::Word(word) => format!("'{}'", shortened(word)),
            Token::Text(text) => format!("the text \"{}\"", shortened(text)),
            Token::Sign(operator) => format!("'{}'", operator.as_str()),
            Token::Open => "'('".to_owned(),
            Token::Close => "')'".to_owned(),
            Token::Comma => "','".to_owned(),
            Token::OpenBracket => "'['".to_owned(),
            Token::CloseBracket => "']'".to_owned(),
            Token::And => "'&'".to_owned(),
            Token::Or => "'|'".to_owned(),
            Token::Bang => "'!'".to_owned(),
            Token::End => "the end of the query".to_owned(),
        };
        Fault::new(self.now.start, format!("expected {wanted}, found {found}."))
    }

    fn deeper(&self, depth: usize) -> Result<usize, Fault> {
        if depth < self.depth_max {
            return Ok(depth + 1);
        }
        let sentence = format!(
            "the query is nested deeper than {} levels. Take parentheses away that change nothing, or ask in several parts.",
            self.depth_max
        );
        Err(Fault::new(self.now.start, sentence))
    }

    fn any(&mut self, depth: usize) -> Result<Clause<L>, Fault> {
        let first = self.all(depth)?;
        let mut more = Vec::new();
        while self.accept("or")? || self.accept_token(&Token::Or)? {
            more.push(self.all(depth)?);
        }
        Ok(chain(first, more, Node::Or))
    }

    fn all(&mut self, depth: usize) -> Result<Clause<L>, Fault> {
        let first = self.one(depth)?;
        let mut more = Vec::new();
        while self.accept("and")? || self.accept_token(&Token::And)? {
            more.push(self.one(depth)?);
        }
        Ok(chain(first, more, Node::And))
    }

    fn one(&mut self, depth: usize) -> Result<Clause<L>, Fault> {
        let mut inner = depth;
        while self.at("not") || self.now.token == Token::Bang {
            inner = self.deeper(inner)?;
            self.take()?;
        }
        let nots = inner - depth;
        let mut clause = if self.now.token == Token::Open {
            inner = self.deeper(inner)?;
            self.take()?;
            let clause = self.any(inner)?;
            if !self.accept_token(&Token::Close)? {
                return Err(self.unexpected("AND, OR or ')'"));
            }
            clause
        } else {
            Clause(Node::Term(self.term(inner)?))
        };
        for _ in 0..nots {
            clause = clause.not();
        }
        Ok(clause)
    }

    fn order(&mut self) -> Result<Vec<Sort>, Fault> {
        let mut order = Vec::new();
        if !self.accept("order")? {
            return Ok(order);
        }
        if !self.accept("by")? {
            return Err(self.unexpected("BY after ORDER"));
        }
        loop {
            let start = self.now.start;
            let field = self.field("a field to order by")?;
            let direction = if self.accept("asc")? {
                Some(Direction::Ascending)
            } else if self.accept("desc")? {
                Some(Direction::Descending)
            } else {
                None
            };
            order.push(Sort { field, direction, span: Span { start, end: self.past } });
            if !self.accept_token(&Token::Comma)? {
                return Ok(order);
            }
        }
    }

    /// A text in quotation marks, or a word that is not reserved.
    fn text(&mut self, wanted: &str) -> Result<String, Fault> {
        match &self.now.token {
            Token::Word(word) if is_reserved(word) => Err(reserved::<L>(self.now.start, word)),
            Token::Word(word) => {
                let word = (*word).to_owned();
                self.take()?;
                Ok(word)
            }
            Token::Text(_) => match self.take()?.token {
                Token::Text(text) => Ok(text.into_owned()),
                _ => Err(self.unexpected(wanted)),
            },
            _ => Err(self.unexpected(wanted)),
        }
    }
}

fn chain<L: Language>(
    first: Clause<L>,
    mut more: Vec<Clause<L>>,
    node: fn(Vec<Clause<L>>) -> Node<L>,
) -> Clause<L> {
    if more.is_empty() {
        return first;
    }
    more.insert(0, first);
    Clause(node(more))
}

/// Digits, with a minus perhaps.
fn is_number(word: &str) -> bool {
    let digits = word.strip_prefix('-').unwrap_or(word);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests;
