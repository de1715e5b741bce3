//! gzip, for bodies that gain from it.

use std::io::Write as _;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::HeaderMap;
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_RANGE, HeaderValue, VARY};

use crate::reply::Reply;

/// Bodies up to this many bytes go as they are.
const SMALL: usize = 1024;

/// Whether the client takes gzip. A quality of zero means no.
pub(crate) fn accepted(headers: &HeaderMap) -> bool {
    let offers = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    offers.flat_map(|value| value.split(',')).any(|offer| {
        let mut parts = offer.split(';').map(str::trim);
        parts.next().is_some_and(|name| name.eq_ignore_ascii_case("gzip"))
            && !parts.any(|quality| matches!(quality, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
    })
}

/// Compresses an answer where that helps. Ranges stay as they are: their offsets count plain bytes.
pub(crate) fn gzip(reply: &mut Reply) {
    let encoded = reply.headers.contains_key(CONTENT_ENCODING) || reply.headers.contains_key(CONTENT_RANGE);
    if encoded || reply.body.len() <= SMALL {
        return;
    }
    let mut encoder = GzEncoder::new(Vec::with_capacity(reply.body.len() / 4), Compression::fast());
    let packed = encoder.write_all(&reply.body).and_then(|()| encoder.finish());
    if let Ok(packed) = packed {
        reply.body = Bytes::from(packed);
        reply.headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        reply.headers.append(VARY, HeaderValue::from_static("Accept-Encoding"));
    }
}
