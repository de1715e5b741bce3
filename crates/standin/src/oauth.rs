//! The authorization server and the two routes of the API gateway that tell a token what it is good for.

mod client_credentials;

use http::{Method, StatusCode};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::ask::Ask;
use crate::credentials::Issued;
use crate::edge;
use crate::identity::{Authorization, authorization};
use crate::reply::{Answer, Reply};
use crate::world::World;

/// `POST /oauth/token`. One file per grant type; authorization codes and refresh tokens join here.
pub(crate) fn token(world: &mut World, ask: &Ask, now: Timestamp) -> Answer {
    if ask.method != Method::POST {
        return Err(Reply::html(StatusCode::METHOD_NOT_ALLOWED));
    }
    let form = fields(ask)?;
    match field(&form, "grant_type") {
        "client_credentials" => client_credentials::token(world, &form, now),
        "" => Err(refused(StatusCode::BAD_REQUEST, "invalid_request", "grant_type is required")),
        _ => Err(refused(StatusCode::BAD_REQUEST, "unsupported_grant_type", "Unsupported grant type")),
    }
}

/// An OAuth error answer.
fn refused(status: StatusCode, error: &str, description: &str) -> Reply {
    let body = json!({"error": error, "error_description": description});
    Reply::with(status, &body).header("cache-control", "no-store")
}

/// The request's fields: JSON as Atlassian documents it, or the form of RFC 6749.
fn fields(ask: &Ask) -> Result<Value, Reply> {
    let unreadable =
        || refused(StatusCode::BAD_REQUEST, "invalid_request", "The request body cannot be read");
    if ask.header("content-type").is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded")) {
        let pairs = url::form_urlencoded::parse(&ask.body);
        return Ok(Value::Object(pairs.map(|(k, v)| (k.into_owned(), json!(v))).collect()));
    }
    serde_json::from_slice::<Value>(&ask.body).ok().filter(Value::is_object).ok_or_else(unreadable)
}

fn field<'a>(form: &'a Value, name: &str) -> &'a str {
    form.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// The living access token that was presented, or the gateway's 401.
fn bearer<'a>(world: &'a World, ask: &Ask, now: Timestamp) -> Result<&'a Issued, Reply> {
    let issued = match authorization(ask) {
        Authorization::Bearer(text) => world.credentials.issued(text, now),
        _ => None,
    };
    issued.ok_or_else(|| edge::gateway(Reply::gateway(StatusCode::UNAUTHORIZED, "Unauthorized")))
}

/// `GET /oauth/token/accessible-resources`: one entry per site and product, with the same id for both products.
pub(crate) fn resources(world: &World, ask: &Ask, now: Timestamp) -> Answer {
    let issued = bearer(world, ask, now)?;
    let (confluence, jira): (Vec<_>, Vec<_>) =
        issued.scopes.iter().filter(|s| !s.ends_with(":me")).partition(|scope| scope.contains("confluence"));
    let mut entries = Vec::new();
    for (_, site) in world.cloud_sites().filter(|(_, site)| issued.sites.contains(&site.name.as_str())) {
        for scopes in [&jira, &confluence].into_iter().filter(|scopes| !scopes.is_empty()) {
            entries.push(json!({
                "id": site.cloud_id, "url": site.base, "name": site.name, "scopes": scopes,
                "avatarUrl": format!("{}/avatars/240/site.png", world.origin),
            }));
        }
    }
    Ok(edge::gateway(Reply::json(Value::Array(entries))))
}

/// `GET /me`.
pub(crate) fn me(world: &World, ask: &Ask, now: Timestamp) -> Answer {
    let issued = bearer(world, ask, now)?;
    if !issued.scopes.contains("read:me") {
        let short = Reply::gateway(StatusCode::UNAUTHORIZED, "Unauthorized; scope does not match");
        return Err(edge::gateway(short));
    }
    let account = world.people.get(&issued.account);
    let account = account.ok_or_else(|| Reply::gateway(StatusCode::NOT_FOUND, "Not Found"))?;
    Ok(edge::gateway(Reply::json(json!({
        "account_type": account.kind, "account_id": account.id, "email": account.email, "name": account.display_name,
        "picture": format!("{}/avatar/{}.png", world.origin, account.id),
        "account_status": if account.active { "active" } else { "inactive" },
        "nickname": account.username, "zoneinfo": "Etc/UTC", "locale": "en-GB", "extended_profile": {},
    }))))
}
