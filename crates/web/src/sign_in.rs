//! Signing in with Atlassian: whoever consents for at least one of the gateway's sites is somebody here, and what they consented
//! to is what the gateway may do as them.

use std::sync::Arc;

use audit::{Decision, Text};
use axum::response::{IntoResponse as _, Response};
use broker::{ConsentError, Consented, people};
use http::{HeaderMap, HeaderValue, StatusCode, Uri};
use types::{Secret, SiteName};

use crate::callback::{self, Brought};
use crate::page::{self, Notice};
use crate::trip::{self, Errand};
use crate::{Parts, SignIn, login};

/// The longest authorization request that is gone on with after signing in, in bytes: it travels along.
const LONGEST_REQUEST: usize = 2_500;

/// The most scopes a record names.
const MOST_SCOPES: usize = 100;

/// Sends somebody out to sign in; they come back to this authorization request, or to the first page.
pub(crate) fn begin(
    parts: &Parts,
    headers: &HeaderMap,
    uri: &Uri,
    (with, request): (&SignIn, &str),
) -> Response {
    if let Some(there) = under_its_other_name(parts, headers, uri, with) {
        return page::go(there);
    }
    if request.len() > LONGEST_REQUEST {
        return callback::wrong(
            "What a program asks for is too long to go on with after signing in. Sign in first.",
        )
        .into_response();
    }
    let errand = Errand::SignIn { request: request.to_owned() };
    trip::send(parts, headers, (&with.app, &with.app.scopes), errand).unwrap_or_else(Notice::into_response)
}

/// The same page by the name people come back to: a cookie for `127.0.0.1` is none for `localhost`. Only where the gateway has several
/// names, which it has without a public origin.
fn under_its_other_name(parts: &Parts, headers: &HeaderMap, uri: &Uri, with: &SignIn) -> Option<HeaderValue> {
    let own = parts.issuer.of(headers, uri).filter(|_| parts.issuer.public_origin().is_none())?;
    let back: Uri = with.app.redirect_uri.parse().ok()?;
    let origin = format!("{}://{}", back.scheme_str()?, back.authority()?);
    if origin.eq_ignore_ascii_case(&own) {
        return None;
    }
    let mut asked = HeaderMap::new();
    asked.insert(http::header::HOST, HeaderValue::from_str(back.authority()?.as_str()).ok()?);
    // Not away from here, wherever the settings lead.
    parts.issuer.of(&asked, &Uri::from_static("/"))?;
    HeaderValue::try_from(format!("{origin}{}", uri.path_and_query()?)).ok()
}

/// Somebody comes back.
pub(crate) async fn end(
    parts: &Arc<Parts>,
    headers: &HeaderMap,
    (brought, verifier): (Brought, String),
    request: &str,
) -> Result<Response, Notice> {
    let code = match brought {
        Brought::Code(code) => code,
        Brought::Error(said) => return Err(callback::said_no(&said)),
        Brought::Nothing => return Err(callback::no_code()),
    };
    let (at, verifier) = (Arc::clone(parts), Secret::new(verifier));
    // A code that is redeemed has to be kept, whether or not the browser waits.
    let done = parts.clients.carry_through(async move { take(&at, &code, &verifier).await });
    let (account, name) = Box::pin(done).await.map_err(|_stopped| page::unavailable())??;
    Ok(login::signed_in(parts, headers, (&account, &name), request).await)
}

/// Redeems the code, and keeps what it is good for as the person's own grant. Recorded first.
async fn take(parts: &Parts, code: &Secret, verifier: &Secret) -> Result<(String, String), Notice> {
    let with = parts.sign_in.as_ref().ok_or_else(login::nobody_can)?;
    let redeemed = parts.broker.redeem_code(&with.app, code, Some(verifier)).await;
    let consented = redeemed.map_err(|error| not_redeemed(&error))?;
    let (account, name) = (consented.account.clone(), consented.name.clone());
    let sites: Vec<SiteName> = consented.reaches.iter().filter_map(|reached| reached.site.clone()).collect();
    let grant = people::grant_of(&account).ok_or_else(page::unavailable)?;
    if let Err(words) = may(with, &consented, &sites) {
        note(parts, &consented, None, Decision::Refused).await?;
        return Err(Notice::new(StatusCode::FORBIDDEN, "You cannot sign in here", words));
    }
    note(parts, &consented, Some(&grant), Decision::Permitted).await?;
    if let Err(error) = parts.broker.take(consented, grant, sites).await {
        tracing::error!(%error, "what somebody consented to could not be kept");
        return Err(page::unavailable());
    }
    Ok((account, name))
}

/// Whether somebody may sign in: they reach a site of ours, and their mail address is where it has to be.
fn may(with: &SignIn, consented: &Consented, sites: &[SiteName]) -> Result<(), String> {
    if sites.is_empty() {
        let reached: Vec<_> = consented.reaches.iter().map(|reached| reached.url.as_str()).collect();
        let reached = if reached.is_empty() { "no site at all".to_owned() } else { reached.join(", ") };
        return Err(format!(
            "What you allowed reaches {reached}, and none of the sites of this gateway. Ask its operators which ones those are, and choose one of them at Atlassian."
        ));
    }
    let domain = consented.email.rsplit_once('@').map(|(_, domain)| domain);
    let known = |wanted: &String| domain.is_some_and(|domain| domain.eq_ignore_ascii_case(wanted));
    if with.email_domains.is_empty() || with.email_domains.iter().any(known) {
        return Ok(());
    }
    Err("The mail address of your Atlassian account is not one of those that may sign in here, or Atlassian does not show it.".to_owned())
}

async fn note(
    parts: &Parts,
    consented: &Consented,
    grant: Option<&types::GrantName>,
    decision: Decision,
) -> Result<(), Notice> {
    let recorded = parts.recorder.consent(|record| {
        record.user = Some(Text::untrusted(&consented.account));
        record.grant = grant.cloned();
        let signed_in = decision == Decision::Permitted;
        record.operation = Some(Text::fixed(if signed_in { "signed in" } else { "sign-in refused" }));
        record.decision = Some(decision);
        let scopes = consented.scopes().iter().take(MOST_SCOPES);
        record.scopes = scopes.map(|scope| Text::untrusted(scope)).collect();
    });
    recorded.await.map(drop).map_err(|_| page::unavailable())
}

fn not_redeemed(error: &ConsentError) -> Notice {
    match error {
        ConsentError::NoCode | ConsentError::CodeRefused => {
            callback::wrong(&format!("You could not be signed in: {error}."))
        }
        error => {
            tracing::error!(%error, "somebody could not be signed in");
            Notice::new(
                StatusCode::BAD_GATEWAY,
                "You could not be signed in",
                format!(
                    "{error}. Nothing was changed. Try again in a little while, or tell the gateway's operators."
                ),
            )
        }
    }
}
