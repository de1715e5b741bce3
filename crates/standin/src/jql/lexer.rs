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
    /// Written in quotes; never a keyword.
    Quoted(String),
    /// `=`, `!=`, `~`, `!~`, `<`, `<=`, `>`, `>=`, `(`, `)`, `,`
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
}

/// Two-character signs come first, so that they win.
const SIGNS: [&str; 13] = ["!=", "!~", "<=", ">=", "&&", "||", "=", "~", "<", ">", "(", ")", ","];

/// Splits a query.
pub(crate) fn words(text: &str) -> Result<Vec<Word>, Refused> {
    let mut words = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        // Where this word starts, counted in characters as Jira counts.
        let at = 1 + text.chars().count() - rest.chars().count();
        if first.is_whitespace() {
            rest = rest.trim_start();
            continue;
        }
        let (kind, tail) = word(rest, first, at)?;
        words.push(Word { kind, at });
        rest = tail;
    }
    Ok(words)
}

fn word(rest: &str, first: char, at: usize) -> Result<(Kind, &str), Refused> {
    if first == '"' || first == '\'' {
        return quoted(rest, first, at);
    }
    if let Some((sign, tail)) = SIGNS.iter().find_map(|sign| Some((*sign, rest.strip_prefix(sign)?))) {
        let kind = match sign {
            "&&" => Kind::Bare("and".to_owned()),
            "||" => Kind::Bare("or".to_owned()),
            sign => Kind::Sign(sign),
        };
        return Ok((kind, tail));
    }
    if first == '!' {
        return Ok((Kind::Bare("not".to_owned()), rest.strip_prefix('!').unwrap_or_default()));
    }
    let ends = |c: char| c.is_whitespace() || "\"'=!~<>(),&|".contains(c);
    let (word, tail) = rest.find(ends).map_or((rest, ""), |end| rest.split_at(end));
    let reserved =
        word.is_empty() || word.contains(['$', '%', '^', '*', '?', '`', ';', '{', '}', '+', '@', '#', '/']);
    if reserved && !plausible(word) {
        let sentence = format!(
            "Error in the JQL Query: The character '{first}' is a reserved JQL character. You must enclose it in a string or use the escape '\\u{:04x}' instead. (line 1, character {at})",
            u32::from(first)
        );
        return Err(Refused::one(sentence));
    }
    Ok((Kind::Bare(word.to_owned()), tail))
}

/// Account ids and dates carry signs that are reserved elsewhere.
fn plausible(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|c| c.is_alphanumeric() || "-_.:/[]+@".contains(c))
}

fn quoted(rest: &str, quote: char, at: usize) -> Result<(Kind, &str), Refused> {
    let mut text = String::new();
    let mut characters = rest.char_indices().skip(1);
    while let Some((place, c)) = characters.next() {
        match c {
            '\\' => match characters.next() {
                Some((_, 'n')) => text.push('\n'),
                Some((_, 't')) => text.push('\t'),
                Some((_, 'r')) => text.push('\r'),
                Some((_, 'u')) => text.push(unicode(&mut characters).ok_or_else(|| illegal(at))?),
                Some((_, c)) if "\"'\\ ".contains(c) => text.push(c),
                _ => return Err(illegal(at)),
            },
            c if c == quote => {
                let tail = rest.get(place + c.len_utf8()..).unwrap_or_default();
                return Ok((Kind::Quoted(text), tail));
            }
            c => text.push(c),
        }
    }
    let sentence = format!(
        "Error in the JQL Query: The quoted string '{text}' has not been completed. (line 1, character {at})"
    );
    Err(Refused::one(sentence))
}

fn illegal(at: usize) -> Refused {
    Refused::one(format!("Error in the JQL Query: an illegal JQL escape sequence. (line 1, character {at})"))
}

fn unicode(characters: &mut impl Iterator<Item = (usize, char)>) -> Option<char> {
    let digits: String = characters.take(4).map(|(_, c)| c).collect();
    u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32)
}
