//! `/standin/oauth...`: what people, administrators and bad weather do to the authorization server.

mod apps;

use std::collections::BTreeSet;
use std::sync::Arc;

use http::Method;
use jiff::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::ask::Ask;
use crate::credentials::{Scopes, scopes};
use crate::oauth::apps::{App, ClientId, Kind};
use crate::oauth::authorize::{person, sites_of};
use crate::oauth::families::End;
use crate::oauth::{data_center, pairs, report, tokens};
use crate::reply::{Answer, Reply};
use crate::world::World;
use crate::world::people::AccountId;

/// Answers a steering request; `what` is the path behind `/standin/oauth`.
pub(crate) fn answer(world: &mut World, ask: &Ask, what: &str, now: Timestamp) -> Answer {
    match (&ask.method, what) {
        (&Method::GET, "") => Ok(Reply::json(report::whole(world, now))),
        (&Method::DELETE, "") => {
            report::forget(world);
            Ok(Reply::no_content())
        }
        (&Method::GET, "/rules") => Ok(Reply::json(json!(world.oauth.rules))),
        (&Method::PUT | &Method::POST, "/rules") => rules(world, ask),
        (&Method::GET, "/weather") => Ok(Reply::json(world.oauth.weather.show())),
        (&Method::PUT | &Method::POST, "/weather") => {
            if !world.oauth.weather.set(read(ask)?) {
                return Err(Reply::bad(
                    "shares are from 0 to 1 and 1 together, delays rise and end at 60000",
                ));
            }
            Ok(Reply::json(world.oauth.weather.show()))
        }
        (&Method::DELETE, "/weather") => {
            world.oauth.weather = crate::oauth::weather::Weather::default();
            Ok(Reply::no_content())
        }
        (&Method::POST, "/apps") => apps::make(world, ask),
        (&Method::POST, "/grants") => make_grant(world, ask, now),
        (&Method::POST, "/revoke") => {
            let which: Which = read(ask)?;
            let (account, app) = which.of(world)?;
            let ended = world.oauth.withdraw(
                |key| {
                    account.as_ref().is_none_or(|id| *id == key.account)
                        && app.as_ref().is_none_or(|id| *id == key.client_id)
                },
                End::Revoked,
                now,
            );
            Ok(Reply::json(json!({"ended": ended})))
        }
        (&Method::POST, "/end") => end(world, ask, now),
        (&Method::POST, "/password") => {
            let account = read::<Person>(ask)?.of(world)?;
            let ended =
                world.oauth.finish(|family| family.grant.account == account, End::PasswordChanged, now);
            Ok(Reply::json(json!({"ended": ended})))
        }
        (&Method::POST, "/deactivate") => {
            let account = read::<Person>(ask)?.of(world)?;
            world.people.set_active(&account, false);
            world.oauth.codes.forget(|key| key.account == account);
            let ended = world.oauth.finish(|family| family.grant.account == account, End::Deactivated, now);
            Ok(Reply::json(json!({"ended": ended})))
        }
        (&Method::POST, "/activate") => {
            let account = read::<Person>(ask)?.of(world)?;
            world.people.set_active(&account, true);
            Ok(Reply::json(json!({"ended": 0})))
        }
        (&Method::POST, "/scopes") => lose_scopes(world, ask),
        (&Method::POST, "/uninstall") => apps::install(world, ask, false),
        (&Method::POST, "/install") => apps::install(world, ask, true),
        (&Method::PUT, app) => apps::change(world, ask, app.strip_prefix("/apps/").unwrap_or_default()),
        _ => Err(Reply::missing("Nothing is steered here; see docs/standin.md.")),
    }
}

fn read<T: DeserializeOwned>(ask: &Ask) -> Result<T, Reply> {
    serde_json::from_slice(&ask.body)
        .map_err(|error| Reply::bad(format!("not understood: {error}; see docs/standin.md")))
}

/// A person, by user name.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Person {
    #[serde(rename = "as")]
    who: String,
}

impl Person {
    fn of(&self, world: &World) -> Result<AccountId, Reply> {
        let account = world.people.by_username(&self.who);
        account.map(|account| Arc::clone(&account.id)).ok_or_else(|| nobody(&self.who))
    }
}

fn nobody(name: &str) -> Reply {
    Reply::bad(format!("nobody here is called {name}, or not for this app"))
}

fn app_named<'a>(world: &'a World, name: &str) -> Result<&'a App, Reply> {
    world.oauth.app_named(name).ok_or_else(|| Reply::bad(format!("there is no app {name}")))
}

