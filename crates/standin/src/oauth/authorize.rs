//! The page where a person says yes or no, of Cloud (`/authorize`) and of Data Center.
//!
//! Nobody signs in: the page asks who you are. A test without a browser says so in the query (`standin_as`), or once
//! and for all with the rule `auto_approve`.

use std::collections::BTreeSet;
use std::sync::Arc;

use http::{Method, StatusCode};
use jiff::Timestamp;
use url::Url;

use super::apps::{App, Kind, Level};
use super::pages;
use super::rules::AutoApprove;
use crate::ask::Ask;
use crate::reply::{Answer, Reply};
use crate::world::people::Account;
use crate::world::{DATA_CENTER, World};

/// What an application asks for, read from a query or from the form that carries it on.
#[derive(Debug)]
pub(crate) struct Question {
    pub(crate) app: App,
    pub(crate) redirect_uri: Url,
    /// As it was sent: that is what the code is bound to.
    sent_uri: String,
    state: Option<String>,
    scopes: BTreeSet<String>,
    challenge: Option<(String, String)>,
    /// The parameters, to be carried on by the form.
    pub(crate) carried: Vec<(String, String)>,
}

/// A person's answer.
#[derive(Debug)]
struct Said<'a> {
    who: &'a str,
    /// `None` takes all of the person's.
    sites: Option<Vec<&'a str>>,
    yes: bool,
}

/// Parameters that the form carries on.
const CARRIED: [&str; 9] = [
    "audience",
    "client_id",
    "scope",
    "redirect_uri",
    "state",
    "response_type",
    "prompt",
    "code_challenge",
    "code_challenge_method",
];

/// `GET` and `POST` of the page, at the door of this kind.
pub(crate) fn page(world: &mut World, ask: &Ask, kind: Kind, now: Timestamp) -> Answer {
    let posted = ask.method == Method::POST;
    let fields = match ask.method {
        Method::GET | Method::HEAD => ask.query.clone(),
        Method::POST => url::form_urlencoded::parse(&ask.body).into_owned().collect(),
        _ => return Err(Reply::html(StatusCode::METHOD_NOT_ALLOWED)),
    };
    let question = Question::read(world, &fields, kind)?;
    if !question.app.may_ask(&question.scopes) {
        return Ok(question.back(&[("error", "invalid_scope")]));
    }
    let all = |name: &str| -> Vec<&str> {
        fields.iter().filter(|(k, _)| k == name).map(|(_, v)| v.as_str()).collect()
    };
    if posted {
        let picks = question.app.level == Level::Resource;
        let (who, sites) = (first(&fields, "as").unwrap_or_default(), picks.then(|| all("site")));
        let yes = first(&fields, "decision") == Some("accept");
        return decide(world, &question, &Said { who, sites, yes }, now);
    }
    if let Some(who) = first(&fields, "standin_as") {
        let sites = first(&fields, "standin_sites").map(|list| list.split(',').collect());
        let yes = first(&fields, "standin_deny").is_none_or(|deny| deny == "false");
        return decide(world, &question, &Said { who, sites, yes }, now);
    }
    if let Some(AutoApprove { who, sites }) = world.oauth.rules.auto_approve.clone() {
        let sites = sites.as_ref().map(|sites| sites.iter().map(String::as_str).collect());
        return decide(world, &question, &Said { who: &who, sites, yes: true }, now);
    }
    Ok(pages::consent(world, &question))
}

fn first<'a>(fields: &'a [(String, String)], name: &str) -> Option<&'a str> {
    fields.iter().find(|(k, _)| k == name).map(|(_, v)| v.as_str())
}

/// A page instead of a redirect: without a client and an address that belong together there is nowhere to go.
fn wrong(what: &str) -> Reply {
    pages::trouble(StatusCode::BAD_REQUEST, what)
}

