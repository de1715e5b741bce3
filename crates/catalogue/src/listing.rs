//! What an answer tells of several projects or spaces.

use std::fmt;
use std::str::FromStr;

use crate::naming::{Kind, UnknownWord};

/// The way that means the answer as a whole.
const WHOLE: &str = ".";

/// Elements of a successful answer, and what in each of them decides whether a bounded client may see it.
///
/// In the table: `WAY=KIND@NAME?;COUNTER,COUNTER`, of which `@NAME`, `?` and the counters may be absent.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Listing {
    /// The dotted way to the elements, as in [`Naming`](crate::Naming): `values[]`, `[]` for a list at the top, `.*` for
    /// every member of an object. Empty: the answer itself is the element, and what lies outside is answered as if it
    /// did not exist.
    pub way: Box<str>,
    /// What stands at `names`, or what the element itself is where `names` is empty.
    pub kind: Kind,
    /// The dotted way inside an element to the name that decides (`key`, `location.projectId`); empty: the element
    /// itself is the name, or behind `.*` the member's own name is.
    pub names: Box<str>,
    /// Whether an element without that name belongs to no project or space and stays (a field, type or status of the
    /// whole site). Otherwise it is taken out.
    pub optional: bool,
    /// The dotted ways, from the top of the answer, to counters and texts that would give away how much was taken out.
    pub totals: Box<[Box<str>]>,
}

impl fmt::Display for Listing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let way = if self.way.is_empty() { WHOLE } else { &self.way };
        write!(f, "{way}={}", self.kind)?;
        if !self.names.is_empty() {
            write!(f, "@{}", self.names)?;
        }
        if self.optional {
            f.write_str("?")?;
        }
        if !self.totals.is_empty() {
            write!(f, ";{}", self.totals.join(","))?;
        }
        Ok(())
    }
}

impl FromStr for Listing {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let (text, totals) = match text.split_once(';') {
            Some((text, totals)) => (text, totals.split(',').map(way).collect::<Result<_, _>>()?),
            None => (text, Box::default()),
        };
        let (text, optional) = text.strip_suffix('?').map_or((text, false), |text| (text, true));
        let (to, what) = text.split_once('=').ok_or(UnknownWord)?;
        let (kind, names) = match what.split_once('@') {
            Some((kind, names)) => (kind, way(names)?),
            None => (what, Box::default()),
        };
        let to = if to == WHOLE { Box::default() } else { way(to)? };
        Ok(Self { way: to, kind: kind.parse()?, names, optional, totals })
    }
}

/// A dotted way without empty steps or characters that mean something in a listing.
fn way(text: &str) -> Result<Box<str>, UnknownWord> {
    let step = |step: &str| {
        let name = step.trim_end_matches("[]");
        let known = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        !step.is_empty() && (name == "*" || name.chars().all(known))
    };
    if text.split('.').all(step) { Ok(text.into()) } else { Err(UnknownWord) }
}

#[cfg(test)]
mod tests;
