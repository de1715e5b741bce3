//! One spelling for every path.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use percent_encoding::percent_decode_str;

/// The longest path, in bytes, before and after it is made canonical. Atlassian's longest real ones stay below 400.
const LONGEST: usize = 4096;

/// The most segments; the deepest operation has 13.
const DEEPEST: usize = 64;

/// A path with exactly one possible reading, in its one spelling. Made only by [`CanonicalPath::canonicalise`].
///
/// The spelling: percent escapes decoded once and written again by one rule (letters, digits and `-._~!$&'()*+,=:@`
/// stand for themselves, every other byte is `%XX` with upper-case digits), no empty segments, no slash at the end.
/// Letter case is kept: Atlassian's paths are case sensitive, so a literal in another case is no operation.
///
/// Clones share the text.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CanonicalPath(Arc<str>);

impl CanonicalPath {
    /// Finds the one spelling of `raw`, the path of a request target without its query (RFC 3986 §3.3).
    ///
    /// Harmless variety (needless escapes, doubled slashes, one at the end) is normalised. Whatever servers are known
    /// to read in two ways is refused, never guessed at: Tomcat drops `;name=value` from a segment and Spring does not,
    /// some hops resolve `%2e%2e` or decode `%2F` before they route and some after, and `%252e` turns into one of
    /// those at the second decoding. An ending such as `.json`, which some servers take off, is not judged here: only
    /// the table tells whether it matters, so [`Catalogue::recognise`](crate::Catalogue::recognise) does.
    ///
    /// # Errors
    /// A [`PathRefusal`] naming what in the path is ambiguous or malformed.
    pub fn canonicalise(raw: &str) -> Result<Self, PathRefusal> {
        if raw.len() > LONGEST {
            return Err(PathRefusal::TooLong);
        }
        if !raw.starts_with('/') {
            return Err(PathRefusal::NotAbsolute);
        }
        if is_canonical(raw) {
            return Ok(Self(raw.into()));
        }
        rewrite(raw).map(|text| Self(text.into()))
    }

    /// The path as it is recognised, recorded and sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The segments as spelled (still percent-encoded); none for `/`.
    pub fn segments(&self) -> impl Iterator<Item = &str> {
        self.0.split('/').filter(|segment| !segment.is_empty())
    }
}

impl CanonicalPath {
    /// The same path with another beginning. Both beginnings are literals of this crate in canonical spelling and end with a slash.
    pub(crate) fn with_beginning(&self, given: &str, wanted: &str) -> Option<Self> {
        let rest = self.0.strip_prefix(given)?;
        Some(Self([wanted, rest].concat().into()))
    }
}

impl fmt::Display for CanonicalPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for CanonicalPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "path {}", self.0)
    }
}

/// Why a path is refused. Each says, in one sentence, what to change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum PathRefusal {
    /// More bytes than [`CanonicalPath`] carries.
    #[error("The path is longer than {LONGEST} bytes.")]
    TooLong,
    /// More segments than any operation could have.
    #[error("The path has more than {DEEPEST} segments.")]
    TooDeep,
    /// Empty, or an absolute URL where a path belongs.
    #[error("The path does not start with a slash.")]
    NotAbsolute,
    /// `?` or `#` inside the path.
    #[error("The path contains '?' or '#', which end a path; write %3F or %23 if they are part of a name.")]
    QueryOrFragment,
    /// `.` or `..`, also as `%2e`.
    #[error("The path contains a dot segment ('.' or '..', plain or percent-encoded).")]
    DotSegment,
    /// `%2F`, `\` or `%5C`.
    #[error("The path contains an encoded slash or a backslash, which servers split differently.")]
    HiddenSlash,
    /// A control character or line separator, plain or encoded.
    #[error("The path contains a control character, plain or percent-encoded.")]
    ControlCharacter,
    /// `%` without two hexadecimal digits.
    #[error("The path contains a '%' that is not followed by two hexadecimal digits.")]
    BadEscape,
    /// The decoded bytes are no text.
    #[error("The path does not decode to valid UTF-8.")]
    NotUtf8,
    /// `;`, plain or encoded.
    #[error("The path contains a semicolon, which some servers cut off as a matrix parameter.")]
    MatrixParameter,
    /// Decoding once leaves something that could be decoded again.
    #[error("The path is percent-encoded twice.")]
    DoubleEncoding,
}

