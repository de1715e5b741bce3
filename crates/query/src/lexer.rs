//! Words of a query, one at a time.
//!
//! Source: the lexers of Jira's own grammars (`Jql.g` of Data Center, `JQLLexer.g4` of the Cloud editor), which agree.

use std::borrow::Cow;

use crate::error::Fault;
use crate::language::Language;
use crate::literal::is_control;
use crate::operator::Operator;
use crate::reserved::is_reserved;

mod quoted;

/// What a word is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Token<'a> {
    /// Without quotation marks and escapes: a keyword, a number, a name.
    Word(&'a str),
    /// In quotation marks, or with an escape: never a keyword, never a number. Escapes are undone.
    Text(Cow<'a, str>),
    /// A sign that compares.
    Sign(Operator),
    Open,
    Close,
    Comma,
    OpenBracket,
    CloseBracket,
    /// `&`, `&&`
    And,
    /// `|`, `||`
    Or,
    /// `!`
    Bang,
    End,
}

/// A word and where it stands, in bytes.
#[derive(Debug, Clone)]
pub(crate) struct Lexed<'a> {
    pub(crate) token: Token<'a>,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// Reads words.
pub(crate) struct Lexer<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Lexer<'a> {
    pub(crate) const fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// The next word.
    pub(crate) fn next<L: Language>(&mut self) -> Result<Lexed<'a>, Fault> {
        let rest = self.rest();
        let trimmed = rest.trim_start_matches([' ', '\t', '\r', '\n']);
        let start = self.at + (rest.len() - trimmed.len());
        self.at = start;
        let (token, length) = match trimmed.chars().next() {
            None => (Token::End, 0),
            Some(mark @ ('"' | '\'')) => {
                let (text, length) = quoted::quoted(trimmed, start, mark)?;
                (Token::Text(text), length)
            }
            Some(first) => match sign::<L>(trimmed, first) {
                Some(found) => found,
                None => word::<L>(trimmed, start)?,
            },
        };
        self.at = start + length;
        Ok(Lexed { token, start, end: self.at })
    }
}

fn sign<L: Language>(rest: &str, first: char) -> Option<(Token<'static>, usize)> {
    let second = rest.as_bytes().get(1).copied();
    let twice = |one: u8, both: Token<'static>, single: Token<'static>| {
        if second == Some(one) { (both, 2) } else { (single, 1) }
    };
    let sign = Token::Sign;
    Some(match first {
        '(' => (Token::Open, 1),
        ')' => (Token::Close, 1),
        ',' => (Token::Comma, 1),
        '[' => (Token::OpenBracket, 1),
        ']' => (Token::CloseBracket, 1),
        '=' => (sign(Operator::Equals), 1),
        '~' => (sign(Operator::Contains), 1),
        '<' => twice(b'=', sign(Operator::LessOrEqual), sign(Operator::Less)),
        '>' => twice(b'=', sign(Operator::GreaterOrEqual), sign(Operator::Greater)),
        '!' if second == Some(b'=') => (sign(Operator::NotEquals), 2),
        '!' if second == Some(b'~') => (sign(Operator::NotContains), 2),
        '!' if L::JIRA => (Token::Bang, 1),
        '&' if L::JIRA => twice(b'&', Token::And, Token::And),
        '|' if L::JIRA => twice(b'|', Token::Or, Token::Or),
        _ => return None,
    })
}

/// Ends a word without quotation marks, and begins none.
fn stops<L: Language>(one: char) -> bool {
    match one {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '_' | '-' | '.' | ':' => false,
        ' ' | '"' | '\'' | '=' | '!' | '<' | '>' | '(' | ')' | '~' | ',' | '[' | ']' | '|' | '&' => true,
        '{' | '}' | '*' | '/' | '%' | '+' | '^' | '$' | '#' | '@' | '?' | ';' => {
            !L::PART_OF_A_WORD.contains(one)
        }
        one => is_control(one),
    }
}

fn word<L: Language>(rest: &str, start: usize) -> Result<(Token<'_>, usize), Fault> {
    // Nearly all characters of nearly all words are these.
    let usual = rest
        .bytes()
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
        .count();
    let unusual = rest.get(usual..).unwrap_or_default();
    let end = unusual.find(|one| one == '\\' || stops::<L>(one)).map_or(rest.len(), |end| usual + end);
    let (plain, tail) = rest.split_at(end);
    if tail.starts_with('\\') {
        let (text, length) = quoted::escaped(rest, start, stops::<L>)?;
        if is_reserved(&text) {
            return Err(reserved::<L>(start, &text));
        }
        return Ok((Token::Text(Cow::Owned(text)), length));
    }
    if plain.is_empty() {
        return Err(illegal::<L>(rest, start));
    }
    Ok((Token::Word(plain), end))
}

fn illegal<L: Language>(rest: &str, start: usize) -> Fault {
    let one = rest.chars().next().unwrap_or_default();
    let what = if is_control(one) {
        format!("the control character U+{:04X} cannot stand in {}", u32::from(one), L::NAME)
    } else {
        format!("'{one}' is a reserved character in {}", L::NAME)
    };
    Fault::new(start, format!("{what}. Put the whole value in quotation marks: \"...\"."))
}

/// A reserved word where a name or value should be.
pub(crate) fn reserved<L: Language>(at: usize, word: &str) -> Fault {
    let sentence = format!(
        "'{}' is a reserved word in {}. To use it as a name or value, put it in quotation marks: \"{}\".",
        shortened(word),
        L::NAME,
        shortened(word)
    );
    Fault::new(at, sentence)
}

/// A word of the query as a sentence quotes it: no longer than a sentence should be, nothing invisible.
pub(crate) fn shortened(text: &str) -> String {
    const LONGEST: usize = 40;
    let mut shown: String =
        text.chars().take(LONGEST).map(|one| if is_control(one) { '\u{fffd}' } else { one }).collect();
    if text.chars().nth(LONGEST).is_some() {
        shown.push_str("...");
    }
    shown
}

#[cfg(test)]
mod tests;
