use std::fmt;
use std::str::FromStr;

/// The HTTP methods Atlassian's operations use.
///
/// `HEAD` is not among them: a `HEAD` request is recognised as the `GET` it abbreviates (RFC 9110 §9.3.2) and sent as
/// `HEAD`. `OPTIONS`, `TRACE` and `CONNECT` reach no operation and are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Verb {
    /// RFC 9110 §9.3.1
    Get,
    /// RFC 9110 §9.3.3
    Post,
    /// RFC 9110 §9.3.4
    Put,
    /// RFC 9110 §9.3.5
    Delete,
    /// RFC 5789
    Patch,
}

impl Verb {
    /// Every verb, in the order the tables use.
    pub const ALL: [Self; 5] = [Self::Get, Self::Post, Self::Put, Self::Delete, Self::Patch];

    /// The method token, upper case.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
            Self::Patch => "PATCH",
        }
    }

    /// The verb whose operations a request with this method can reach; `None` for methods that reach none.
    #[must_use]
    pub fn of_method(method: &http::Method) -> Option<Self> {
        match *method {
            http::Method::GET | http::Method::HEAD => Some(Self::Get),
            http::Method::POST => Some(Self::Post),
            http::Method::PUT => Some(Self::Put),
            http::Method::DELETE => Some(Self::Delete),
            http::Method::PATCH => Some(Self::Patch),
            _ => None,
        }
    }
}

impl fmt::Display for Verb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The word is not one of the methods in [`Verb`], in upper case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a method is one of GET, POST, PUT, DELETE, PATCH")]
pub struct UnknownVerb;

impl FromStr for Verb {
    type Err = UnknownVerb;

    fn from_str(word: &str) -> Result<Self, UnknownVerb> {
        Self::ALL.into_iter().find(|verb| verb.as_str() == word).ok_or(UnknownVerb)
    }
}
