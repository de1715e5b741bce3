//! What a token endpoint is asked for pairs of tokens with.

use egress::RequestBody;
use http::{Request, header};
use serde::Serialize;
use types::Secret;
use zeroize::Zeroizing;

use crate::app::App;

/// What is asked of a token endpoint.
pub(crate) enum Asked<'a> {
    Refresh(&'a Secret),
    /// With the verifier of its challenge (RFC 7636), where one was sent.
    Code(&'a Secret, Option<&'a Secret>),
}

#[derive(Serialize)]
struct Body<'a> {
    grant_type: &'static str,
    client_id: &'a str,
    client_secret: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    redirect_uri: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code_verifier: Option<&'a str>,
}

/// A request to an app's token endpoint: JSON at Atlassian, a form at a Data Center, which wants the redirect URI each time.
pub(crate) fn request(app: &App, asked: &Asked<'_>) -> Option<Request<RequestBody>> {
    let (refresh, code, verifier) = match asked {
        Asked::Refresh(token) => (Some(token.open()), None, None),
        Asked::Code(code, verifier) => (None, Some(code.open()), verifier.map(|it| it.open())),
    };
    let body = Body {
        grant_type: if refresh.is_some() { "refresh_token" } else { "authorization_code" },
        client_id: &app.client_id,
        client_secret: app.client_secret.open(),
        refresh_token: refresh,
        code,
        redirect_uri: (code.is_some() || !app.is_cloud()).then_some(app.redirect_uri.as_str()),
        code_verifier: verifier,
    };
    let (kind, text) = if app.is_cloud() {
        ("application/json", Zeroizing::new(serde_json::to_vec(&body).ok()?))
    } else {
        ("application/x-www-form-urlencoded", Zeroizing::new(form(&body).into_bytes()))
    };
    Request::post(app.token_url.clone())
        .header(header::CONTENT_TYPE, kind)
        .header(header::ACCEPT, "application/json")
        .header(header::USER_AGENT, crate::USER_AGENT)
        .body(RequestBody::full(text.to_vec()))
        .ok()
}

fn form(body: &Body<'_>) -> String {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.append_pair("grant_type", body.grant_type);
    form.append_pair("client_id", body.client_id).append_pair("client_secret", body.client_secret);
    let others = [
        ("refresh_token", body.refresh_token),
        ("code", body.code),
        ("redirect_uri", body.redirect_uri),
        ("code_verifier", body.code_verifier),
    ];
    for (name, value) in others {
        if let Some(value) = value {
            form.append_pair(name, value);
        }
    }
    form.finish()
}
