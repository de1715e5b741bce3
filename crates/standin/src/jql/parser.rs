//! From words to a tree. Depth is bounded, so that no query can exhaust the stack.

use crate::jql::Refused;
use crate::jql::lexer::{Kind, Word};

/// How deep parentheses and NOT may nest.
const DEPTH_MAX: usize = 64;

/// A query: what must hold, and the order of what is found.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Query {
    pub(crate) clause: Option<Clause>,
    pub(crate) order: Vec<Order>,
}

/// What must hold.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Clause {
    And(Vec<Clause>),
    Or(Vec<Clause>),
    Not(Box<Clause>),
    Term { field: String, operator: Operator, operand: Vec<Value> },
}

/// How a field and a value compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Equals,
    Contains,
    In,
    Empty,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    /// The opposite of one of the first four; unlike NOT, it never holds for an empty field (`Empty` aside).
    NotEquals,
    NotContains,
    NotIn,
    NotEmpty,
}

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    Text(String),
    Function(String, Vec<String>),
}

/// One field of the order.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Order {
    pub(crate) field: String,
    pub(crate) descending: bool,
}

/// Reads a whole query.
pub(crate) fn query(words: &[Word]) -> Result<Query, Refused> {
    let mut parser = Parser { words, next: 0, depth: 0 };
    let ordered_only = parser.peek().is_none_or(|kind| kind.is("order"));
    let clause = if ordered_only { None } else { Some(parser.any()?) };
    let order = parser.order()?;
    match parser.peek() {
        None => Ok(Query { clause, order }),
        Some(_) => Err(parser.unexpected("either 'OR' or 'AND'")),
    }
}

