//! What a form sends.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use http::{StatusCode, header};

use crate::page::Notice;

/// Fields by name; bounded by the router's limit on bodies.
#[derive(Debug)]
pub(crate) struct Form(Vec<(String, String)>);

impl Form {
    /// A field; one that is given twice is none.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let mut found = self.0.iter().filter(|(known, _)| known == name);
        let (_, value) = found.next()?;
        Some(value.as_str()).filter(|_| found.next().is_none())
    }

    /// Whether there is a field of this name, once or more often.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| known == name)
    }

    /// The query of an address, read alike.
    pub(crate) fn of_query(query: &str) -> Self {
        Self(url::form_urlencoded::parse(query.as_bytes()).into_owned().collect())
    }
}

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = Notice;

    async fn from_request(request: Request, state: &S) -> Result<Self, Notice> {
        let kind =
            request.headers().get(header::CONTENT_TYPE).map(|kind| kind.as_bytes().to_ascii_lowercase());
        if !kind.is_some_and(|kind| kind.starts_with(b"application/x-www-form-urlencoded")) {
            return Err(Notice::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "Not a form",
                "This takes forms only.",
            ));
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|_| {
            Notice::new(StatusCode::PAYLOAD_TOO_LARGE, "Too large", "The form is larger than any form here.")
        })?;
        Ok(Self(url::form_urlencoded::parse(&bytes).into_owned().collect()))
    }
}
