//! From templates to answers.

use askama::Template;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};

/// The style sheet of every page.
const STYLE: &str = include_str!("style.css");

/// What every answer carries, unless it says something else: no script, no frame, no guessing, no trace.
const STRICT: [(HeaderName, &str); 7] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "no-store"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// Adds the strict headers to an answer.
pub(crate) fn sealed(mut answer: Response) -> Response {
    let headers = answer.headers_mut();
    for (name, value) in STRICT {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    answer
}

/// Lets the page's forms be answered with a redirect to `source` as well: browsers hold redirects to `form-action` too.
pub(crate) fn forms_may_lead_to(headers: &mut HeaderMap, source: &str) {
    let policy = format!(
        "default-src 'none'; style-src 'self'; form-action 'self' {source}; base-uri 'none'; frame-ancestors 'none'"
    );
    // A source is printable ASCII without spaces and semicolons; should it ever not be, the strict policy stands.
    if let Some(policy) = HeaderValue::from_str(&policy).ok().filter(|_| !source.contains([';', ',', ' '])) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
}

/// A page.
pub(crate) fn show(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(text) => (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], text).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page could not be made");
            (StatusCode::INTERNAL_SERVER_ERROR, "The page could not be made.\n").into_response()
        }
    }
}

/// On to another address, with GET.
pub(crate) fn go(location: HeaderValue) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, location)], Body::empty()).into_response()
}

/// On to a page of ours.
pub(crate) fn go_to(path: &'static str) -> Response {
    go(HeaderValue::from_static(path))
}

/// `GET /auth/style.css`
pub(crate) async fn style() -> Response {
    let headers =
        [(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "public, max-age=3600")];
    (headers, STYLE).into_response()
}

/// A page that says one thing.
#[derive(Debug, Template)]
#[template(path = "notice.html")]
pub(crate) struct Notice {
    status: StatusCode,
    title: &'static str,
    words: String,
}

impl Notice {
    pub(crate) fn new(status: StatusCode, title: &'static str, words: impl Into<String>) -> Self {
        Self { status, title, words: words.into() }
    }
}

impl IntoResponse for Notice {
    fn into_response(self) -> Response {
        show(self.status, &self)
    }
}

/// A form that no page of the person's session made for this, or not for what it would do now.
pub(crate) fn foreign_form() -> Notice {
    Notice::new(
        StatusCode::FORBIDDEN,
        "Nothing was done",
        "This form does not come from a page you were shown, or what it was about has changed since. Go back to where you came from and try again.",
    )
}

/// Something the gateway could not keep or read.
pub(crate) fn unavailable() -> Notice {
    Notice::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "Not now",
        "The gateway cannot keep what you decide at the moment, so nothing was done. Try again in a little while.",
    )
}