struct Parser<'a> {
    words: &'a [Word],
    next: usize,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<&'a Kind> {
        self.words.get(self.next).map(|word| &word.kind)
    }

    fn take(&mut self) -> Option<&'a Kind> {
        let kind = self.peek()?;
        self.next += 1;
        Some(kind)
    }

    fn accept(&mut self, keyword: &str) -> bool {
        let found = self.peek().is_some_and(|kind| kind.is(keyword));
        self.next += usize::from(found);
        found
    }

    fn accept_sign(&mut self, sign: &str) -> bool {
        let found = matches!(self.peek(), Some(Kind::Sign(given)) if *given == sign);
        self.next += usize::from(found);
        found
    }

    fn unexpected(&self, wanted: &str) -> Refused {
        let sentence = match self.words.get(self.next) {
            Some(word) => format!(
                "Error in the JQL Query: Expecting {wanted} but got '{}'. (line 1, character {})",
                word.kind.text(),
                word.at
            ),
            None => format!("Error in the JQL Query: Expecting {wanted} before the end of the query."),
        };
        Refused::one(sentence)
    }

    fn any(&mut self) -> Result<Clause, Refused> {
        let mut clauses = vec![self.all()?];
        while self.accept("or") {
            clauses.push(self.all()?);
        }
        Ok(single(clauses, Clause::Or))
    }

    fn all(&mut self) -> Result<Clause, Refused> {
        let mut clauses = vec![self.one()?];
        while self.accept("and") {
            clauses.push(self.one()?);
        }
        Ok(single(clauses, Clause::And))
    }

    fn one(&mut self) -> Result<Clause, Refused> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(Refused::one("The JQL query is nested too deeply."));
        }
        let clause = if self.accept("not") {
            Clause::Not(Box::new(self.one()?))
        } else if self.accept_sign("(") {
            let inner = self.any()?;
            if !self.accept_sign(")") {
                return Err(self.unexpected("')'"));
            }
            inner
        } else {
            self.term()?
        };
        self.depth -= 1;
        Ok(clause)
    }

    fn term(&mut self) -> Result<Clause, Refused> {
        let field = match self.peek() {
            Some(Kind::Bare(text) | Kind::Quoted(text)) if !self.at_keyword() => text.clone(),
            _ => return Err(self.unexpected("a field name")),
        };
        self.next += 1;
        let operator = self.operator()?;
        let operand = match operator {
            Operator::In | Operator::NotIn => self.list()?,
            Operator::Empty | Operator::NotEmpty => Vec::new(),
            _ => vec![self.value()?],
        };
        // `= empty` is another way of writing `is empty`.
        let empty =
            matches!(operand.as_slice(), [Value::Text(text)] if is_empty_word(text)) && self.was_bare();
        let (operator, operand) = match operator {
            Operator::Equals if empty => (Operator::Empty, Vec::new()),
            Operator::NotEquals if empty => (Operator::NotEmpty, Vec::new()),
            operator => (operator, operand),
        };
        Ok(Clause::Term { field, operator, operand })
    }

    fn was_bare(&self) -> bool {
        let last = self.next.checked_sub(1).and_then(|at| self.words.get(at));
        matches!(last, Some(Word { kind: Kind::Bare(_), .. }))
    }

    fn at_keyword(&self) -> bool {
        self.peek().is_some_and(|kind| {
            ["and", "or", "not", "in", "is", "order", "by"].iter().any(|word| kind.is(word))
        })
    }

    fn operator(&mut self) -> Result<Operator, Refused> {
        let sign = match self.peek() {
            Some(Kind::Sign(sign)) => *sign,
            _ => "",
        };
        let by_sign = match sign {
            "=" => Some(Operator::Equals),
            "!=" => Some(Operator::NotEquals),
            "~" => Some(Operator::Contains),
            "!~" => Some(Operator::NotContains),
            "<" => Some(Operator::Less),
            "<=" => Some(Operator::LessOrEqual),
            ">" => Some(Operator::Greater),
            ">=" => Some(Operator::GreaterOrEqual),
            _ => None,
        };
        if let Some(operator) = by_sign {
            self.next += 1;
            return Ok(operator);
        }
        if self.accept("in") {
            return Ok(Operator::In);
        }
        if self.accept("not") {
            return if self.accept("in") { Ok(Operator::NotIn) } else { Err(self.unexpected("'IN'")) };
        }
        if self.accept("is") {
            let operator = if self.accept("not") { Operator::NotEmpty } else { Operator::Empty };
            return match self.take() {
                Some(Kind::Bare(text)) if is_empty_word(text) => Ok(operator),
                _ => Err(Refused::one("Error in the JQL Query: The operator 'is' only takes EMPTY or NULL.")),
            };
        }
        let wanted = "operator but got something else. The valid operators are '=', '!=', '<', '>', '<=', '>=', '~', '!~', 'IN', 'NOT IN', 'IS' and 'IS NOT'; expecting one of them";
        Err(self.unexpected(wanted))
    }

    fn list(&mut self) -> Result<Vec<Value>, Refused> {
        if !self.accept_sign("(") {
            // A function may stand without parentheses: `sprint in openSprints()`.
            return match self.value()? {
                function @ Value::Function(..) => Ok(vec![function]),
                Value::Text(_) => Err(Refused::one("Error in the JQL Query: Expecting '(' after IN.")),
            };
        }
        let mut values = vec![self.value()?];
        while self.accept_sign(",") {
            values.push(self.value()?);
        }
        if self.accept_sign(")") { Ok(values) } else { Err(self.unexpected("')' or ','")) }
    }

    fn value(&mut self) -> Result<Value, Refused> {
        let text = match self.peek() {
            Some(Kind::Bare(text) | Kind::Quoted(text)) => text.clone(),
            _ => return Err(self.unexpected("either a value, list or function")),
        };
        self.next += 1;
        if !self.accept_sign("(") {
            return Ok(Value::Text(text));
        }
        let mut arguments = Vec::new();
        while !self.accept_sign(")") {
            match self.take() {
                Some(Kind::Bare(text) | Kind::Quoted(text)) => arguments.push(text.clone()),
                Some(Kind::Sign(",")) => {}
                _ => return Err(self.unexpected("')'")),
            }
        }
        Ok(Value::Function(text.to_lowercase(), arguments))
    }

    fn order(&mut self) -> Result<Vec<Order>, Refused> {
        if !self.accept("order") {
            return Ok(Vec::new());
        }
        if !self.accept("by") {
            return Err(self.unexpected("'by'"));
        }
        let mut order = Vec::new();
        loop {
            let field = match self.take() {
                Some(Kind::Bare(text) | Kind::Quoted(text)) => text.clone(),
                _ => return Err(self.unexpected("a field name to order by")),
            };
            let descending = self.accept("desc");
            if !descending {
                self.accept("asc");
            }
            order.push(Order { field, descending });
            if !self.accept_sign(",") {
                return Ok(order);
            }
        }
    }
}

fn is_empty_word(text: &str) -> bool {
    text.eq_ignore_ascii_case("empty") || text.eq_ignore_ascii_case("null")
}

fn single(mut clauses: Vec<Clause>, many: fn(Vec<Clause>) -> Clause) -> Clause {
    match clauses.pop() {
        Some(only) if clauses.is_empty() => only,
        Some(last) => {
            clauses.push(last);
            many(clauses)
        }
        None => many(clauses),
    }
}
