use http::header::{self, HeaderMap};
use types::{Code, Refusal};

/// Refuses a change that a page of another site makes a browser send.
///
/// A browser that was once given a client's secret for Basic adds it to whatever any page sends here. Programs send
/// neither of these headers, browsers send them with every request that can change something and no page can forge
/// them: `Sec-Fetch-Site` (Fetch Metadata §2.3) and `Origin` (RFC 6454 §7). `null`, the origin of a sandbox, is not
/// ours either.
pub(super) fn refuse_foreign_page(headers: &HeaderMap, own: &str) -> Result<(), Refusal> {
    let foreign_site = headers
        .get_all("sec-fetch-site")
        .iter()
        .any(|site| !matches!(site.as_bytes(), b"same-origin" | b"none"));
    let foreign_origin = headers
        .get_all(header::ORIGIN)
        .iter()
        .any(|origin| !origin.as_bytes().eq_ignore_ascii_case(own.as_bytes()));
    if foreign_site || foreign_origin {
        return Err(Code::CrossSiteRequest.into());
    }
    Ok(())
}

/// Refuses the one kind of body that a plain HTML form and nothing else sends: no operation takes it, and Atlassian's
/// servers read its fields as if they stood in the query, which is then not the query that was checked.
pub(super) fn refuse_form(headers: &HeaderMap) -> Result<(), Refusal> {
    const FORM: &[u8] = b"application/x-www-form-urlencoded";
    let is_form = |kind: &http::HeaderValue| {
        let essence = kind.as_bytes().split(|byte| matches!(byte, b';' | b',')).next().unwrap_or_default();
        essence.trim_ascii().eq_ignore_ascii_case(FORM)
    };
    if headers.get_all(header::CONTENT_TYPE).iter().any(is_form) {
        return Err(Refusal::new(Code::MalformedRequest, "No operation takes a body that is an HTML form."));
    }
    Ok(())
}
