//! `Idempotency-Key`: a change that is asked for twice is made once (draft-ietf-httpapi-idempotency-key-header-07).
//!
//! What a key means, how long it is remembered and what is kept is `control`'s ([`control::repeats`]); this is the header,
//! the request it stands for, and the answer that is given again.

use axum::body::{Body, Bytes, HttpBody as _, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use control::repeats::{Answer, Begun, Fingerprints, LARGEST as LARGEST_KEPT, Turn};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};

use crate::asked::too_large;
use crate::problem::Problem;
use crate::{By, LARGEST, Most, Shared};

/// The header a key comes in.
pub(crate) const KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// What marks an answer that was given before.
const AGAIN: HeaderName = HeaderName::from_static("idempotency-replayed");

/// The longest key, in bytes.
const LONGEST: usize = 255;

/// What a key looks like: a string of RFC 9651 §3.3.3, as the draft has it, or the same without its quotes, as many
/// programs send it.
pub(crate) const PATTERN: &str = "^(\"[!#-\\[\\]-~]{1,255}\"|[!#-\\[\\]-~]{1,255})$";

/// Around every route that changes something, within [`crate::carried`]: whoever hangs up leaves no change that is made and an
/// answer that is not kept. Without a key the request passes as it is.
pub(crate) async fn only_once(state: Shared, by: By, request: Request, next: Next) -> Response {
    match key(request.headers()) {
        Ok(None) => next.run(request).await,
        Ok(Some(key)) => once(state, by, &key, request, next).await.unwrap_or_else(Problem::into_response),
        Err(problem) => problem.into_response(),
    }
}

fn key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let mut sent = headers.get_all(KEY).iter();
    let (first, more) = (sent.next(), sent.next());
    let Some(first) = first else { return Ok(None) };
    let text = first.to_str().unwrap_or_default().trim();
    let bare = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
    let plain = bare.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\');
    if more.is_none() && plain && (1..=LONGEST).contains(&bare.len()) {
        return Ok(Some(bare.to_owned()));
    }
    Err(Problem::invalid(
        "Idempotency-Key must be sent once, as 1 to 255 visible ASCII characters without quotes inside.",
    ))
}

async fn once(
    State(parts): Shared,
    by: By,
    key: &str,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let (head, body) = request.into_parts();
    let most = head.extensions.get::<Most>().map_or(LARGEST, |most| most.0);
    let body = to_bytes(body, most).await.map_err(|_| too_large())?;
    let seen: Vec<_> = head.headers.get_all(header::IF_MATCH).iter().map(HeaderValue::as_bytes).collect();
    let seen = seen.join(&b'\n');
    let what = [head.method.as_str().as_bytes(), head.uri.path().as_bytes(), &seen, &body];
    match parts.control.begin(&by.name, Fingerprints::of(&by.name, key, &what)).await? {
        Begun::Again(answer) => Ok(again(answer)),
        Begun::First(turn) => {
            let request = Request::from_parts(head, Body::from(body));
            Ok(keep(turn, next.run(request).await).await)
        }
    }
}

/// Keeps an answer for whoever asks again, and passes it on.
async fn keep(turn: Turn, response: Response) -> Response {
    let status = response.status();
    if status == StatusCode::INTERNAL_SERVER_ERROR {
        // It may have been made or not: whoever asks again is told to look.
        return response;
    }
    if !status.is_success() {
        turn.forget().await;
        return response;
    }
    let (head, body) = response.into_parts();
    let shown_once = head.headers.get(header::CACHE_CONTROL).is_some_and(|value| value == "no-store");
    let fits = body.size_hint().upper().is_some_and(|size| size <= LARGEST_KEPT as u64);
    let (kept, body) = if shown_once || !fits {
        (None, body)
    } else {
        let bytes = to_bytes(body, LARGEST_KEPT).await.unwrap_or_default();
        (Some(bytes.to_vec()), Body::from(bytes))
    };
    let etag = head.headers.get(header::ETAG).and_then(|tag| tag.to_str().ok()).map(str::to_owned);
    turn.finish(&Answer { status: status.as_u16(), etag, body: kept }).await;
    Response::from_parts(head, body)
}

/// The first answer again.
fn again(answer: Answer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    let body = Bytes::from(answer.body.unwrap_or_default());
    let json = (!body.is_empty()).then_some(HeaderValue::from_static("application/json"));
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_TYPE);
    headers.extend(json.map(|json| (header::CONTENT_TYPE, json)));
    headers.extend(answer.etag.and_then(|tag| Some((header::ETAG, HeaderValue::try_from(tag).ok()?))));
    headers.insert(AGAIN, HeaderValue::from_static("true"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(values: &[&'static str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(KEY, HeaderValue::from_static(value));
        }
        headers
    }

    #[test]
    fn a_key_is_the_same_with_quotes_and_without() {
        assert_eq!(key(&with(&["\"8e03978e-40d5\""])).unwrap().unwrap(), "8e03978e-40d5");
        assert_eq!(key(&with(&["8e03978e-40d5"])).unwrap().unwrap(), "8e03978e-40d5");
        assert_eq!(key(&HeaderMap::new()).unwrap(), None);
    }

    #[test]
    fn what_is_no_key_is_refused_rather_than_ignored() {
        for odd in [&[""][..], &["\"\""], &["a b"], &["a\"b"], &["\"a\\\"b\""], &["a", "b"]] {
            assert!(key(&with(odd)).is_err(), "{odd:?}");
        }
        let long = HeaderMap::from_iter([(KEY, HeaderValue::try_from("a".repeat(256)).unwrap())]);
        assert!(key(&long).is_err());
    }

    #[test]
    fn an_answer_given_again_says_so_and_is_otherwise_the_same() {
        let tag = Some("\"4\"".to_owned());
        let given = again(Answer { status: 201, etag: tag, body: Some(b"{}".to_vec()) });
        assert_eq!(given.status(), StatusCode::CREATED);
        let header = |name: &str| given.headers().get(name).map(|value| value.to_str().unwrap());
        assert_eq!(header("content-type"), Some("application/json"));
        assert_eq!((header("etag"), header("idempotency-replayed")), (Some("\"4\""), Some("true")));
        let nothing = again(Answer { status: 204, etag: None, body: Some(Vec::new()) });
        assert!(!nothing.headers().contains_key("content-type"));
    }
}
