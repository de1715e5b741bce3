//! Words of a query.

use crate::jql::Refused;

/// One word, with the place (in characters, from 1) where it starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) kind: Kind,
    pub(crate) at: usize,
}

/// What a word is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Written without quotes: a name, a key, a number, or a keyword.
    Bare(String),
    /// Written in quotes, or with an escape; never a keyword.
    Quoted(String),
    /// `=`, `!=`, `~`, `!~`, `<`, `<=`, `>`, `>=`, `!`, `(`, `)`, `[`, `]`, `,`
    Sign(&'static str),
}

impl Kind {
    /// The text of a name or value.
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Bare(text) | Self::Quoted(text) => text,
            Self::Sign(sign) => sign,
        }
    }

    /// Whether this is an unquoted keyword, in any case.
    pub(crate) fn is(&self, keyword: &str) -> bool {
        matches!(self, Self::Bare(text) if text.eq_ignore_ascii_case(keyword))
    }

    /// Whether this is a word that has to be quoted to be a name or value.
    pub(crate) fn is_reserved(&self) -> bool {
        let Self::Bare(text) = self else { return false };
        text.len() <= 12 && RESERVED.binary_search(&text.to_ascii_lowercase().as_str()).is_ok()
    }
}

/// Two-character signs come first, so that they win.
const SIGNS: [&str; 18] =
    ["!=", "!~", "<=", ">=", "&&", "||", "&", "|", "=", "~", "<", ">", "(", ")", "[", "]", ",", "!"];

/// Characters that have no meaning yet and must be quoted.
const RESERVED_CHARACTERS: &str = "{}*/%+^$#@?;";

/// Words that must be quoted, sorted.
const RESERVED: [&str; 180] = [
    "abort",
    "access",
    "add",
    "after",
    "alias",
    "all",
    "alter",
    "and",
    "any",
    "as",
    "asc",
    "audit",
    "avg",
    "before",
    "begin",
    "between",
    "boolean",
    "break",
    "by",
    "byte",
    "catch",
    "cf",
    "changed",
    "char",
    "character",
    "check",
    "checkpoint",
    "collate",
    "collation",
    "column",
    "commit",
    "connect",
    "continue",
    "count",
    "create",
    "current",
    "date",
    "decimal",
    "declare",
    "decrement",
    "default",
    "defaults",
    "define",
    "delete",
    "delimiter",
    "desc",
    "difference",
    "distinct",
    "divide",
    "do",
    "double",
    "drop",
    "during",
    "else",
    "empty",
    "encoding",
    "end",
    "equals",
    "escape",
    "exclusive",
    "exec",
    "execute",
    "exists",
    "explain",
    "false",
    "fetch",
    "field",
    "file",
    "first",
    "float",
    "for",
    "from",
    "function",
    "go",
    "goto",
    "grant",
    "greater",
    "group",
    "having",
    "identified",
    "if",
    "immediate",
    "in",
    "increment",
    "index",
    "initial",
    "inner",
    "inout",
    "input",
    "insert",
    "int",
    "integer",
    "intersect",
    "intersection",
    "into",
    "is",
    "isempty",
    "isnull",
    "join",
    "last",
    "left",
    "less",
    "like",
    "limit",
    "lock",
    "long",
    "max",
    "min",
    "minus",
    "mode",
    "modify",
    "modulo",
    "more",
    "multiply",
    "next",
    "noaudit",
    "not",
    "notin",
    "nowait",
    "null",
    "number",
    "object",
    "of",
    "on",
    "option",
    "or",
    "order",
    "outer",
    "output",
    "power",
    "previous",
    "prior",
    "privileges",
    "public",
    "raise",
    "raw",
    "remainder",
    "rename",
    "resource",
    "return",
    "returns",
    "revoke",
    "right",
    "row",
    "rowid",
    "rownum",
    "rows",
    "select",
    "session",
    "set",
    "share",
    "size",
    "sqrt",
    "start",
    "strict",
    "string",
    "subtract",
    "sum",
    "synonym",
    "table",
    "then",
    "to",
    "trans",
    "transaction",
    "trigger",
    "true",
    "uid",
    "union",
    "unique",
    "update",
    "user",
    "validate",
    "values",
    "view",
    "was",
    "when",
    "whenever",
    "where",
    "while",
    "with",
];

