//! A request as handlers see it: read to its end, split into what they ask for.

use bytes::Bytes;
use http::{HeaderMap, Method};
use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::reply::Reply;

/// One request. The path is relative to the entrance it came through and still percent-encoded.
#[derive(Debug)]
pub(crate) struct Ask {
    pub(crate) method: Method,
    /// `/rest/api/3/issue/REL-1`, whatever stood before it.
    pub(crate) path: String,
    /// Decoded query parameters, in order.
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Ask {
    /// Splits and decodes a raw query.
    pub(crate) fn parse_query(raw: Option<&str>) -> Vec<(String, String)> {
        let raw = raw.unwrap_or_default();
        url::form_urlencoded::parse(raw.as_bytes()).map(|(k, v)| (k.into_owned(), v.into_owned())).collect()
    }

    /// The first value of a query parameter.
    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(k, _)| k == name).map(|(_, v)| v.as_str())
    }

    /// Every value of a query parameter, commas split: `fields=a,b&fields=c` gives a, b, c.
    pub(crate) fn query_list(&self, name: &str) -> Vec<&str> {
        let named = self.query.iter().filter(|(k, _)| k == name);
        named.flat_map(|(_, v)| v.split(',')).map(str::trim).filter(|v| !v.is_empty()).collect()
    }

    /// A number from the query, or `default` when absent or not a number.
    pub(crate) fn query_number(&self, name: &str, default: usize) -> usize {
        self.query(name).and_then(|v| v.parse().ok()).unwrap_or(default)
    }

    /// A yes-or-no from the query.
    pub(crate) fn query_flag(&self, name: &str, default: bool) -> bool {
        self.query(name).map_or(default, |v| v.eq_ignore_ascii_case("true"))
    }

    /// A header as text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|v| v.to_str().ok())
    }

    /// The body as JSON; an absent body counts as `null`.
    pub(crate) fn json(&self) -> Result<Value, Reply> {
        if self.body.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&self.body).map_err(|_| {
            Reply::bad("There was an error parsing JSON. Check that your request body is valid.")
        })
    }

    /// The body as a JSON object; anything else is refused as Jira does.
    pub(crate) fn object(&self) -> Result<serde_json::Map<String, Value>, Reply> {
        match self.json()? {
            Value::Object(map) => Ok(map),
            _ => {
                Err(Reply::bad("Invalid request payload. Refer to the REST API documentation and try again."))
            }
        }
    }
}

/// One path segment, percent-decoded.
pub(crate) fn decode(segment: &str) -> String {
    percent_decode_str(segment).decode_utf8_lossy().into_owned()
}
