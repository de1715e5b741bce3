//! What can go wrong with content, once, and how each API says it.

use http::StatusCode;
use serde_json::{Value, json};

use crate::reply::Reply;

/// Why something was not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// Absent, or hidden from the caller: the two look the same.
    NoContent(String),
    NoSpace(String),
    /// Visible, but not the caller's to change.
    NotAllowed(&'static str),
    /// Another page of the space has the title.
    TitleTaken {
        title: String,
        space: String,
    },
    /// The version sent is not the latest plus one.
    Stale {
        current: u64,
        sent: u64,
    },
    /// The request makes no sense; a sentence for the reader.
    Invalid(String),
}

const PACKAGE: &str = "com.atlassian.confluence.api.service.exceptions";

impl Trouble {
    /// Shorthand for a request that makes no sense.
    pub(crate) fn invalid(sentence: impl Into<String>) -> Self {
        Self::Invalid(sentence.into())
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::NoContent(_) | Self::NoSpace(_) => StatusCode::NOT_FOUND,
            Self::NotAllowed(_) => StatusCode::FORBIDDEN,
            Self::TitleTaken { .. } | Self::Invalid(_) => StatusCode::BAD_REQUEST,
            Self::Stale { .. } => StatusCode::CONFLICT,
        }
    }

    /// As version 1 answers: `{"statusCode":...,"data":{...},"message":...}`.
    pub(crate) fn v1(self) -> Reply {
        let (exception, sentence) = match &self {
            Self::NoContent(id) => {
                ("NotFoundException", format!("No content found with id: ContentId{{id={id}}}"))
            }
            Self::NoSpace(key) => ("NotFoundException", format!("No space with key : {key}")),
            Self::NotAllowed(action) => ("PermissionException", format!("User not permitted to {action}")),
            Self::TitleTaken { title, space } => {
                let sentence = format!(
                    "A page with this title already exists: A page already exists with the title {title} \
                     in the space with key {space}"
                );
                ("BadRequestException", sentence)
            }
            Self::Stale { current, .. } => {
                let sentence =
                    format!("Version must be incremented on update. Current version is: {current}");
                ("ConflictException", sentence)
            }
            Self::Invalid(sentence) => ("BadRequestException", sentence.clone()),
        };
        v1(
            self.status(),
            &format!("{PACKAGE}.{exception}: {sentence}"),
            self.status() != StatusCode::FORBIDDEN,
        )
    }

    /// As version 2 answers: `{"errors":[{"status":...,"code":...,"title":...,"detail":...}]}`.
    pub(crate) fn v2(self) -> Reply {
        let (code, title) = match &self {
            Self::NoContent(id) => ("NOT_FOUND", format!("Could not find content with id {id}")),
            Self::NoSpace(id) => ("NOT_FOUND", format!("Could not find space with id {id}")),
            // Version 2 has no 403 of its own: what may not be changed counts as not there.
            Self::NotAllowed(action) => {
                return v2(
                    StatusCode::NOT_FOUND,
                    "NOT_FOUND",
                    &format!("User not permitted to {action}"),
                    Value::Null,
                );
            }
            Self::TitleTaken { .. } => {
                let sentence = "A page with this title already exists: A page already exists with the same TITLE \
                    in this space";
                ("INVALID_REQUEST_PARAMETER", sentence.to_owned())
            }
            Self::Stale { current, sent } => {
                let sentence = format!(
                    "Version must be incremented when updating a page. Current Version: [{current}]. \
                     Provided version: [{sent}]"
                );
                ("CONFLICT", sentence)
            }
            Self::Invalid(sentence) => ("INVALID_REQUEST_PARAMETER", sentence.clone()),
        };
        v2(self.status(), code, &title, Value::Null)
    }
}

/// Version 1's refusal.
pub(crate) fn v1(status: StatusCode, message: &str, authorized: bool) -> Reply {
    let data = json!({
        "authorized": authorized, "valid": status != StatusCode::BAD_REQUEST, "allowedInReadOnlyMode": true,
        "errors": [], "successful": false,
    });
    Reply::with(status, &json!({"statusCode": status.as_u16(), "data": data, "message": message}))
}

/// Version 2's refusal.
#[allow(clippy::needless_pass_by_value, reason = "callers end with `v2(..., json!(...))`")]
pub(crate) fn v2(status: StatusCode, code: &str, title: &str, detail: Value) -> Reply {
    let error = json!({"status": status.as_u16(), "code": code, "title": title, "detail": detail});
    Reply::with(status, &json!({"errors": [error]}))
}