/// Bytes that stand for themselves: RFC 3986 `pchar` without `%` and without `;`.
const fn stands_for_itself(byte: u8) -> bool {
    matches!(byte,
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9'
        | b'-' | b'.' | b'_' | b'~'
        | b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b'='
        | b':' | b'@')
}

fn is_dot_segment(segment: &[u8]) -> bool {
    matches!(segment, b"." | b"..")
}

/// The fast way for nearly every path: is this already the spelling that [`rewrite`] would give?
fn is_canonical(raw: &str) -> bool {
    let Some(rest) = raw.strip_prefix('/') else { return false };
    if rest.is_empty() {
        return true;
    }
    let mut depth = 0;
    for segment in rest.as_bytes().split(|byte| *byte == b'/') {
        depth += 1;
        if segment.is_empty() || is_dot_segment(segment) || !segment.iter().all(|b| stands_for_itself(*b)) {
            return false;
        }
    }
    depth <= DEEPEST
}

/// The careful way: decode each segment once, judge what it says, write it by the rule.
fn rewrite(raw: &str) -> Result<String, PathRefusal> {
    let mut out = String::with_capacity(raw.len());
    let mut depth = 0;
    for segment in raw.split('/').filter(|segment| !segment.is_empty()) {
        depth += 1;
        if depth > DEEPEST {
            return Err(PathRefusal::TooDeep);
        }
        if segment.contains(['?', '#']) {
            return Err(PathRefusal::QueryOrFragment);
        }
        escapes_are_whole(segment)?;
        let said = percent_decode_str(segment).decode_utf8().map_err(|_| PathRefusal::NotUtf8)?;
        judge(&said)?;
        out.push('/');
        spell(&said, &mut out);
    }
    if out.is_empty() {
        out.push('/');
    }
    // Escaping can make a path longer; the limit holds for what is sent, too.
    if out.len() > LONGEST { Err(PathRefusal::TooLong) } else { Ok(out) }
}

fn escapes_are_whole(segment: &str) -> Result<(), PathRefusal> {
    let whole = segment.split('%').skip(1).all(|after| starts_with_two_digits(after.as_bytes()));
    if whole { Ok(()) } else { Err(PathRefusal::BadEscape) }
}

fn starts_with_two_digits(bytes: &[u8]) -> bool {
    matches!(bytes, [first, second, ..] if first.is_ascii_hexdigit() && second.is_ascii_hexdigit())
}

/// Refuses a decoded segment that a server further on could read in another way.
fn judge(said: &str) -> Result<(), PathRefusal> {
    if is_dot_segment(said.as_bytes()) {
        return Err(PathRefusal::DotSegment);
    }
    for c in said.chars() {
        match c {
            '/' | '\\' => return Err(PathRefusal::HiddenSlash),
            ';' => return Err(PathRefusal::MatrixParameter),
            // The two separators end a line in some parsers and loggers although Unicode calls them no controls.
            '\u{2028}' | '\u{2029}' => return Err(PathRefusal::ControlCharacter),
            c if c.is_control() => return Err(PathRefusal::ControlCharacter),
            _ => {}
        }
    }
    if said.split('%').skip(1).any(|after| starts_with_two_digits(after.as_bytes())) {
        return Err(PathRefusal::DoubleEncoding);
    }
    Ok(())
}

fn spell(said: &str, out: &mut String) {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'];
    let digit = |value: u8| DIGITS.get(usize::from(value)).copied().unwrap_or('0');
    for byte in said.bytes() {
        if stands_for_itself(byte) {
            out.push(char::from(byte));
        } else {
            out.extend(['%', digit(byte >> 4), digit(byte & 0xF)]);
        }
    }
}

/// What a segment of a canonical path says, percent escapes undone.
pub(crate) fn decoded(segment: &str) -> Cow<'_, str> {
    // A canonical path decodes to UTF-8, so nothing is ever lost here.
    percent_decode_str(segment).decode_utf8_lossy()
}

#[cfg(test)]
mod tests;
