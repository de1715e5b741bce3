//! The query of a request, as Atlassian's servers read it.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode, utf8_percent_encode};

/// What a value may show as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The parameters of a query, in their order, escapes undone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parameters<'q>(Vec<(Cow<'q, str>, Cow<'q, str>)>);

impl<'q> Parameters<'q> {
    /// Reads a query, without its question mark.
    ///
    /// `+` is a space; `;` separates nothing. `None`: something in it is no UTF-8, so nobody can say what it is read as.
    #[must_use]
    pub fn read(query: &'q str) -> Option<Self> {
        let pairs = query.split('&').filter(|pair| !pair.is_empty());
        let pair = |pair: &'q str| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Some((decoded(name)?, decoded(value)?))
        };
        pairs.map(pair).collect::<Option<_>>().map(Self)
    }

    /// Every value of the parameter `name`.
    pub fn values(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| &**value)
    }

    /// Whether there is the parameter `name`.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.values(name).next().is_some()
    }

    /// Sets the parameter `name`, in place of however many there are.
    pub fn set(&mut self, name: &'q str, value: impl Into<Cow<'q, str>>) {
        let at = self.0.iter().position(|(known, _)| known == name);
        let value = value.into();
        match at.and_then(|at| self.0.get_mut(at)) {
            Some(first) => first.1 = value,
            None => self.0.push((Cow::Borrowed(name), value)),
        }
        let mut seen = false;
        self.0.retain(|(known, _)| known != name || !std::mem::replace(&mut seen, true));
    }

    /// Adds the parameter `name`, once for each value.
    pub fn add(&mut self, name: &'q str, values: impl IntoIterator<Item = String>) {
        self.0.extend(values.into_iter().map(|value| (Cow::Borrowed(name), Cow::Owned(value))));
    }

    /// Takes the parameter `name` out.
    pub fn remove(&mut self, name: &str) {
        self.0.retain(|(known, _)| known != name);
    }

    /// As a query, without a question mark.
    #[must_use]
    pub fn write(&self) -> String {
        let encoded = |text: &str| utf8_percent_encode(text, PLAIN).to_string();
        let pairs = self.0.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value)));
        pairs.collect::<Vec<_>>().join("&")
    }
}

fn decoded(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains(['%', '+']) {
        return Some(Cow::Borrowed(text));
    }
    let spaced = text.replace('+', " ");
    percent_decode(spaced.as_bytes()).decode_utf8().ok().map(|text| Cow::Owned(text.into_owned()))
}

#[cfg(test)]
mod tests;
