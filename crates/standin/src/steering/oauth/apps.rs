//! Applications: made, changed, removed from sites.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{List, read};
use crate::ask::{Ask, decode};
use crate::facts;
use crate::oauth::apps::{APPS_MAX, App, Kind, Level};
use crate::reply::{Answer, Reply};
use crate::world::World;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NewApp {
    name: String,
    #[serde(default)]
    client_id: Option<String>,
    #[serde(default)]
    client_secret: Option<String>,
    #[serde(default)]
    kind: Kind,
    #[serde(default)]
    level: Level,
    #[serde(default)]
    scopes: Option<List>,
    #[serde(default)]
    callback: Option<String>,
}

/// Makes an application.
pub(super) fn make(world: &mut World, ask: &Ask) -> Answer {
    let new: NewApp = read(ask)?;
    let authority = &mut world.oauth;
    let taken = new.client_id.as_ref().is_some_and(|id| authority.app(id).is_some());
    if new.name.is_empty() || authority.app_named(&new.name).is_some() || taken {
        return Err(Reply::bad("the name or the client_id is taken"));
    }
    if authority.apps.len() >= APPS_MAX {
        return Err(Reply::bad("there are too many apps"));
    }
    let mut app = App::new(&mut authority.random, &new.name, new.kind, new.level);
    app.client_id = new.client_id.map_or(app.client_id, Into::into);
    app.client_secret = new.client_secret.unwrap_or(app.client_secret);
    app.scopes = new.scopes.map_or(app.scopes, List::scopes);
    app.callback = new.callback;
    let shown = shown(&app);
    authority.apps.push(app);
    Ok(Reply::created(shown))
}

fn shown(app: &App) -> Value {
    serde_json::to_value(facts::app(app)).unwrap_or_default()
}

/// Changes what is named: callback (`null` takes any again), level, scopes, the secret.
pub(super) fn change(world: &mut World, ask: &Ask, name: &str) -> Answer {
    let name = decode(name);
    let changes: Map<String, Value> = read(ask)?;
    let app = world.oauth.apps.iter_mut().find(|app| app.name == name);
    let app = app.ok_or_else(|| Reply::missing("There is no app of that name."))?;
    let mut changed = app.clone();
    for (what, value) in changes {
        let wrong = || Reply::bad(format!("{what} cannot be that"));
        match what.as_str() {
            "callback" => changed.callback = serde_json::from_value(value).map_err(|_| wrong())?,
            "level" => changed.level = serde_json::from_value(value).map_err(|_| wrong())?,
            "scopes" => changed.scopes = serde_json::from_value::<List>(value).map_err(|_| wrong())?.scopes(),
            "client_secret" => changed.client_secret = serde_json::from_value(value).map_err(|_| wrong())?,
            _ => return Err(wrong()),
        }
    }
    *app = changed;
    Ok(Reply::json(shown(app)))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Installation {
    app: String,
    site: String,
}

/// An administrator removes an application from a site, or installs it again.
pub(super) fn install(world: &mut World, ask: &Ask, installed: bool) -> Answer {
    let Installation { app, site } = read(ask)?;
    if !world.cloud_sites().any(|(_, known)| known.name == site) {
        return Err(Reply::bad("there is no such site"));
    }
    let app = world.oauth.apps.iter_mut().find(|known| known.name == app);
    let app = app.ok_or_else(|| Reply::bad("there is no such app"))?;
    if installed {
        app.removed_from.remove(&site)
    } else {
        app.removed_from.insert(site)
    };
    Ok(Reply::json(json!({"removed_from": app.removed_from})))
}
