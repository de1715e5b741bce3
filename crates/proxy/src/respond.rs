//! The last stage: answers and refusals become responses.

use bytes::Bytes;
use http::header::{self, HeaderName, HeaderValue};
use http::{Response, StatusCode};
use serde_json::{Value, json};
use types::{Code, Refusal, RequestId, Retry};

use crate::Body;
use crate::shape::Shape;

/// On every response: the name under which records and logs know the request.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("ticketgate-request-id");

/// On every refusal: its name in the table of refusals.
pub const REFUSAL: HeaderName = HeaderName::from_static(types::REFUSAL_HEADER);

/// The id as a header's value.
pub(crate) fn id_value(id: RequestId) -> HeaderValue {
    let mut buffer = [0; 36];
    let text = id.uuid().as_hyphenated().encode_lower(&mut buffer);
    // Hexadecimal digits and hyphens are always a header's value.
    HeaderValue::from_str(text).unwrap_or_else(|_| HeaderValue::from_static("unknown"))
}

/// A refusal as a response: in `shape`, without a body for `HEAD`.
pub(crate) fn refuse(refusal: &Refusal, id: RequestId, shape: Shape, is_head: bool) -> Response<Body> {
    let entry = refusal.entry();
    let is_hidden = matches!(entry.code, Code::Hidden | Code::HiddenInQuery);
    let text = if is_hidden { atlassians(refusal, shape) } else { document(refusal, id, shape) }.to_string();
    let body = if is_head { Body::empty() } else { Body::full(Bytes::from(text)) };
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(entry.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let content_type = match shape {
        Shape::Problem if !is_hidden => "application/problem+json",
        _ => "application/json;charset=UTF-8",
    };
    let headers = response.headers_mut();
    headers.insert(REQUEST_ID, id_value(id));
    // What is hidden is not there: nothing about the answer tells the two apart. The record does.
    if !is_hidden {
        headers.insert(REFUSAL, HeaderValue::from_static(entry.name));
    }
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if entry.status == 401 {
        for challenge in oauth::challenges(entry.code) {
            headers.append(header::WWW_AUTHENTICATE, challenge.clone());
        }
    }
    if let Some(after) = refusal.when_to_retry() {
        let seconds = after.as_secs() + u64::from(after.subsec_nanos() > 0);
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// What Atlassian itself says of something that is not there.
fn atlassians(refusal: &Refusal, shape: Shape) -> Value {
    let (status, sentence) = (refusal.entry().status, refusal.detail());
    match shape {
        Shape::Jira | Shape::Problem => json!({ "errorMessages": [sentence], "errors": {} }),
        Shape::ServiceDesk => json!({ "errorMessage": sentence, "i18nErrorMessage": untranslated() }),
        Shape::ConfluenceV1 => json!({
            "statusCode": status,
            "data": {
                "authorized": true, "valid": status != 400, "allowedInReadOnlyMode": true, "errors": [],
                "successful": false,
            },
            "message": format!("com.atlassian.confluence.api.service.exceptions.NotFoundException: {sentence}"),
        }),
        Shape::ConfluenceV2 => json!({
            "errors": [{ "status": status, "code": "NOT_FOUND", "title": sentence, "detail": null }]
        }),
    }
}

/// The member in which Service Management says under which key a sentence is translated.
fn untranslated() -> Value {
    json!({ "i18nKey": "sd.error.resource.not.found", "parameters": [] })
}

fn document(refusal: &Refusal, id: RequestId, shape: Shape) -> Value {
    let entry = refusal.entry();
    // Libraries show one string, so the request id has to be in it for an operator to find the record.
    let message = format!("{refusal} [ticketgate {}, request {id}]", entry.name);
    match shape {
        Shape::Jira => json!({ "errorMessages": [message], "errors": {} }),
        Shape::ServiceDesk => json!({
            "errorMessage": message,
            "i18nErrorMessage": untranslated(),
            // Jira's member: clients that know Jira look nowhere else.
            "errorMessages": [message],
        }),
        Shape::ConfluenceV1 => json!({
            "statusCode": entry.status,
            "data": { "authorized": false, "valid": true, "errors": [], "successful": false },
            "message": message,
            // Jira's member: clients that share their error handling with Jira look nowhere else.
            "errorMessages": [message],
        }),
        Shape::ConfluenceV2 => json!({
            "errors": [{
                "status": entry.status,
                "code": entry.name.to_ascii_uppercase().replace('-', "_"),
                "title": entry.what,
                "detail": message,
                // Not in Atlassian's shape, but the only member some clients show.
                "message": message,
            }]
        }),
        Shape::Problem => json!({
            "type": format!("urn:ticketgate:refusal:{}", entry.name),
            "title": entry.what,
            "status": entry.status,
            "detail": refusal.to_string(),
            "instance": format!("urn:uuid:{id}"),
            "advice": refusal.advice(),
            "retry": match entry.retry {
                Retry::No => "no",
                Retry::Safe => "safe",
                Retry::Ambiguous => "ambiguous",
            },
        }),
    }
}

#[cfg(test)]
mod tests;
