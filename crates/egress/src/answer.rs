use http::response::Parts;
use hyper::body::Incoming;

/// What came back: proof that a request was sent and answered. The body has not been read yet.
#[derive(Debug)]
pub struct Answer {
    parts: Parts,
    body: Incoming,
}

impl Answer {
    pub(crate) fn new(response: http::Response<Incoming>) -> Self {
        let (parts, body) = response.into_parts();
        Self { parts, body }
    }

    /// Status, version and headers.
    #[must_use]
    pub const fn parts(&self) -> &Parts {
        &self.parts
    }

    /// Takes the answer apart. Dropping the body before its end closes an HTTP/1.1 connection and resets an HTTP/2
    /// stream.
    pub fn into_parts(self) -> (Parts, Incoming) {
        (self.parts, self.body)
    }
}
