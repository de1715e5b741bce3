use http::{HeaderMap, HeaderValue, header};

/// In which shape a caller reads errors: the one of the API it called, so that its library shows our message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// `{"errorMessages":[...],"errors":{}}`
    Jira,
    /// `{"statusCode":...,"message":...}`
    ConfluenceV1,
    /// `{"errors":[{"status":...,"code":...,"title":...,"detail":...}]}`
    ConfluenceV2,
    /// RFC 9457, for those who ask for it.
    Problem,
}

impl Shape {
    /// Whether the request asks for problem documents.
    pub(crate) fn is_problem_wanted(headers: &HeaderMap) -> bool {
        let asks = |value: &HeaderValue| {
            memchr::memmem::find(value.as_bytes(), b"application/problem+json").is_some()
        };
        headers.get_all(header::ACCEPT).iter().any(asks)
    }

    /// By the path as the client wrote it: refusals happen before anything about it is known to be true.
    pub(crate) fn of_path(path: &str) -> Self {
        let wiki = path.contains("/wiki/") || path.starts_with("/ex/confluence/");
        match (wiki, path.contains("/wiki/api/v2/")) {
            (_, true) => Self::ConfluenceV2,
            (true, false) => Self::ConfluenceV1,
            (false, false) => Self::Jira,
        }
    }
}
