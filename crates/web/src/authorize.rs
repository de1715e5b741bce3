//! `/oauth/authorize`: the page on which somebody allows a client to act for them, or does not.

use askama::Template;
use audit::{Decision, Text};
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, StatusCode, Uri};
use oauth::{Allowance, AuthorizationRequest, NotAsked, Session};
use seal::proof;

use crate::form::Form;
use crate::offer::Offer;
use crate::page::{self, Notice};
use crate::{Parts, Shared, login, people};

#[derive(Template)]
#[template(path = "authorize.html")]
struct Page<'a> {
    name: &'a str,
    account: &'a str,
    request: &'a AuthorizationRequest,
    offer: &'a Offer,
    query: &'a str,
    proof: String,
}

/// A request that is in order, somebody who can decide about it, and what it comes to.
struct Question {
    request: AuthorizationRequest,
    session: Session,
    offer: Offer,
}

/// `GET /oauth/authorize`
pub(crate) async fn show(State(parts): Shared, headers: HeaderMap, uri: Uri) -> Response {
    let query = uri.query().unwrap_or_default();
    let question = match question(&parts, &headers, &uri, query).await {
        Ok(question) => question,
        Err(answer) => return answer,
    };
    let page = Page {
        name: &question.session.name,
        account: &question.session.account,
        request: &question.request,
        offer: &question.offer,
        query,
        proof: proof::form(question.session.digest(), &question.offer.purpose(query)),
    };
    let mut answer = page::show(StatusCode::OK, &page);
    page::forms_may_lead_to(answer.headers_mut(), question.request.redirect_uri().source());
    answer
}

/// `POST /oauth/authorize`: the decision. Everything about the request is looked at anew.
pub(crate) async fn take(State(parts): Shared, headers: HeaderMap, uri: Uri, form: Form) -> Response {
    let query = form.get("request").unwrap_or_default();
    let question = match question(&parts, &headers, &uri, query).await {
        Ok(question) => question,
        Err(answer) => return answer,
    };
    let carried = form.get("proof").unwrap_or_default();
    if !proof::is_form(question.session.digest(), &question.offer.purpose(query), carried) {
        return page::foreign_form().into_response();
    }
    let allowed = match form.get("decision") {
        Some("allow") => true,
        Some("deny") => false,
        _ => return page::foreign_form().into_response(),
    };
    match decide(&parts, &question, allowed).await {
        Ok(answer) => answer,
        Err(notice) => notice.into_response(),
    }
}

async fn question(parts: &Parts, headers: &HeaderMap, uri: &Uri, query: &str) -> Result<Question, Response> {
    let issuer = parts.issuer.of(headers, uri).unwrap_or_default();
    let rulebook = parts.rulebook.load_full();
    let allowed = |client: &types::ClientId| {
        let manifest = rulebook.manifest(client)?;
        let (scopes, sites) = (*manifest.scopes(), manifest.sites().to_vec());
        Some(Allowance { scopes, sites, vends: manifest.vends() })
    };
    let asked = parts.clients.authorization_request(query, &issuer, allowed).await;
    let request = asked.map_err(|not_asked| match not_asked {
        NotAsked::Tell(words) => not_in_order(words).into_response(),
        NotAsked::Send(redirect) => page::go(redirect.location()),
        NotAsked::Unavailable => page::unavailable().into_response(),
    })?;
    let Some(session) = people::signed_in(parts, headers).await? else {
        let can = parts.can_sign_in();
        return Err(if can { page::go(login::first(query)) } else { login::nobody_can().into_response() });
    };
    // It had a manifest a moment ago, or there would be no request.
    let offer = Offer::of(&rulebook, &request).ok_or_else(|| page::unavailable().into_response())?;
    Ok(Question { request, session, offer })
}

fn not_in_order(words: &str) -> Notice {
    Notice::new(
        StatusCode::BAD_REQUEST,
        "This request is not in order",
        format!(
            "A program sent you here with a request the gateway cannot trust. {words} Nothing was allowed. Tell whoever runs the program."
        ),
    )
}

/// Recorded first, then done.
async fn decide(parts: &Parts, question: &Question, allowed: bool) -> Result<Response, Notice> {
    let Question { request, session, .. } = question;
    let recorded = parts.recorder.consent(|record| {
        record.user = Some(Text::untrusted(&session.account));
        record.client = Some(request.client().clone());
        record.operation = Some(Text::fixed(if allowed { "allowed" } else { "did not allow" }));
        record.decision = Some(if allowed { Decision::Permitted } else { Decision::Refused });
        record.site = match request.sites() {
            [one] => Some(one.clone()),
            _ => None,
        };
        record.scopes = parts.clients.scope_names(request.scopes()).map(Text::untrusted).collect();
    });
    let _receipt = recorded.await.map_err(|_| page::unavailable())?;
    let redirect = if allowed {
        match parts.clients.allow(request, &session.account).await {
            Ok(redirect) => redirect,
            Err(error) => {
                tracing::error!(%error, "a consent could not be kept");
                request.fail()
            }
        }
    } else {
        request.deny()
    };
    Ok(page::go(redirect.location()))
}