/// Splits a query.
pub(crate) fn words(text: &str) -> Result<Vec<Word>, Refused> {
    let characters: Vec<char> = text.chars().collect();
    let mut words = Vec::new();
    let mut at = 0;
    while let Some(first) = characters.get(at) {
        if matches!(first, ' ' | '\t' | '\r' | '\n') {
            at += 1;
            continue;
        }
        let (kind, length) = word(characters.get(at..).unwrap_or_default(), at + 1)?;
        words.push(Word { kind, at: at + 1 });
        at += length;
    }
    Ok(words)
}

/// The word that these characters start with, and how many it takes.
fn word(rest: &[char], at: usize) -> Result<(Kind, usize), Refused> {
    let quote = rest.first().filter(|first| matches!(first, '"' | '\''));
    let starts = |sign: &&&str| sign.chars().enumerate().all(|(n, c)| rest.get(n) == Some(&c));
    if let (None, Some(sign)) = (quote, SIGNS.iter().find(starts)) {
        let kind = match *sign {
            "&&" | "&" => Kind::Bare("and".to_owned()),
            "||" | "|" => Kind::Bare("or".to_owned()),
            sign => Kind::Sign(sign),
        };
        return Ok((kind, sign.len()));
    }
    let mut text = String::new();
    let (mut next, mut escaped) = (usize::from(quote.is_some()), false);
    loop {
        match (rest.get(next), quote) {
            (Some('\\'), _) => {
                let (character, length) =
                    escape(rest.get(next + 1..).unwrap_or_default()).ok_or_else(|| illegal(at))?;
                text.push(character);
                escaped = true;
                next += 1 + length;
                continue;
            }
            (Some(c), Some(quote)) if c == quote => return Ok((Kind::Quoted(text), next + 1)),
            (Some(c), Some(_)) if control(*c) => return Err(illegal(at)),
            (None, Some(_)) => {
                return Err(Refused::one(format!(
                    "Error in the JQL Query: The quoted string '{text}' has not been completed. (line 1, character {at})"
                )));
            }
            (Some(c), None) if ends(*c) => break,
            (None, None) => break,
            (Some(c), _) => text.push(*c),
        }
        next += 1;
    }
    let kind = if escaped { Kind::Quoted(text.clone()) } else { Kind::Bare(text.clone()) };
    if next == 0 {
        let first = rest.first().copied().unwrap_or_default();
        return Err(Refused::one(format!(
            "Error in the JQL Query: The character '{first}' is a reserved JQL character. You must enclose it in a string or use the escape '\\u{:04x}' instead. (line 1, character {at})",
            u32::from(first)
        )));
    }
    if escaped && Kind::Bare(text.clone()).is_reserved() {
        return Err(reserved(&text, at));
    }
    Ok((kind, next))
}

/// Whether a character ends a word without quotes.
fn ends(c: char) -> bool {
    matches!(c, ' ' | '\n' | '\r')
        || "\"'=!~<>(),&|[]".contains(c)
        || RESERVED_CHARACTERS.contains(c)
        || control(c)
}

/// Control characters and non-characters: never in a query, not even in quotes, line ends aside.
fn control(c: char) -> bool {
    let code = u32::from(c);
    c.is_control() && c != '\n' && c != '\r'
        || (0xfdd0..=0xfdef).contains(&code)
        || (0xfffe..=0xffff).contains(&code)
}

/// What a backslash and these characters mean, and how many of them.
fn escape(rest: &[char]) -> Option<(char, usize)> {
    let unit = |from: usize| {
        let digits = rest.get(from..from + 4)?;
        digits
            .iter()
            .try_fold(0_u32, |number, digit| Some(number * 16 + digit.to_digit(16)?))
            .and_then(|unit| u16::try_from(unit).ok())
    };
    match rest.first()? {
        'n' => Some(('\n', 1)),
        't' => Some(('\t', 1)),
        'r' => Some(('\r', 1)),
        'u' => {
            let first = unit(1)?;
            if let Some(character) = char::from_u32(u32::from(first)) {
                return Some((character, 5));
            }
            let second = if rest.get(5..7) == Some(&['\\', 'u']) { unit(7)? } else { return None };
            char::decode_utf16([first, second]).next()?.ok().map(|character| (character, 11))
        }
        c if "\"'\\ ".contains(*c) => Some((*c, 1)),
        _ => None,
    }
}

fn illegal(at: usize) -> Refused {
    Refused::one(format!(
        "Error in the JQL Query: an illegal JQL escape sequence or character. (line 1, character {at})"
    ))
}

/// A reserved word where a name or value should be.
pub(crate) fn reserved(word: &str, at: usize) -> Refused {
    Refused::one(format!(
        "Error in the JQL Query: '{word}' is a reserved JQL word. You must surround it in quotation marks to use it in a query. (line 1, character {at})"
    ))
}
