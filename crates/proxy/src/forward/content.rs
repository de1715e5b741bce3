//! Content that Atlassian keeps on another host.
//!
//! `GET attachment/content/{id}` answers with a redirect to a media host, whose URL is a secret by itself: whoever has it
//! has the file. Passing it on would let that secret leave the gateway, and many clients behind a gateway cannot reach
//! the media host anyway. So it is fetched here: by GET or HEAD, without the credential, a bounded number of times.
//! The URL is neither logged nor recorded.

use catalogue::Operation;
use egress::{Egress, RequestBody};
use http::header::{self, HeaderValue};
use http::response::Parts;
use http::uri::Scheme;
use http::{Method, Request, Uri};
use types::{Code, Effect, Refusal, Verb};

use super::{Arrived, Letter, USER_AGENT};
use crate::{Settings, headers, rewrite};

/// How many redirects are followed.
const HOPS: usize = 3;

/// The headers that shape which bytes come.
const KEPT: [header::HeaderName; 4] =
    [header::ACCEPT, header::RANGE, header::IF_RANGE, header::IF_NONE_MATCH];

/// Whether the operation's answer is a file.
pub(crate) fn is_content(operation: &Operation) -> bool {
    let template = operation.template();
    operation.effect() == Effect::Read
        && operation.verb() == Verb::Get
        && (template.contains("/attachment/content/")
            || template.contains("/attachment/thumbnail/")
            || template.ends_with("/download")
            || template.ends_with("/thumbnail"))
}

/// Follows a redirect to where the content is. A redirect to another operation is the client's to follow, through the
/// gateway, and is given back as it came.
pub(super) async fn follow(
    egress: &Egress,
    settings: &Settings,
    mut parts: Parts,
    mut body: Arrived,
    letter: &Letter,
) -> Result<(Parts, Arrived), Refusal> {
    let mut at = letter.uri.clone();
    let theirs = headers::outbound(&letter.message.headers, &[]);
    for _ in 0..HOPS {
        let Some(next) = destination(&at, parts.headers.get(header::LOCATION)) else {
            return Ok((parts, body));
        };
        let mut request = Request::new(RequestBody::empty());
        *request.method_mut() =
            if letter.message.method == Method::HEAD { Method::HEAD } else { Method::GET };
        *request.uri_mut() = next.clone();
        for name in KEPT {
            if let Some(value) = theirs.get(&name) {
                request.headers_mut().insert(name, value.clone());
            }
        }
        request.headers_mut().insert(header::USER_AGENT, USER_AGENT);
        request.headers_mut().insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        let answer =
            egress.send(request, settings.to_head).await.map_err(|error| Refusal::from(error.code()))?;
        let (next_parts, next_body) = answer.into_parts();
        (parts, body, at) = (next_parts, Arrived::Passing(next_body), next);
        if !parts.status.is_redirection() {
            return Ok((parts, body));
        }
    }
    Err(Refusal::new(Code::UpstreamGarbled, "The content was redirected too often."))
}

/// Where a redirect leads, when the gateway is to go there. Never from https to http, and never to a path of an API:
/// without a credential that would be refused, and with one it is a call of its own.
fn destination(from: &Uri, location: Option<&HeaderValue>) -> Option<Uri> {
    let location = location?.to_str().ok()?;
    let next: Uri = if location.starts_with('/') && !location.starts_with("//") {
        let authority = from.authority()?.clone();
        Uri::builder()
            .scheme(from.scheme()?.clone())
            .authority(authority)
            .path_and_query(location)
            .build()
            .ok()?
    } else {
        location.parse().ok()?
    };
    let scheme = next.scheme()?;
    let safe = *scheme == Scheme::HTTPS || (*scheme == Scheme::HTTP && from.scheme() == Some(&Scheme::HTTP));
    let plain = next.authority()?.as_str().bytes().all(|byte| byte != b'@');
    (safe && plain && !rewrite::is_api_path(next.path())).then_some(next)
}

#[cfg(test)]
mod tests;
