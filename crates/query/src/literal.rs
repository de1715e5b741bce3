//! Texts as they are printed: plain words as they are, everything else in quotation marks with escapes.

use std::fmt::{self, Write};

use crate::reserved::is_reserved;

/// Control characters and non-characters, which Atlassian's lexer does not take even in quotation marks. Line feed and
/// carriage return it does; they are printed as escapes all the same.
pub(crate) const fn is_control(character: char) -> bool {
    matches!(character, '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fdd0}'..='\u{fdef}' | '\u{fffe}'..='\u{ffff}')
}

/// Whether a text reads the same without quotation marks, whatever stands around it.
fn is_plain(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
        && !is_reserved(text)
}

/// Prints a text.
pub(crate) fn write(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    if is_plain(text) { f.write_str(text) } else { quoted(f, text) }
}

fn quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_char('"')?;
    let mut rest = text;
    while let Some(at) = rest.find(|one: char| one == '"' || one == '\\' || is_control(one)) {
        let (plain, tail) = rest.split_at(at);
        f.write_str(plain)?;
        let mut characters = tail.chars();
        match characters.next() {
            Some('\n') => f.write_str("\\n")?,
            Some('\r') => f.write_str("\\r")?,
            Some('\t') => f.write_str("\\t")?,
            Some(one @ ('"' | '\\')) => write!(f, "\\{one}")?,
            // All of them are within sixteen bits.
            Some(one) => write!(f, "\\u{:04x}", u32::from(one))?,
            None => {}
        }
        rest = characters.as_str();
    }
    f.write_str(rest)?;
    f.write_char('"')
}
