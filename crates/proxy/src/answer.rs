//! The last two stages for a call that was answered: the answer passes, and its record is closed behind its last byte.

use std::sync::Arc;

use http::header::{self, HeaderMap};
use http::{Response, StatusCode, Version};
use types::{Address, Site};

use audit::Ended;

use crate::download::{Download, Filter, Source};
use crate::headers::{self, Coding};
use crate::ledger::Ledger;
use crate::manner::Manner;
use crate::respond::{REQUEST_ID, id_value};
use crate::rewrite::{Gunzip, Rewriter, Target};
use crate::{Body, Forwarded, Gateway, links};

/// How links in an answer are to lead back here.
#[derive(Debug)]
pub(crate) struct Links {
    pub(crate) site: Arc<Site>,
    pub(crate) origin: Arc<str>,
    pub(crate) way: Address,
}

/// Turns what came back into the response.
///
/// The record is closed when the last byte has been handed to the connection, so a response that exists either has its
/// receipt or carries the open record with it.
pub(crate) fn answer(
    gateway: &Gateway,
    forwarded: Forwarded,
    to: &Links,
    mut ledger: Ledger,
    manner: Manner,
) -> Response<Body> {
    let Forwarded { mut parts, body, admission } = forwarded;
    parts.version = Version::HTTP_11;
    headers::inbound(&mut parts.headers);
    parts.headers.insert(REQUEST_ID, id_value(manner.id()));
    if parts.headers.contains_key(header::LOCATION) || parts.headers.contains_key(header::LINK) {
        let target = Target::new(&to.origin, &to.way);
        links::rewrite_headers(&mut parts.headers, &gateway.0.links.patterns(&to.site), &target);
    }
    let mut filter = filter(gateway, parts.status, &mut parts.headers, to);
    if manner.is_head() || matches!(parts.status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED) {
        ledger.closed(Ended::Complete, 0);
        return Response::from_parts(parts, Body::empty());
    }
    let mut source = Source::from(body);
    if let Err(error) = source.settle(&mut filter) {
        return manner.refuse(ledger, &error.code().into());
    }
    // From here on it is the client's to read.
    ledger.unattended(false);
    let download = Download::new(source, filter, gateway.0.settings.idle, ledger, admission);
    Response::from_parts(parts, Body::download(download))
}

/// What is done to the body, and to the headers that describe it.
///
/// A gzip answer is unpacked to be rewritten and goes out plain: the way from Atlassian is the long and narrow one, and a
/// client of the gateway is usually near. Asking Atlassian for plain answers would spare 5 to 10 us of unpacking on a
/// small answer and cost several round trips on a large one. A part of a body (206) is left as it is.
fn filter(gateway: &Gateway, status: StatusCode, headers: &mut HeaderMap, to: &Links) -> Filter {
    let coding = headers::coding(headers);
    if status == StatusCode::PARTIAL_CONTENT || matches!(coding, Coding::Other) || !headers::is_json(headers)
    {
        return Filter::Pass;
    }
    headers.remove(header::CONTENT_LENGTH);
    let rewriter = Rewriter::new(gateway.0.links.patterns(&to.site), Target::new(&to.origin, &to.way));
    if matches!(coding, Coding::Identity) {
        return Filter::Rewrite(rewriter);
    }
    headers.remove(header::CONTENT_ENCODING);
    Filter::Unpack(Gunzip::new(), rewriter)
}
