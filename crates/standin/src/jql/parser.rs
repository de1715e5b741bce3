//! From words to a tree. Depth is bounded, so that no query can exhaust the stack.

use crate::jql::Refused;
use crate::jql::lexer::{Kind, Word, reserved};

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
    Term {
        field: String,
        operator: Operator,
        operand: Vec<Value>,
    },
    /// What was or has changed.
    Past {
        field: String,
        past: Past,
        operand: Vec<Value>,
        when: Vec<(When, Vec<Value>)>,
    },
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

/// How a field's past is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Past {
    Was,
    WasNot,
    Changed,
}

/// What narrows a question about the past.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    After,
    Before,
    On,
    During,
    By,
    From,
    To,
}

const WHEN: [(&str, When); 7] = [
    ("after", When::After),
    ("before", When::Before),
    ("on", When::On),
    ("during", When::During),
    ("by", When::By),
    ("from", When::From),
    ("to", When::To),
];

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    Empty,
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
        let clause = if self.accept("not") || self.accept_sign("!") {
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
        let field = self.field()?;
        if self.accept("changed") {
            return Ok(Clause::Past {
                field,
                past: Past::Changed,
                operand: Vec::new(),
                when: self.when(true)?,
            });
        }
        if self.accept("was") {
            let past = if self.accept("not") { Past::WasNot } else { Past::Was };
            let operand = if self.accept("in") { self.list()? } else { vec![self.value()?] };
            return Ok(Clause::Past { field, past, operand, when: self.when(false)? });
        }
        let operator = self.operator()?;
        let operand = match operator {
            Operator::In | Operator::NotIn => self.list()?,
            Operator::Empty | Operator::NotEmpty => Vec::new(),
            _ => vec![self.value()?],
        };
        // `= empty` is another way of writing `is empty`.
        let empty = operand == [Value::Empty];
        let (operator, operand) = match operator {
            Operator::Equals if empty => (Operator::Empty, Vec::new()),
            Operator::NotEquals if empty => (Operator::NotEmpty, Vec::new()),
            Operator::Less | Operator::LessOrEqual | Operator::Greater | Operator::GreaterOrEqual
                if empty =>
            {
                self.next -= 1;
                return Err(self.unexpected("a value or function"));
            }
            operator => (operator, operand),
        };
        Ok(Clause::Term { field, operator, operand })
    }

    fn when(&mut self, changed: bool) -> Result<Vec<(When, Vec<Value>)>, Refused> {
        let mut found = Vec::new();
        while let Some((_, when)) =
            WHEN.iter().find(|(word, _)| self.peek().is_some_and(|kind| kind.is(word)))
        {
            if matches!(when, When::From | When::To) && !changed {
                return Err(self.unexpected("'AND' or 'OR'"));
            }
            self.next += 1;
            let listed = matches!(self.peek(), Some(Kind::Sign("(")));
            found.push((*when, if listed { self.list()? } else { vec![self.value()?] }));
        }
        Ok(found)
    }

    /// A name, `cf[10010]`, or either with an entity property: `name[key].path`.
    fn field(&mut self) -> Result<String, Refused> {
        if self.peek().is_some_and(|kind| kind.is("cf")) {
            self.next += 1;
            let number = match (self.accept_sign("["), self.take()) {
                (true, Some(Kind::Bare(digits))) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                    digits.parse::<i64>().ok()
                }
                _ => None,
            };
            return match (number, self.accept_sign("]")) {
                (Some(number), true) => self.property(format!("cf[{number}]")),
                _ => Err(self.unexpected("a custom field id")),
            };
        }
        if matches!(self.peek(), Some(Kind::Bare(text)) if number(text)) {
            return Err(self.unexpected("a field name"));
        }
        let name = self.word("a field name")?;
        if name.trim().is_empty() {
            return Err(Refused::one("Error in the JQL Query: The field name is blank."));
        }
        self.property(name)
    }

    fn property(&mut self, name: String) -> Result<String, Refused> {
        if !self.accept_sign("[") {
            return Ok(name);
        }
        let key = self.word("a property")?;
        if !self.accept_sign("]") {
            return Err(self.unexpected("']'"));
        }
        let path = self
            .peek()
            .map(Kind::text)
            .filter(|text| text.len() > 1 && text.starts_with('.') && !text.starts_with(".."));
        let path = path.map(str::to_owned).unwrap_or_default();
        self.next += usize::from(!path.is_empty());
        Ok(format!("{name}[{key}]{path}"))
    }

    /// A word that is no sign and not reserved.
    fn word(&mut self, wanted: &str) -> Result<String, Refused> {
        match self.words.get(self.next) {
            Some(word) if word.kind.is_reserved() => Err(reserved(word.kind.text(), word.at)),
            Some(Word { kind: Kind::Bare(text) | Kind::Quoted(text), .. }) => {
                self.next += 1;
                Ok(text.clone())
            }
            _ => Err(self.unexpected(wanted)),
        }
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
        let wanted = "operator but got something else. The valid operators are '=', '!=', '<', '>', '<=', '>=', '~', '!~', 'IN', 'NOT IN', 'IS', 'IS NOT', 'WAS', 'WAS IN', 'WAS NOT', 'WAS NOT IN' and 'CHANGED'; expecting one of them";
        Err(self.unexpected(wanted))
    }

    fn list(&mut self) -> Result<Vec<Value>, Refused> {
        if !self.accept_sign("(") {
            // A function may stand without parentheses: `sprint in openSprints()`.
            return match self.value()? {
                function @ Value::Function(..) => Ok(vec![function]),
                _ => Err(Refused::one("Error in the JQL Query: Expecting '(' after IN.")),
            };
        }
        let mut values = self.item()?;
        while self.accept_sign(",") {
            values.extend(self.item()?);
        }
        if self.accept_sign(")") { Ok(values) } else { Err(self.unexpected("')' or ','")) }
    }

    /// A value of a list, or a list within it, which adds its values.
    fn item(&mut self) -> Result<Vec<Value>, Refused> {
        if !matches!(self.peek(), Some(Kind::Sign("("))) {
            return Ok(vec![self.value()?]);
        }
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(Refused::one("The JQL query is nested too deeply."));
        }
        let values = self.list()?;
        self.depth -= 1;
        Ok(values)
    }

    fn value(&mut self) -> Result<Value, Refused> {
        if matches!(self.peek(), Some(Kind::Bare(text)) if is_empty_word(text)) {
            self.next += 1;
            return Ok(Value::Empty);
        }
        let long =
            matches!(self.peek(), Some(Kind::Bare(text)) if number(text) && text.parse::<i64>().is_err());
        let bare_number = matches!(self.peek(), Some(Kind::Bare(text)) if number(text));
        if long {
            return Err(self.unexpected("a number of at most 64 bits"));
        }
        let text = self.word("either a value, list or function")?;
        if bare_number || !self.accept_sign("(") {
            return Ok(Value::Text(text));
        }
        if text.trim().is_empty() {
            return Err(Refused::one("Error in the JQL Query: The function name is blank."));
        }
        let mut arguments = Vec::new();
        if !self.accept_sign(")") {
            arguments.push(self.word("a function argument")?);
            while self.accept_sign(",") {
                arguments.push(self.word("a function argument")?);
            }
            if !self.accept_sign(")") {
                return Err(self.unexpected("')' or ','"));
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
            let field = self.field()?;
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

/// Digits, with a minus perhaps.
fn number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
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
