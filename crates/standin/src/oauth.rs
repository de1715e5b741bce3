//! The authorization server and the two routes of the API gateway that tell a token what it is good for.
//!
//! `authorize` asks people, `codes` and `families` remember what they said, `pairs` makes and redeems tokens, `held`
//! says what one is good for. `rules` holds what a test may change about all that.

pub(crate) mod apps;
mod authorization_code;
pub(crate) mod authorize;
mod client_credentials;
pub(crate) mod codes;
pub(crate) mod connected_apps;
pub(crate) mod data_center;
pub(crate) mod families;
pub(crate) mod grants;
pub(crate) mod held;
pub(crate) mod pages;
pub(crate) mod pairs;
mod refresh;
pub(crate) mod report;
pub(crate) mod rules;
pub(crate) mod weather;

use std::sync::Arc;

use http::{Method, StatusCode};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::ask::Ask;
use crate::credentials::Scopes;
use crate::edge;
use crate::identity::{Authorization, authorization};
use crate::reply::{Answer, Reply};
use crate::world::World;
use apps::{ClientId, Kind};
use families::Pair;
use held::Held;

/// `POST /oauth/token`. One file per grant type.
pub(crate) fn token(world: &mut World, ask: &Ask, now: Timestamp) -> Answer {
    if ask.method != Method::POST {
        return Err(Reply::html(StatusCode::METHOD_NOT_ALLOWED));
    }
    let unreadable =
        || refused(StatusCode::BAD_REQUEST, "invalid_request", "The request body cannot be read");
    let form = fields(ask).ok_or_else(unreadable)?;
    match field(&form, "grant_type") {
        "client_credentials" => client_credentials::token(world, &form, now),
        "authorization_code" => authorization_code::token(world, &form, now),
        "refresh_token" => refresh::token(world, &form, now),
        "" => Err(refused(StatusCode::BAD_REQUEST, "invalid_request", "grant_type is required")),
        _ => Err(refused(StatusCode::BAD_REQUEST, "unsupported_grant_type", "Unsupported grant type")),
    }
}

/// An OAuth error answer.
fn refused(status: StatusCode, error: &str, description: &str) -> Reply {
    let body = json!({"error": error, "error_description": description});
    Reply::with(status, &body).header("cache-control", "no-store")
}

/// The token answer, with the fields Atlassian documents.
pub(crate) fn tokens(pair: &Pair) -> Reply {
    let mut body = json!({
        "access_token": &*pair.access, "expires_in": pair.expires_in, "scope": spaced(&pair.scopes),
        "token_type": "Bearer",
    });
    if let (Some(refresh), Some(body)) = (&pair.refresh, body.as_object_mut()) {
        body.insert("refresh_token".to_owned(), json!(&**refresh));
    }
    Reply::json(body).header("cache-control", "no-store")
}

fn spaced(scopes: &Scopes) -> String {
    scopes.iter().map(String::as_str).collect::<Vec<_>>().join(" ")
}

/// The application of Cloud that the fields prove, or Atlassian's 401.
fn proven(world: &World, form: &Value) -> Result<ClientId, Reply> {
    let app = world.oauth.proven(field(form, "client_id"), field(form, "client_secret"));
    let app = app.filter(|app| app.kind == Kind::Cloud);
    let app = app.ok_or_else(|| refused(StatusCode::UNAUTHORIZED, "access_denied", "Unauthorized"))?;
    Ok(Arc::clone(&app.client_id))
}

/// Whether a request's body is a form.
pub(crate) fn is_form(ask: &Ask) -> bool {
    ask.header("content-type").is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"))
}

/// The fields of a form, the first of each name.
pub(crate) fn form(ask: &Ask) -> Value {
    let mut fields = Map::new();
    for (name, value) in url::form_urlencoded::parse(&ask.body) {
        fields.entry(name).or_insert_with(|| json!(value));
    }
    Value::Object(fields)
}

/// The request's fields: JSON as Atlassian documents it, or the form of RFC 6749.
pub(crate) fn fields(ask: &Ask) -> Option<Value> {
    if is_form(ask) {
        return Some(form(ask));
    }
    serde_json::from_slice::<Value>(&ask.body).ok().filter(Value::is_object)
}

pub(crate) fn field<'a>(form: &'a Value, name: &str) -> &'a str {
    form.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// The living access token of Cloud that was presented, or the gateway's 401.
fn bearer(world: &mut World, ask: &Ask, now: Timestamp) -> Result<Held, Reply> {
    let held = match authorization(ask) {
        Authorization::Bearer(text) => Held::of(world, text, now),
        _ => None,
    };
    let held = held.filter(|held| held.kind == Kind::Cloud);
    held.ok_or_else(|| edge::gateway(Reply::gateway(StatusCode::UNAUTHORIZED, "Unauthorized")))
}

/// `GET /oauth/token/accessible-resources`: one entry per site and product, with the same id for both products.
pub(crate) fn resources(world: &mut World, ask: &Ask, now: Timestamp) -> Answer {
    let held = bearer(world, ask, now)?;
    let products = [false, true].map(|confluence| held.scopes_of(confluence).collect::<Vec<_>>());
    let mut entries = Vec::new();
    for (_, site) in world.cloud_sites().filter(|(_, site)| held.reaches(world, &site.name)) {
        for scopes in products.iter().filter(|scopes| !scopes.is_empty()) {
            entries.push(json!({
                "id": site.cloud_id, "url": site.base, "name": site.name, "scopes": scopes,
                "avatarUrl": format!("{}/avatars/240/site.png", world.origin),
            }));
        }
    }
    Ok(edge::gateway(Reply::json(Value::Array(entries))))
}

/// `GET /me`.
pub(crate) fn me(world: &mut World, ask: &Ask, now: Timestamp) -> Answer {
    let held = bearer(world, ask, now)?;
    if !held.scopes.contains("read:me") {
        let short = Reply::gateway(StatusCode::UNAUTHORIZED, "Unauthorized; scope does not match");
        return Err(edge::gateway(short));
    }
    let account = world.people.get(&held.account);
    let account = account.ok_or_else(|| Reply::gateway(StatusCode::NOT_FOUND, "Not Found"))?;
    Ok(edge::gateway(Reply::json(json!({
        "account_type": account.kind, "account_id": account.id, "email": account.email, "name": account.display_name,
        "picture": format!("{}/avatar/{}.png", world.origin, account.id),
        "account_status": if account.active { "active" } else { "inactive" },
        "nickname": account.username, "zoneinfo": "Etc/UTC", "locale": "en-GB", "extended_profile": {},
    }))))
}
