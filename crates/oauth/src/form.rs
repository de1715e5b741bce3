//! The parameters of a token request: `application/x-www-form-urlencoded`, read strictly.

use std::borrow::Cow;
use std::fmt;

use percent_encoding::percent_decode;
use zeroize::Zeroizing;

/// The longest body that is read, in bytes. A scope list of the whole catalogue stays below it.
pub(crate) const LONGEST: usize = 32 * 1_024;

/// The most parameters that are read.
const MOST: usize = 32;

/// The parameters that may be given more than once (RFC 8707 §2, RFC 8693 §2.1).
const REPEATABLE: [&str; 2] = ["resource", "audience"];

/// Why a body is not the parameters of a token request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FormError {
    #[error("The request body is too long.")]
    TooLong,
    #[error("The request has too many parameters.")]
    TooMany,
    #[error("A parameter is not valid UTF-8.")]
    NotText,
    /// RFC 6749 §3.2: parameters must not be included more than once.
    #[error("A parameter is given more than once.")]
    Twice,
}

/// Parameters by name. A value may be a secret: it is wiped when dropped and never printed.
pub(crate) struct Form(Vec<(String, Zeroizing<String>)>);

impl Form {
    pub(crate) fn parse(body: &[u8]) -> Result<Self, FormError> {
        if body.len() > LONGEST {
            return Err(FormError::TooLong);
        }
        let mut read: Vec<(String, Zeroizing<String>)> = Vec::new();
        for pair in body.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
            if read.len() == MOST {
                return Err(FormError::TooMany);
            }
            let equals = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
            let (name, value) = pair.split_at_checked(equals).unwrap_or((pair, &[]));
            let name = decode(name)?.to_string();
            let value = decode(value.get(1..).unwrap_or_default())?;
            if read.iter().any(|(known, _)| *known == name) && !REPEATABLE.contains(&name.as_str()) {
                return Err(FormError::Twice);
            }
            read.push((name, value));
        }
        Ok(Self(read))
    }

    /// Every value of a parameter that may be given more than once.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        let values = self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str());
        values.filter(|value| !value.is_empty())
    }

    /// A parameter's value; one without a value counts as not given (RFC 6749 §3.2).
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let (_, value) = self.0.iter().find(|(known, _)| known == name)?;
        Some(value.as_str()).filter(|value| !value.is_empty())
    }
}

impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

/// `+` is a space, `%XX` a byte; the result must be UTF-8. Also how a client id and secret are written inside Basic at
/// the token endpoint (RFC 6749 §2.3.1).
pub(crate) fn decode(text: &[u8]) -> Result<Zeroizing<String>, FormError> {
    let spaced: Zeroizing<Vec<u8>> =
        Zeroizing::new(text.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect());
    let decoded: Zeroizing<Vec<u8>> = Zeroizing::new(Cow::from(percent_decode(&spaced)).into_owned());
    let text = std::str::from_utf8(&decoded).map_err(|_| FormError::NotText)?;
    Ok(Zeroizing::new(text.to_owned()))
}

#[cfg(test)]
mod tests;
