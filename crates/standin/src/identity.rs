//! Who is asking, by Atlassian's rules, which differ from door to door.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use jiff::Timestamp;

use crate::ask::Ask;
use crate::credentials::Scopes;
use crate::family::Side;
use crate::oauth::apps::Kind;
use crate::oauth::held::Held;
use crate::reply::Reply;
use crate::world::World;
use crate::world::people::AccountId;

/// Who is asking, as far as the door could tell.
#[derive(Debug, Clone, Default)]
pub(crate) struct Caller {
    /// `None` is anonymous.
    pub(crate) account: Option<AccountId>,
    pub(crate) presented: Presented,
    /// `None` when the credential has no scopes and so no ceiling.
    pub(crate) scopes: Option<Scopes>,
}

/// What became of the credential that was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Presented {
    /// None was shown.
    #[default]
    Nothing,
    /// It was good.
    Good,
    /// It was readable and wrong: Jira's site host goes on as anonymous, Confluence refuses.
    Wrong,
    /// It could not be read.
    Malformed,
}

impl Caller {
    /// Anonymous, with a reason.
    pub(crate) const fn nobody(presented: Presented) -> Self {
        Self { account: None, presented, scopes: None }
    }

    /// Somebody.
    pub(crate) fn somebody(account: &AccountId, scopes: Option<&Scopes>) -> Self {
        Self { account: Some(Arc::clone(account)), presented: Presented::Good, scopes: scopes.cloned() }
    }
}

/// The Authorization header, split. The scheme counts as written: Atlassian takes `bearer` for something else.
pub(crate) enum Authorization<'a> {
    Nothing,
    Basic { user: String, password: String },
    BrokenBasic,
    Bearer(&'a str),
    Other,
}

/// Reads the Authorization header.
pub(crate) fn authorization(ask: &Ask) -> Authorization<'_> {
    let Some(header) = ask.headers.get(http::header::AUTHORIZATION) else { return Authorization::Nothing };
    let Ok(header) = header.to_str() else { return Authorization::Other };
    match header.split_once(' ') {
        Some(("Bearer", token)) => Authorization::Bearer(token.trim()),
        Some((scheme, blob)) if scheme.eq_ignore_ascii_case("basic") => basic(blob),
        _ => Authorization::Other,
    }
}

fn basic(blob: &str) -> Authorization<'static> {
    let decoded = STANDARD.decode(blob.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    match decoded.as_deref().and_then(|text| text.split_once(':')) {
        Some((user, password)) => {
            Authorization::Basic { user: user.to_owned(), password: password.to_owned() }
        }
        None => Authorization::BrokenBasic,
    }
}

/// Whether the account behind this e-mail and token may come in at all, and with which scopes.
fn api_token(world: &World, user: &str, password: &str) -> Option<Caller> {
    let token = world.credentials.api_token(password)?;
    let account = world.people.get(&token.account)?;
    let right = account.active && account.email.eq_ignore_ascii_case(user);
    right.then(|| Caller::somebody(&account.id, token.scopes.as_ref()))
}

/// At the site's own host: unscoped API tokens only. What cannot be resolved goes on as anonymous, except the shapes
/// that the host refuses to read.
pub(crate) fn at_site(world: &World, ask: &Ask) -> Result<Caller, Reply> {
    match authorization(ask) {
        Authorization::Nothing => Ok(Caller::nobody(Presented::Nothing)),
        Authorization::Other => Ok(Caller::nobody(Presented::Wrong)),
        Authorization::BrokenBasic => Ok(Caller::nobody(Presented::Malformed)),
        Authorization::Basic { user, password } => match api_token(world, &user, &password) {
            Some(caller) if caller.scopes.is_some() => Err(Reply::html(StatusCode::UNAUTHORIZED)),
            Some(caller) => Ok(caller),
            None => Ok(Caller::nobody(Presented::Wrong)),
        },
        Authorization::Bearer(token) if token.split('.').count() == 3 => {
            Err(Reply::html(StatusCode::UNAUTHORIZED))
        }
        Authorization::Bearer(_) => {
            let body = serde_json::json!({"error": "Failed to parse Connect Session Auth Token"});
            Err(Reply::with(StatusCode::FORBIDDEN, &body))
        }
    }
}

/// At the API gateway: bearer tokens and API tokens of both kinds, and nobody else.
pub(crate) fn at_gateway(
    world: &mut World,
    ask: &Ask,
    (side, site): (Side, usize),
    now: Timestamp,
) -> Result<Caller, Reply> {
    let unauthorized = || Reply::gateway(StatusCode::UNAUTHORIZED, "Unauthorized");
    match authorization(ask) {
        Authorization::Basic { user, password } => {
            api_token(world, &user, &password).ok_or_else(unauthorized)
        }
        Authorization::Bearer(token) => {
            let held = Held::of(world, token, now).filter(|held| held.kind == Kind::Cloud);
            let held = held.ok_or_else(unauthorized)?;
            // Without any scope of a product it is as if the app were not there.
            let product = held.scopes_of(side == Side::Confluence).next().is_some();
            if !product || !held.reaches(world, &world.site(site).name) {
                return Err(not_installed());
            }
            Ok(Caller::somebody(&held.account, Some(&held.scopes)))
        }
        _ => Err(unauthorized()),
    }
}

/// The gateway's answer for a site (or product) the app has nothing to do with.
pub(crate) fn not_installed() -> Reply {
    Reply::gateway(StatusCode::FORBIDDEN, "The app is not installed on this instance")
}
