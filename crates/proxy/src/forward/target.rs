use broker::Base;
use bytes::{BufMut, BytesMut};
use catalogue::CanonicalPath;
use http::Uri;
use http::uri::{Parts, PathAndQuery};
use types::{Code, Refusal};

/// The URL of a call: the base, the path as it was recognised, the query as it was sent.
pub(crate) fn uri(base: &Base, path: &CanonicalPath, query: Option<&str>) -> Result<Uri, Refusal> {
    let (prefix, path) = (base.prefix(), path.as_str());
    let mut text =
        BytesMut::with_capacity(prefix.len() + path.len() + query.map_or(0, |query| query.len() + 1));
    text.put_slice(prefix.as_bytes());
    text.put_slice(path.as_bytes());
    if let Some(query) = query {
        text.put_u8(b'?');
        text.put_slice(query.as_bytes());
    }
    let wrong = |_| Refusal::from(Code::Internal);
    let mut parts = Parts::default();
    parts.scheme = Some(base.scheme().clone());
    parts.authority = Some(base.authority().clone());
    // Path and query were checked where they arrived; this reads them once more and copies nothing.
    parts.path_and_query =
        Some(PathAndQuery::from_maybe_shared(text.freeze()).map_err(|e| wrong(http::Error::from(e)))?);
    Uri::from_parts(parts).map_err(|e| wrong(http::Error::from(e)))
}
