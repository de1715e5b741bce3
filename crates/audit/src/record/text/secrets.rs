//! Credentials in a text: found as they are, percent-encoded, or in base64, and taken out.

use std::borrow::Cow;

/// What credentials begin with.
const PREFIXES: [&[u8]; 12] = [
    b"tgs_", b"tga_", b"tgo_", b"tgk_", b"tgr_", b"tgc_", b"tgu_", b"tgw_", b"ATATT", b"ATSTT", b"ATCTT", JWT,
];
/// `{"` in base64: how a JWT begins (RFC 7519 §3), ours or that of a proof or a workload. Its parts are joined by dots.
const JWT: &[u8] = b"eyJ";
/// A prefix followed by fewer credential characters than this is a word or a hint, not a credential.
const SHORTEST_CREDENTIAL: usize = 20;
/// The same in base64: a prefix and so many characters, at three bytes for four characters.
const SHORTEST_ENCODED: usize = 32;
/// How often over a text may be percent-encoded and is still seen through.
const LAYERS: usize = 3;
/// What stands in place of a credential.
const INSTEAD: &str = "[secret]";

/// Where something stands: from, up to but not including.
type Span = (usize, usize);

/// The shortest credential with its prefix: a shorter text, however encoded, has no room for one.
const SHORTEST: usize = 4 + SHORTEST_CREDENTIAL;

/// The text without credentials. Texts without one, all but none, are only looked at.
pub(super) fn taken_out(text: &str) -> Cow<'_, str> {
    if text.len() < SHORTEST {
        return text.into();
    }
    let mut spans = Vec::new();
    look(text.as_bytes(), |found| spans.push(found));
    let mut layer = Layer::under(text.as_bytes(), |at| at);
    for _ in 0..LAYERS {
        let Some(this) = layer else { break };
        look(&this.bytes, |(from, to)| spans.push((this.origin(from), this.origin(to))));
        layer = Layer::under(&this.bytes, |at| this.origin(at));
    }
    if spans.is_empty() {
        return text.into();
    }
    spans.sort_unstable();
    let (mut cleaned, mut done) = (String::with_capacity(text.len()), 0);
    for (from, to) in spans {
        if from >= done {
            cleaned.push_str(text.get(done..from).unwrap_or_default());
            cleaned.push_str(INSTEAD);
        }
        done = done.max(to);
    }
    cleaned.push_str(text.get(done..).unwrap_or_default());
    cleaned.into()
}

/// A text with one layer of percent-encoding taken off.
struct Layer {
    bytes: Vec<u8>,
    /// Where each byte came from in the text as it was written, and at last where that ends.
    origins: Vec<usize>,
}

impl Layer {
    /// `None` when there is nothing to take off. `origin` says where the bytes at hand came from.
    fn under(bytes: &[u8], origin: impl Fn(usize) -> usize) -> Option<Self> {
        if !bytes.contains(&b'%') {
            return None;
        }
        let mut layer = Self { bytes: Vec::new(), origins: Vec::new() };
        let mut at = 0;
        while let Some((byte, took)) = bytes.get(at..).and_then(next) {
            layer.bytes.push(byte);
            layer.origins.push(origin(at));
            at += took;
        }
        layer.origins.push(origin(at));
        (layer.bytes.len() < bytes.len()).then_some(layer)
    }

    fn origin(&self, at: usize) -> usize {
        self.origins.get(at).or(self.origins.last()).copied().unwrap_or_default()
    }
}

/// The next byte, decoded, and how many it took. A `%` without two digits behind it is itself.
fn next(bytes: &[u8]) -> Option<(u8, usize)> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    match *bytes {
        [b'%', high, low, ..] => match (digit(high), digit(low)) {
            (Some(high), Some(low)) => Some((high << 4 | low, 3)),
            _ => Some((b'%', 1)),
        },
        [byte, ..] => Some((byte, 1)),
        [] => None,
    }
}

/// Every credential that stands in these bytes, plain or in base64.
fn look(bytes: &[u8], mut found: impl FnMut(Span)) {
    let mut from = 0;
    while let Some(span) = plain(bytes, from) {
        from = span.1;
        found(span);
    }
    let mut from = 0;
    while let Some(span) = encoded(bytes, from) {
        from = span.1;
        found(span);
    }
}

