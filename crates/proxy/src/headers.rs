//! Which headers travel on, in both directions.
//!
//! Towards Atlassian the rule is a list of what may pass: a header nobody knows could make a server on the way read
//! another path or method (`X-Original-URL`, `X-Rewrite-URL`, `X-HTTP-Method`), and then what was recognised would not
//! be what is done. Towards the client the rule is a list of what may not: answers are Atlassian's to shape.

use http::header::{self, HeaderMap, HeaderName, HeaderValue};

/// How a request says that it means another method than it writes. Refused, never obeyed.
const METHOD_OVERRIDES: [&str; 3] = ["x-http-method-override", "x-http-method", "x-method-override"];

/// Whether a header asks for another method than the request line.
pub(crate) fn overrides_method(headers: &HeaderMap) -> bool {
    // One look at each of a few names costs less than three hashes.
    headers
        .keys()
        .map(HeaderName::as_str)
        .any(|name| name.starts_with("x-") && METHOD_OVERRIDES.contains(&name))
}

/// What may pass towards Atlassian without anyone asking.
fn may_pass(name: &str) -> bool {
    matches!(
        name,
        "accept"
            | "accept-language"
            | "cache-control"
            | "content-disposition"
            | "content-encoding"
            | "content-language"
            | "content-length"
            | "content-type"
            | "if-match"
            | "if-modified-since"
            | "if-none-match"
            | "if-range"
            | "if-unmodified-since"
            | "range"
            | "x-atlassian-token"
            | "x-experimentalapi"
            | "x-force-accept-language"
    )
}

/// What of `headers` may travel to Atlassian; `also` are the names settings add. Whatever `Connection` names
/// stays behind (RFC 9110 §7.6.1), whichever list it is on.
pub(crate) fn outbound(headers: &HeaderMap, also: &[HeaderName]) -> HeaderMap {
    let mut passing = HeaderMap::with_capacity(ROOM);
    let connection = headers.get_all(header::CONNECTION);
    let one_hop = |name: &HeaderName| {
        let mut named = connection.iter().flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
        named.any(|named| named.trim_ascii().eq_ignore_ascii_case(name.as_ref()))
    };
    for (name, value) in headers {
        if (may_pass(name.as_str()) || also.contains(name)) && !one_hop(name) {
            passing.append(name, value.clone());
        }
    }
    passing
}

/// Room for what usually travels, and for what the gateway adds.
const ROOM: usize = 12;

/// Takes from an answer's `headers` what concerns only one hop, what would tie the client to Atlassian's host or
/// what tells about its machines.
pub(crate) fn inbound(headers: &mut HeaderMap) {
    drop_named_by_connection(headers);
    remove_where(headers, |name| {
        matches!(
            name.as_str(),
            "alt-svc"
                | "connection"
                | "expect-ct"
                | "keep-alive"
                | "nel"
                | "proxy-authenticate"
                | "proxy-authentication-info"
                | "proxy-connection"
                | "report-to"
                | "reporting-endpoints"
                | "server"
                | "set-cookie"
                | "set-cookie2"
                | "strict-transport-security"
                | "te"
                | "trailer"
                | "transfer-encoding"
                | "upgrade"
                | "via"
                | "x-envoy-upstream-service-time"
        ) || name.as_str().starts_with("ticketgate-")
    });
}

fn drop_named_by_connection(headers: &mut HeaderMap) {
    while let Some(value) = headers.remove(header::CONNECTION) {
        for name in value.to_str().unwrap_or_default().split(',') {
            // `Content-Length` is framing, which hyper has already read; a request that names it means to smuggle.
            if let Ok(name) = HeaderName::from_bytes(name.trim().as_bytes()) {
                headers.remove(name);
            }
        }
    }
}

/// Removes without allocating: a few at a time, until a round finds nothing more.
fn remove_where(headers: &mut HeaderMap, condemned: impl Fn(&HeaderName) -> bool) {
    const AT_ONCE: usize = 8;
    loop {
        let mut names: [Option<HeaderName>; AT_ONCE] = Default::default();
        let mut found = headers.keys().filter(|name| condemned(name));
        for (slot, name) in names.iter_mut().zip(&mut found) {
            *slot = Some(name.clone());
        }
        let full = names.iter().all(Option::is_some);
        for name in names.into_iter().flatten() {
            headers.remove(name);
        }
        if !full {
            return;
        }
    }
}

/// Whether the client takes gzip (RFC 9110 §12.5.3). Weighted lists are read as far as saying "not at all".
pub(crate) fn takes_gzip(headers: &HeaderMap) -> bool {
    headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok()).any(|value| {
        value.split(',').any(|coding| {
            let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
            let never =
                weight.trim().strip_prefix("q=").is_some_and(|q| q.trim_matches(['0', '.']).is_empty());
            name.trim().eq_ignore_ascii_case("gzip") && !never
        })
    })
}

/// Whether a body of this type is searched for URLs: JSON and its relatives (`application/problem+json`).
pub(crate) fn is_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes) else { return false };
    let essence = value.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
    let ends = |suffix: &[u8]| {
        essence.len() >= suffix.len()
            && essence.get(essence.len() - suffix.len()..).is_some_and(|end| end.eq_ignore_ascii_case(suffix))
    };
    essence.eq_ignore_ascii_case(b"application/json") || ends(b"+json")
}

/// The one coding of a body, when it has one.
pub(crate) enum Coding {
    Identity,
    Gzip,
    /// Several, or one the gateway cannot read.
    Other,
}

pub(crate) fn coding(headers: &HeaderMap) -> Coding {
    match headers.get(header::CONTENT_ENCODING).map(HeaderValue::as_bytes) {
        None => Coding::Identity,
        Some(coding) if coding.eq_ignore_ascii_case(b"identity") => Coding::Identity,
        Some(coding) if coding.eq_ignore_ascii_case(b"gzip") || coding.eq_ignore_ascii_case(b"x-gzip") => {
            Coding::Gzip
        }
        Some(_) => Coding::Other,
    }
}

#[cfg(test)]
mod tests;