/// Consents: of everyone to everything, unless said otherwise.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Which {
    #[serde(default, rename = "as")]
    who: Option<String>,
    #[serde(default)]
    app: Option<String>,
}

impl Which {
    fn of(self, world: &World) -> Result<(Option<AccountId>, Option<ClientId>), Reply> {
        let account = self.who.map(|who| Person { who }.of(world)).transpose()?;
        let app = self.app.map(|name| app_named(world, &name)).transpose()?;
        let app = app.map(|app| Arc::clone(&app.client_id));
        Ok((account, app))
    }
}

/// Changes the rules that are named, and leaves the others.
fn rules(world: &mut World, ask: &Ask) -> Answer {
    let mut whole = serde_json::to_value(&world.oauth.rules).unwrap_or_default();
    if let Some(rules) = whole.as_object_mut() {
        rules.extend(read::<Map<String, Value>>(ask)?);
    }
    let rules = serde_json::from_value(whole).map_err(|error| Reply::bad(format!("not rules: {error}")))?;
    world.oauth.rules = rules;
    Ok(Reply::json(json!(world.oauth.rules)))
}

/// Several words, with spaces or as a list.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum List {
    Spaced(String),
    Listed(Vec<String>),
}

impl List {
    fn scopes(self) -> Scopes {
        match self {
            Self::Spaced(text) => scopes(&text),
            Self::Listed(all) => Arc::new(all.into_iter().collect()),
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NewGrant {
    #[serde(rename = "as")]
    who: String,
    app: String,
    #[serde(default)]
    sites: Option<Vec<String>>,
    #[serde(default)]
    scopes: Option<List>,
}

/// A consent and its tokens, without a page.
fn make_grant(world: &mut World, ask: &Ask, now: Timestamp) -> Answer {
    let new: NewGrant = read(ask)?;
    let app = app_named(world, &new.app)?.clone();
    let account = person(world, &app, &new.who).ok_or_else(|| nobody(&new.who))?;
    let (id, all) = (Arc::clone(&account.id), sites_of(world, account));
    let sites: BTreeSet<String> = new.sites.unwrap_or_else(|| all.clone()).into_iter().collect();
    let scopes = new.scopes.map_or_else(|| Arc::clone(&app.scopes), List::scopes);
    if !app.may_ask(&scopes) || sites.iter().any(|site| !all.contains(site)) {
        return Err(Reply::bad("the app has no such scope, or the person no such site"));
    }
    let offline = app.kind != Kind::Cloud || scopes.contains("offline_access");
    let key = world.oauth.consent((&app, &id), scopes, sites);
    let family = world.oauth.found(&key, offline, now);
    let pair = family.and_then(|family| pairs::make(world, family, true, now));
    let pair = pair.ok_or_else(|| Reply::bad("that did not work"))?;
    Ok(if app.kind == Kind::Cloud { tokens(&pair) } else { data_center::tokens(&pair, now) })
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ending {
    #[serde(default, rename = "as")]
    who: Option<String>,
    #[serde(default)]
    app: Option<String>,
    why: End,
}

/// Ends families and leaves the consent, whatever the reason.
fn end(world: &mut World, ask: &Ask, now: Timestamp) -> Answer {
    let ending: Ending = read(ask)?;
    let (account, app) = Which { who: ending.who, app: ending.app }.of(world)?;
    let ended = world.oauth.finish(
        |family| {
            account.as_ref().is_none_or(|id| *id == family.grant.account)
                && app.as_ref().is_none_or(|id| *id == family.client_id)
        },
        ending.why,
        now,
    );
    Ok(Reply::json(json!({"ended": ended})))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Loss {
    #[serde(rename = "as")]
    who: String,
    app: String,
    remove: Vec<String>,
}

fn lose_scopes(world: &mut World, ask: &Ask) -> Answer {
    let loss: Loss = read(ask)?;
    let account = Person { who: loss.who }.of(world)?;
    let client_id = Arc::clone(&app_named(world, &loss.app)?.client_id);
    let mut left = Vec::new();
    for (key, grant) in &mut world.oauth.grants {
        if key.account == account && key.client_id == client_id {
            let kept = grant.scopes.iter().filter(|scope| !loss.remove.contains(scope));
            grant.scopes = Arc::new(kept.cloned().collect());
            left = grant.scopes.iter().cloned().collect();
        }
    }
    Ok(Reply::json(json!({"scopes": left})))
}
