//! Signing in: with Atlassian ([`sign_in`]), or, for development, by a list of imaginary people and no password.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use seal::proof;

use crate::cookies::Cookie;
use crate::form::Form;
use crate::page::{self, Notice};
use crate::visit::{self, Visit};
use crate::{Parts, Resident, Shared, people, sign_in};

/// What the form is made for.
const PURPOSE: &str = "sign in";

#[derive(Template)]
#[template(path = "login.html")]
struct Page<'a> {
    residents: &'a [Resident],
    /// The query of the authorization request to go on with; empty when there is none.
    request: &'a str,
    proof: String,
}

/// `GET /auth/login`
pub(crate) async fn show(State(parts): Shared, headers: HeaderMap, uri: Uri) -> Response {
    let query = Form::of_query(uri.query().unwrap_or_default());
    let request = query.get("request").unwrap_or_default();
    let Some(residents) = &parts.residents else {
        return match &parts.sign_in {
            Some(with) => sign_in::begin(&parts, &headers, &uri, (with, request)),
            None => nobody_can().into_response(),
        };
    };
    let visit = match Visit::of_or_new(&parts, &headers) {
        Ok(visit) => visit,
        Err(notice) => return notice.into_response(),
    };
    let page = Page { residents, request, proof: proof::form(&visit.digest, PURPOSE) };
    visit.remembered(&parts, page::show(StatusCode::OK, &page))
}

/// `POST /auth/login`
pub(crate) async fn take(State(parts): Shared, headers: HeaderMap, form: Form) -> Response {
    let Some(residents) = &parts.residents else { return nobody_can().into_response() };
    let carried = form.get("proof").unwrap_or_default();
    if !visit::of(&parts, &headers).is_some_and(|visit| proof::is_form(&visit, PURPOSE, carried)) {
        return page::foreign_form().into_response();
    }
    let account = form.get("account").unwrap_or_default();
    let Some(resident) = residents.iter().find(|resident| resident.account == account) else {
        return Notice::new(StatusCode::BAD_REQUEST, "Nobody", "There is nobody like that to sign in as.")
            .into_response();
    };
    signed_in(&parts, &headers, (&resident.account, &resident.name), form.get("request").unwrap_or_default())
        .await
}

/// Signs somebody in who has shown who they are, and sends them on.
pub(crate) async fn signed_in(
    parts: &Parts,
    headers: &HeaderMap,
    (account, name): (&str, &str),
    request: &str,
) -> Response {
    // Whoever was signed in before is not any more: one browser, one person.
    if let Ok(Some(before)) = people::signed_in(parts, headers).await
        && let Err(error) = parts.sessions.close(&before).await
    {
        tracing::warn!(%error, "a session could not be closed; it expires by itself");
    }
    let cookie = match parts.sessions.open(account, name).await {
        Ok(cookie) => cookie,
        Err(error) => {
            tracing::error!(%error, "nobody could be signed in");
            return page::unavailable().into_response();
        }
    };
    let mut answer = page::go(back_to(request));
    let headers = answer.headers_mut();
    headers.append(header::SET_COOKIE, Cookie::Session.set(&parts.issuer, &cookie));
    headers.append(header::SET_COOKIE, Cookie::Visit.unset(&parts.issuer));
    answer
}

/// Where somebody goes once they are signed in: only ever to a page of ours, whatever was sent.
fn back_to(request: &str) -> HeaderValue {
    let home = HeaderValue::from_static("/");
    let plain = |byte: u8| byte.is_ascii_graphic() && byte != b'#';
    if request.is_empty() || !request.bytes().all(plain) {
        return home;
    }
    HeaderValue::from_str(&format!("/oauth/authorize?{request}")).unwrap_or(home)
}

/// Where to sign in, to come back with this request.
pub(crate) fn first(query: &str) -> HeaderValue {
    let mut location = "/auth/login?request=".to_owned();
    location.extend(url::form_urlencoded::byte_serialize(query.as_bytes()));
    HeaderValue::from_str(&location).unwrap_or(HeaderValue::from_static("/auth/login"))
}

pub(crate) fn nobody_can() -> Notice {
    Notice::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "Nobody can sign in here",
        "This gateway is for programs. For people to sign in with Atlassian, its operators set `mode` to `multi_user`.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_was_sent_nobody_leaves_the_gateway_by_signing_in() {
        for (sent, to) in [
            ("", "/"),
            ("client_id=a&state=x%20y", "/oauth/authorize?client_id=a&state=x%20y"),
            ("https://evil.example/", "/oauth/authorize?https://evil.example/"),
            ("//evil.example", "/oauth/authorize?//evil.example"),
            ("x\r\nSet-Cookie: a=b", "/"),
            ("x y", "/"),
            ("x#y", "/"),
            ("\u{e4}", "/"),
        ] {
            assert_eq!(back_to(sent), to);
        }
        assert_eq!(first("a=b&c=%20"), "/auth/login?request=a%3Db%26c%3D%2520");
    }
}
