//! Quotation marks and escapes.

use std::borrow::Cow;
use std::str::Chars;

use crate::error::Fault;
use crate::literal::is_control;

/// Reads a text in quotation marks: the text, and how many bytes it took.
pub(super) fn quoted(rest: &str, start: usize, mark: char) -> Result<(Cow<'_, str>, usize), Fault> {
    let inner = rest.get(1..).unwrap_or_default();
    let special = |one: char| one == mark || one == '\\' || is_control(one) && one != '\n' && one != '\r';
    // Without an escape, which is the usual case, nothing is copied.
    if let Some(at) = inner.find(special)
        && inner.get(at..).is_some_and(|tail| tail.starts_with(mark))
    {
        return Ok((Cow::Borrowed(inner.get(..at).unwrap_or_default()), at + 2));
    }
    let mut text = String::new();
    let mut characters = inner.chars();
    loop {
        let at = start + rest.len() - characters.as_str().len();
        match characters.next() {
            None => {
                let sentence =
                    format!("this quotation mark is never closed. Add a {mark} where the text ends.");
                return Err(Fault::new(start, sentence));
            }
            Some('\\') => text.push(escape(&mut characters, at)?),
            Some(one) if one == mark => break,
            Some(one) if special(one) => {
                let sentence = format!(
                    "the control character U+{:04X} cannot stand in a text. Write it as \\u{:04x}.",
                    u32::from(one),
                    u32::from(one)
                );
                return Err(Fault::new(at, sentence));
            }
            Some(one) => text.push(one),
        }
    }
    Ok((Cow::Owned(text), rest.len() - characters.as_str().len()))
}

/// Reads a word with escapes and without quotation marks.
pub(super) fn escaped(
    rest: &str,
    start: usize,
    stops: impl Fn(char) -> bool,
) -> Result<(String, usize), Fault> {
    let mut text = String::new();
    let mut characters = rest.chars();
    loop {
        let left = characters.as_str();
        let at = start + rest.len() - left.len();
        match characters.next() {
            Some('\\') => text.push(escape(&mut characters, at)?),
            Some(one) if !stops(one) && !matches!(one, '\t' | '\r' | '\n') => text.push(one),
            _ => return Ok((text, rest.len() - left.len())),
        }
    }
}

/// What follows a backslash.
fn escape(characters: &mut Chars<'_>, at: usize) -> Result<char, Fault> {
    match characters.next() {
        Some('n') => Ok('\n'),
        Some('t') => Ok('\t'),
        Some('r') => Ok('\r'),
        Some(one @ ('"' | '\'' | '\\' | ' ')) => Ok(one),
        Some('u') => unicode(characters, at),
        _ => Err(Fault::new(
            at,
            "a backslash stands only before \", ', \\, a blank, n, r, t, or u and four hexadecimal digits. \
             For a backslash itself write two.",
        )),
    }
}

/// `XXXX`, or the two halves of a character beyond sixteen bits, `XXXX\uXXXX`.
fn unicode(characters: &mut Chars<'_>, at: usize) -> Result<char, Fault> {
    let wrong = || {
        let sentence =
            "\\u takes four hexadecimal digits, and the two halves of a surrogate pair only together.";
        Fault::new(at, sentence)
    };
    let first = digits(characters).ok_or_else(wrong)?;
    if let Some(one) = char::from_u32(first) {
        return Ok(one);
    }
    if (characters.next(), characters.next()) != (Some('\\'), Some('u')) {
        return Err(wrong());
    }
    let second = digits(characters).ok_or_else(wrong)?;
    if !(0xd800..0xdc00).contains(&first) || !(0xdc00..0xe000).contains(&second) {
        return Err(wrong());
    }
    char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00)).ok_or_else(wrong)
}

fn digits(characters: &mut Chars<'_>) -> Option<u32> {
    (0..4).try_fold(0, |number, _| Some(number * 16 + characters.next()?.to_digit(16)?))
}
