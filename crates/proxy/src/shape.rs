use http::{HeaderMap, HeaderValue, Request, header};

/// In which shape a caller reads errors: the one of the API it called, so that its library shows our message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// `{"errorMessages":[...],"errors":{}}`
    Jira,
    /// `{"statusCode":...,"message":...}`
    ConfluenceV1,
    /// `{"errors":[{"status":...,"code":...,"title":...,"detail":...}]}`
    ConfluenceV2,
    /// `{"errorMessage":...,"i18nErrorMessage":{"i18nKey":...,"parameters":[]}}`
    ServiceDesk,
    /// RFC 9457, for those who ask for it.
    Problem,
}

impl Shape {
    /// What the request asks for, and otherwise what its path suggests.
    pub(crate) fn of<B>(request: &Request<B>) -> Self {
        if Self::is_problem_wanted(request.headers()) {
            Self::Problem
        } else {
            Self::of_path(request.uri().path())
        }
    }

    /// Whether the request asks for problem documents.
    fn is_problem_wanted(headers: &HeaderMap) -> bool {
        let asks = |value: &HeaderValue| {
            memchr::memmem::find(value.as_bytes(), b"application/problem+json").is_some()
        };
        headers.get_all(header::ACCEPT).iter().any(asks)
    }

    /// By the path as the client wrote it: refusals happen before anything about it is known to be true.
    fn of_path(path: &str) -> Self {
        if let Some(api) = path.strip_prefix("/rest/") {
            return if api.starts_with("servicedeskapi/") { Self::ServiceDesk } else { Self::Jira };
        }
        if path.contains("/rest/servicedeskapi/") {
            return Self::ServiceDesk;
        }
        let wiki = path.contains("/wiki/") || path.starts_with("/ex/confluence/");
        match (wiki, path.contains("/wiki/api/v2/")) {
            (_, true) => Self::ConfluenceV2,
            (true, false) => Self::ConfluenceV1,
            (false, false) => Self::Jira,
        }
    }
}