impl Question {
    fn read(world: &World, fields: &[(String, String)], kind: Kind) -> Result<Self, Reply> {
        let get = |name: &str| first(fields, name).filter(|value| !value.is_empty());
        let app = get("client_id").and_then(|id| world.oauth.app(id)).filter(|app| app.kind == kind);
        let app = app.ok_or_else(|| wrong("There is no such client_id."))?.clone();
        let sent_uri = get("redirect_uri").unwrap_or_default();
        if !app.takes_callback(sent_uri) {
            return Err(wrong("The redirect_uri is not the callback URL of this app."));
        }
        let redirect_uri = Url::parse(sent_uri).map_err(|_| wrong("The redirect_uri is no URL."))?;
        if get("response_type") != Some("code") {
            return Err(wrong("The response_type has to be code."));
        }
        if kind == Kind::Cloud {
            if get("audience") != Some("api.atlassian.com") {
                return Err(wrong("The audience has to be api.atlassian.com."));
            }
            if get("state").is_none() || get("prompt") != Some("consent") {
                return Err(wrong("A state is required, and the prompt has to be consent."));
            }
        }
        let challenge = get("code_challenge").map(|challenge| {
            (challenge.to_owned(), get("code_challenge_method").unwrap_or("plain").to_owned())
        });
        let carried = CARRIED.iter().filter_map(|name| Some(((*name).to_owned(), get(name)?.to_owned())));
        Ok(Self {
            redirect_uri,
            sent_uri: sent_uri.to_owned(),
            state: get("state").map(str::to_owned),
            scopes: get("scope").unwrap_or_default().split_whitespace().map(str::to_owned).collect(),
            challenge,
            carried: carried.collect(),
            app,
        })
    }

    /// The scopes in the order of the alphabet.
    pub(crate) fn scopes(&self) -> impl Iterator<Item = &str> {
        self.scopes.iter().map(String::as_str)
    }

    /// The redirect to the application, with the state.
    fn back(&self, with: &[(&str, &str)]) -> Reply {
        let mut to = self.redirect_uri.clone();
        {
            let mut pairs = to.query_pairs_mut();
            pairs.extend_pairs(with);
            if let Some(state) = &self.state {
                pairs.append_pair("state", state);
            }
        }
        let reply = Reply { status: StatusCode::FOUND, headers: Box::default(), body: bytes::Bytes::new() };
        reply.header("location", to.as_str()).header("cache-control", "no-store")
    }
}

/// Does what the person said.
fn decide(world: &mut World, question: &Question, said: &Said<'_>, now: Timestamp) -> Answer {
    if !said.yes {
        return Ok(question.back(&[("error", "access_denied")]));
    }
    let account =
        person(world, &question.app, said.who).ok_or_else(|| wrong("Nobody here is called that."))?;
    let all = sites_of(world, account);
    let sites: BTreeSet<String> = match &said.sites {
        Some(picked) => picked.iter().map(|&site| site.to_owned()).collect(),
        None => all.iter().cloned().collect(),
    };
    let picks = question.app.level == Level::Resource;
    if picks && (sites.is_empty() || sites.iter().any(|site| !all.contains(site))) {
        return Err(wrong("Choose a site that is yours."));
    }
    let id = Arc::clone(&account.id);
    let scopes = Arc::new(question.scopes.clone());
    let grant = world.oauth.consent((&question.app, &id), Arc::clone(&scopes), sites);
    let challenge = question.challenge.clone();
    let code = world.oauth.code((&question.app, grant), &question.sent_uri, scopes, challenge, now);
    Ok(question.back(&[("code", &code)]))
}

/// Who can consent to an application: active people who have a site of its kind.
pub(crate) fn people<'a>(world: &'a World, app: &App) -> impl Iterator<Item = &'a Account> {
    let cloud = app.kind == Kind::Cloud;
    world.people.all().filter(move |account| {
        let home = if cloud {
            !sites_of(world, account).is_empty()
        } else {
            account.sites.contains(&world.site(DATA_CENTER).name.as_str())
        };
        account.active && account.kind == "atlassian" && home
    })
}

/// One of them by user name.
pub(crate) fn person<'a>(world: &'a World, app: &App, name: &str) -> Option<&'a Account> {
    people(world, app).find(|account| account.username == name)
}

/// The sites of Cloud that an account has, by name.
pub(crate) fn sites_of(world: &World, account: &Account) -> Vec<String> {
    let sites = world.cloud_sites().map(|(_, site)| site.name.as_str());
    sites.filter(|site| account.sites.contains(site)).map(str::to_owned).collect()
}
