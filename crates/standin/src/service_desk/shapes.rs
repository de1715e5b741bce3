//! Shapes every answer of the service desk is made of.

use http::StatusCode;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::reply::Reply;
use crate::turn::Turn;
use crate::world::clock::{iso_time, jira_time};
use crate::world::people::Account;

/// The most one page of results holds.
const LIMIT_MAX: usize = 100;

/// A refusal: `{"errorMessage":...,"i18nErrorMessage":{...}}`.
pub(crate) fn refuse(status: StatusCode, sentence: &str) -> Reply {
    let key =
        if status == StatusCode::NOT_FOUND { "sd.error.resource.not.found" } else { "sd.error.refused" };
    let key = json!({"i18nKey": key, "parameters": []});
    Reply::with(status, &json!({"errorMessage": sentence, "i18nErrorMessage": key}))
}

/// Jira's refusal, told the service desk's way: the first sentence counts.
#[allow(clippy::needless_pass_by_value, reason = "used as `map_err(retold)`")]
pub(crate) fn retold(refusal: Reply) -> Reply {
    let body: Value = serde_json::from_slice(&refusal.body).unwrap_or_default();
    let first = body.pointer("/errorMessages/0");
    let of_field = || body.get("errors").and_then(Value::as_object).and_then(|errors| errors.values().next());
    let sentence = first.or_else(of_field).and_then(Value::as_str).unwrap_or("The request was refused.");
    refuse(refusal.status, sentence)
}

/// The refusal of something absent or hidden.
pub(crate) fn missing(what: &str) -> Reply {
    refuse(
        StatusCode::NOT_FOUND,
        &format!("The {what} does not exist or you do not have permission to see it."),
    )
}

/// A link below `/rest/servicedeskapi`.
pub(crate) fn link(turn: &Turn<'_>, tail: impl std::fmt::Display) -> String {
    format!("{}/rest/servicedeskapi/{tail}", turn.base())
}

/// A moment, four times over.
pub(crate) fn date(at: Timestamp) -> Value {
    json!({
        "iso8601": at.strftime("%Y-%m-%dT%H:%M:%S+0000").to_string(), "jira": jira_time(at),
        "friendly": at.strftime("%d/%b/%y %H:%M").to_string(), "epochMillis": at.as_millisecond(),
    })
}

/// A person.
pub(crate) fn user(turn: &Turn<'_>, account: &Account) -> Value {
    let rest = format!("{}/rest/api/2/user?accountId={}", turn.base(), account.id);
    let picture = format!("{}/avatar/{}.png", turn.base(), account.id);
    let pictures = json!({"16x16": picture, "24x24": picture, "32x32": picture, "48x48": picture});
    json!({
        "accountId": account.id, "emailAddress": account.email, "displayName": account.display_name,
        "active": account.active, "timeZone": "Etc/UTC",
        "_links": {"self": rest, "jiraRest": rest, "avatarUrls": pictures},
    })
}

/// A person by id; an empty object for nobody.
pub(crate) fn person(turn: &Turn<'_>, id: Option<&str>) -> Value {
    id.and_then(|id| turn.world.people.get(id)).map_or_else(|| json!({}), |account| user(turn, account))
}

/// One page of a list.
pub(crate) fn page<T>(turn: &Turn<'_>, all: &[T], show: impl Fn(&T) -> Value) -> Reply {
    let ask = turn.ask;
    let start = ask.query_number("start", 0);
    let limit = ask.query_number("limit", 50).clamp(1, LIMIT_MAX);
    let values: Vec<_> = all.iter().skip(start).take(limit).map(show).collect();
    let last = start.saturating_add(values.len()) >= all.len();
    let place = format!("{}{}", turn.base(), ask.path);
    let turn_to = |start: usize| {
        let kept = ask.query.iter().filter(|(name, _)| name != "start" && name != "limit");
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query
            .extend_pairs(kept)
            .append_pair("limit", &limit.to_string())
            .append_pair("start", &start.to_string());
        Value::from(format!("{place}?{}", query.finish()))
    };
    let mut links = Map::new();
    links.insert("base".into(), turn.base().into());
    links.insert("context".into(), "".into());
    links.insert("self".into(), place.clone().into());
    if !last {
        links.insert("next".into(), turn_to(start + values.len()));
    }
    if start > 0 {
        links.insert("prev".into(), turn_to(start.saturating_sub(limit)));
    }
    Reply::json(json!({
        "_expands": [], "size": values.len(), "start": start, "limit": limit, "isLastPage": last, "_links": links,
        "values": values,
    }))
}

/// The time the service desk was built, as `info` tells it.
pub(crate) fn built() -> Value {
    let at = Timestamp::from_second(1_767_603_600).unwrap_or_default();
    let mut built = date(at);
    if let Some(built) = built.as_object_mut() {
        built.insert("iso8601".into(), iso_time(at).into());
    }
    built
}