/// The next thing at or behind `from` that looks like a credential.
fn plain(bytes: &[u8], from: usize) -> Option<Span> {
    let mut at = from;
    while let Some(rest) = bytes.get(at..) {
        at += rest.windows(2).position(|two| matches!(two, [first, second] if may_begin(*first, *second)))?;
        let rest = bytes.get(at..)?;
        if let Some(prefix) = PREFIXES.iter().find(|prefix| rest.starts_with(prefix)) {
            let more: &[u8] = if *prefix == JWT { b"-_=." } else { b"-_=" };
            let tail = rest.get(prefix.len()..).unwrap_or_default();
            let length = tail.iter().take_while(|b| b.is_ascii_alphanumeric() || more.contains(b)).count();
            // A cursor of Atlassian's can be an object in base64 too, but has no dots.
            let whole = *prefix != JWT || tail.iter().take(length).any(|b| *b == b'.');
            if length >= SHORTEST_CREDENTIAL && whole {
                return Some((at, at + prefix.len() + length));
            }
        }
        at += 1;
    }
    None
}

/// The next run of base64 characters at or behind `from` that holds what looks like a credential, from there to its end.
///
/// Most texts have no run that is long enough, so runs are measured first.
fn encoded(bytes: &[u8], from: usize) -> Option<Span> {
    let mut at = from;
    while let Some(rest) = bytes.get(at..).filter(|rest| rest.len() >= SHORTEST_ENCODED) {
        let length = rest.iter().position(|byte| !in_base64(*byte)).unwrap_or(rest.len());
        // A start further behind would leave too little.
        let starts = length.checked_sub(SHORTEST_ENCODED).and_then(|last| rest.get(..last + 6));
        if let Some(start) = starts.and_then(begins) {
            return Some((at + start, at + length));
        }
        at += length + 1;
    }
    None
}

/// Where in a run the encoding of a prefix begins.
///
/// `/` is both a character of base64 and what separates a path, so where an encoding begins is not known: the last six
/// characters are kept as 36 bits, in which the four bytes of a prefix can stand in three ways.
fn begins(run: &[u8]) -> Option<usize> {
    let (mut bits, mut seen) = (0u64, 0usize);
    for (at, byte) in run.iter().enumerate() {
        let Some(Some(sextet)) = SEXTETS.get(usize::from(*byte)) else {
            seen = 0;
            continue;
        };
        bits = bits << 6 | u64::from(*sextet);
        seen += 1;
        if seen >= 6 && [4, 2, 0].into_iter().any(|behind| begins_like_one(bits >> behind)) {
            return Some(at - 5);
        }
    }
    None
}

/// Whether it can stand in a run: a character, or what fills one up at its end.
fn in_base64(byte: u8) -> bool {
    byte == b'=' || SEXTETS.get(usize::from(byte)).is_some_and(Option::is_some)
}

/// Nearly nothing does, and two bytes tell: every text of every record comes through here.
fn begins_like_one(bits: u64) -> bool {
    let [_, _, _, _, four @ ..] = bits.to_be_bytes();
    let [first, second, ..] = four;
    may_begin(first, second)
        && PREFIXES.iter().any(|prefix| prefix.iter().zip(&four).all(|(wanted, here)| wanted == here))
}

/// Whether a prefix can begin with these two bytes.
const fn may_begin(first: u8, second: u8) -> bool {
    matches!((first, second), (b't', b'g') | (b'A', b'T') | (b'e', b'y'))
}

/// [`sextet`] of every byte.
const SEXTETS: [Option<u8>; 256] = {
    let mut table = [None; 256];
    let mut byte = 0u8;
    let mut rest: &mut [Option<u8>] = &mut table;
    while let Some((place, behind)) = rest.split_first_mut() {
        *place = sextet(byte);
        byte = byte.wrapping_add(1);
        rest = behind;
    }
    table
};

/// What a character of base64 stands for, in either alphabet (RFC 4648 §4 and §5).
const fn sextet(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    }
}
