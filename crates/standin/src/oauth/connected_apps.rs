//! "Connected apps" of id.atlassian.com: where people see what they allowed, and end it.

use std::fmt::Write as _;
use std::sync::Arc;

use http::{Method, StatusCode};
use jiff::Timestamp;

use super::families::End;
use super::pages::{escaped, hidden, page, trouble};
use super::{field, form, spaced};
use crate::ask::Ask;
use crate::reply::{Answer, Reply};
use crate::world::World;
use crate::world::people::Account;

/// `GET /connected-apps?as=rosa`, and `POST` with `as` and `client_id`, which ends one.
pub(crate) fn answer(world: &mut World, ask: &Ask, now: Timestamp) -> Answer {
    let nobody = || trouble(StatusCode::BAD_REQUEST, "Nobody here is called that.");
    match ask.method {
        Method::GET | Method::HEAD => {
            let account = world.people.by_username(ask.query("as").unwrap_or_default()).ok_or_else(nobody)?;
            Ok(list(world, account))
        }
        Method::POST => {
            let form = form(ask);
            let account = world.people.by_username(field(&form, "as")).ok_or_else(nobody)?;
            let (id, name) = (Arc::clone(&account.id), account.username.clone());
            let client_id = field(&form, "client_id");
            let which = |key: &super::grants::GrantKey| key.account == id && &*key.client_id == client_id;
            world.oauth.withdraw(which, End::Revoked, now);
            let reply =
                Reply { status: StatusCode::SEE_OTHER, headers: Box::default(), body: bytes::Bytes::new() };
            Ok(reply.header("location", &format!("/connected-apps?as={name}")))
        }
        _ => Err(Reply::html(StatusCode::METHOD_NOT_ALLOWED)),
    }
}

fn list(world: &World, account: &Account) -> Reply {
    let mut body = String::from("<ul>\n");
    for (key, grant) in world.oauth.grants.iter().filter(|(key, _)| key.account == account.id) {
        let Some(app) = world.oauth.app(&key.client_id) else { continue };
        let name = escaped(&app.name);
        let sites = grant.sites.as_ref().map_or_else(
            || "every site".to_owned(),
            |sites| sites.iter().map(String::as_str).collect::<Vec<_>>().join(", "),
        );
        let _ = write!(
            body,
            "<li id=\"app-{name}\"><h2>{name}</h2><p>{}</p><p>{}</p>\n\
             <form method=\"post\" action=\"/connected-apps\">\n{}{}\
             <button id=\"revoke-{name}\">Remove access</button></form></li>\n",
            escaped(&sites),
            escaped(&spaced(&grant.scopes)),
            hidden("as", &account.username),
            hidden("client_id", &app.client_id),
        );
    }
    body.push_str("</ul>\n");
    page(StatusCode::OK, &format!("Connected apps of {}", account.display_name), &body)
}
