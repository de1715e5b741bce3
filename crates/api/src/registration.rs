//! `POST /oauth/register`: dynamic client registration (RFC 7591), where the settings allow it.
//!
//! Only with the initial access token (§3): registration that is open to everyone fills a gateway with names nobody
//! knows. There is no way to read or change a registration afterwards (RFC 7592); operators have one.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use control::views::{RegisterItself, Registered};
use control::{ControlError, Kind};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use seal::Digest;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use types::OperatorName;

use crate::Shared;

/// How clients may register themselves.
#[derive(Clone, Debug)]
pub struct Registration {
    /// Of the initial access token.
    pub token: Digest,
    /// How long such a client lives.
    pub life: Duration,
    /// Who registers it, in records.
    pub registrar: OperatorName,
}

/// Client metadata (§2), as far as it means anything here. What is not known is ignored, as §2 wants.
#[derive(Debug, Deserialize)]
struct Metadata {
    #[serde(default)]
    redirect_uris: Vec<String>,
    token_endpoint_auth_method: Option<String>,
    #[serde(default)]
    grant_types: Vec<String>,
    #[serde(default)]
    response_types: Vec<String>,
    client_name: Option<String>,
    #[serde(default)]
    contacts: Vec<String>,
}

/// A "no" (§3.2.2).
struct No(StatusCode, &'static str, String);

impl No {
    fn metadata(words: impl Into<String>) -> Self {
        Self(StatusCode::BAD_REQUEST, "invalid_client_metadata", words.into())
    }
}

impl IntoResponse for No {
    fn into_response(self) -> Response {
        let Self(status, error, words) = self;
        let body = Json(json!({ "error": error, "error_description": words.replace(['"', '\\'], "'") }));
        let mut answer = (status, [(header::CACHE_CONTROL, "no-store")], body).into_response();
        if status == StatusCode::UNAUTHORIZED {
            let challenge = HeaderValue::from_static("Bearer realm=\"ticketgate registration\"");
            answer.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        answer
    }
}

pub(crate) async fn register(State(parts): Shared, headers: HeaderMap, body: axum::body::Bytes) -> Response {
    let Some(registration) = &parts.registration else {
        return crate::problem::Problem::refusal(types::Code::NothingHere).into_response();
    };
    if !holds(&headers, &registration.token) {
        let words = "Registering needs the initial access token of this gateway, as Authorization: Bearer.";
        return No(StatusCode::UNAUTHORIZED, "invalid_token", words.to_owned()).into_response();
    }
    let (metadata, asked) = match read(&body) {
        Ok(read) => read,
        Err(no) => return no.into_response(),
    };
    let (control, registrar, life) =
        (parts.control.clone(), registration.registrar.clone(), registration.life);
    let made = async move { control.register_itself(&registrar, asked, life).await };
    let Ok(made) = parts.control.carry_through(made).await else {
        return crate::problem::Problem::refusal(types::Code::Internal).into_response();
    };
    match made {
        Ok(made) => registered(&metadata, &made),
        Err(error) => refused(&error).into_response(),
    }
}

/// Whether a request carries the initial access token, once. Compared by digest, in constant time.
fn holds(headers: &HeaderMap, token: &Digest) -> bool {
    let mut sent = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(sent), None) = (sent.next(), sent.next()) else { return false };
    let Some((scheme, text)) = sent.to_str().ok().and_then(|sent| sent.split_once(' ')) else { return false };
    scheme.eq_ignore_ascii_case("bearer") && Digest::of_text(text.trim()) == *token
}

fn read(body: &[u8]) -> Result<(Metadata, RegisterItself), No> {
    let metadata: Metadata = serde_json::from_slice(body)
        .map_err(|_| No::metadata("The body is no client metadata in JSON (RFC 7591 section 2)."))?;
    let public = match metadata.token_endpoint_auth_method.as_deref() {
        Some("none") => true,
        None | Some("client_secret_basic" | "client_secret_post") => false,
        Some(_) => {
            return Err(No::metadata(
                "token_endpoint_auth_method must be none, client_secret_basic or client_secret_post.",
            ));
        }
    };
    let known = |word: &String| oauth::GRANT_TYPES.contains(&word.as_str());
    if !metadata.grant_types.iter().all(known) {
        return Err(No::metadata(
            "grant_types names one that this gateway does not have; its metadata lists those it has.",
        ));
    }
    if !metadata.response_types.iter().all(|word| word == "code") {
        return Err(No::metadata("response_types may only be code."));
    }
    if metadata.redirect_uris.is_empty() {
        let words = "redirect_uris is missing: a client that registers itself acts for users.";
        return Err(No(StatusCode::BAD_REQUEST, "invalid_redirect_uri", words.to_owned()));
    }
    if let Some(wrong) = metadata.redirect_uris.iter().find_map(|uri| oauth::RedirectUri::parse(uri).err()) {
        return Err(No(
            StatusCode::BAD_REQUEST,
            "invalid_redirect_uri",
            format!("It cannot be registered: {wrong}."),
        ));
    }
    let asked = RegisterItself {
        name: metadata.client_name.clone(),
        contact: metadata.contacts.first().cloned(),
        redirect_uris: metadata.redirect_uris.clone(),
        public,
    };
    Ok((metadata, asked))
}

/// §3.2.1: what was registered, whatever was asked for.
fn registered(metadata: &Metadata, made: &Registered) -> Response {
    let client = &made.client;
    let method = metadata.token_endpoint_auth_method.as_deref().unwrap_or("client_secret_basic");
    let mut body = Map::new();
    for (name, value) in [
        ("client_id", json!(client.client)),
        ("client_id_issued_at", json!(client.created_at.as_second())),
        ("redirect_uris", json!(client.redirect_uris)),
        ("token_endpoint_auth_method", json!(method)),
        ("grant_types", json!(oauth::GRANT_TYPES_OF_USERS)),
        ("response_types", json!(["code"])),
        ("client_name", json!(client.purpose)),
    ] {
        body.insert(name.to_owned(), value);
    }
    if let Some(secret) = &made.secret {
        body.insert("client_secret".to_owned(), json!(secret.open()));
        let end = client.expires_at.map_or(0, |end| end.as_second());
        body.insert("client_secret_expires_at".to_owned(), json!(end));
    }
    (StatusCode::CREATED, [(header::CACHE_CONTROL, "no-store")], Json(Value::Object(body))).into_response()
}

fn refused(error: &ControlError) -> No {
    match error.kind() {
        Kind::Invalid => No::metadata(error.what()),
        Kind::Conflict => {
            No(StatusCode::TOO_MANY_REQUESTS, "temporarily_unavailable", error.what().to_owned())
        }
        _ => No(StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable", error.what().to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn no(body: &Value) -> &'static str {
        let Err(No(status, error, _)) = read(body.to_string().as_bytes()) else {
            panic!("{body} is in order")
        };
        assert_eq!(status, StatusCode::BAD_REQUEST);
        error
    }

    #[test]
    fn metadata_that_cannot_be_kept_to_is_refused_by_name() {
        let good = "https://client.example/back";
        for (body, error) in [
            (json!([]), "invalid_client_metadata"),
            (json!({}), "invalid_redirect_uri"),
            (json!({ "redirect_uris": ["http://client.example/"] }), "invalid_redirect_uri"),
            (json!({ "redirect_uris": [good, "javascript:x"] }), "invalid_redirect_uri"),
            (
                json!({ "redirect_uris": [good], "token_endpoint_auth_method": "private_key_jwt" }),
                "invalid_client_metadata",
            ),
            (json!({ "redirect_uris": [good], "grant_types": ["implicit"] }), "invalid_client_metadata"),
            (json!({ "redirect_uris": [good], "response_types": ["token"] }), "invalid_client_metadata"),
        ] {
            assert_eq!(no(&body), error, "{body}");
        }
        let body =
            json!({ "redirect_uris": [good], "token_endpoint_auth_method": "none", "logo_uri": "ignored" });
        let (_, asked) = read(body.to_string().as_bytes()).map_err(|No(.., words)| words).unwrap();
        assert!(asked.public && asked.redirect_uris == [good]);
    }

    #[test]
    fn the_initial_access_token_is_wanted_whole_and_once() {
        let token = Digest::of_text("a-long-initial-access-token");
        let with = |values: &[&'static str]| -> HeaderMap {
            values.iter().map(|value| (header::AUTHORIZATION, HeaderValue::from_static(value))).collect()
        };
        assert!(holds(&with(&["Bearer a-long-initial-access-token"]), &token));
        for wrong in [
            &[][..],
            &["Bearer a-long-initial-access-toke"],
            &["Bearer "],
            &["Basic a-long-initial-access-token"],
            &["Bearer a-long-initial-access-token", "Bearer a-long-initial-access-token"],
        ] {
            assert!(!holds(&with(wrong), &token), "{wrong:?}");
        }
    }
}
