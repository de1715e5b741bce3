//! Organisations of customers.

use serde_json::{Value, json};

use crate::reply::{Answer, Reply};
use crate::service_desk::Organization;
use crate::service_desk::shapes::{link, missing, page, user};
use crate::turn::Turn;

/// Members see their own organisations, agents and administrators all of them.
fn visible<'a>(turn: &'a Turn<'_>) -> impl Iterator<Item = &'a Organization> {
    let staff = turn.me().is_some_and(|me| me.in_group("jira-users") || me.is_admin());
    let member = |one: &Organization| turn.caller.account.as_ref().is_some_and(|me| one.members.contains(me));
    turn.site().service_desk.organizations.iter().filter(move |one| staff || member(one))
}

fn show(turn: &Turn<'_>, one: &Organization) -> Value {
    json!({
        "id": one.id.to_string(), "uuid": format!("00000000-0000-4000-8000-{:012}", one.id), "name": one.name,
        "scimManaged": false, "_links": {"self": link(turn, format_args!("organization/{}", one.id))},
    })
}

fn named<'a>(turn: &'a Turn<'_>) -> Result<&'a Organization, Reply> {
    let found = visible(turn).find(|one| one.id.to_string() == turn.capture("organization"));
    found.ok_or_else(|| missing("organization"))
}

/// `GET /organization`
pub(crate) fn list(turn: &mut Turn<'_>) -> Answer {
    let account = turn.ask.query("accountId");
    let of =
        |one: &&Organization| account.is_none_or(|id| one.members.iter().any(|member| member.as_ref() == id));
    let found: Vec<_> = visible(turn).filter(of).collect();
    Ok(page(turn, &found, |one| show(turn, one)))
}

/// `GET /organization/{organization}`
pub(crate) fn one(turn: &mut Turn<'_>) -> Answer {
    let found = named(turn)?;
    Ok(Reply::json(show(turn, found)))
}

/// `GET /organization/{organization}/user`
pub(crate) fn users(turn: &mut Turn<'_>) -> Answer {
    let members: Vec<_> = named(turn)?.members.iter().filter_map(|id| turn.world.people.get(id)).collect();
    Ok(page(turn, &members, |account| user(turn, account)))
}
