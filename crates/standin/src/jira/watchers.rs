//! Who watches an issue, and who votes for it.

use http::StatusCode;
use serde_json::{Value, json};

use crate::jira::{access, render, scopes};
use crate::reply::{Answer, Reply};
use crate::route::{Route, delete, get, post};
use crate::turn::Turn;
use crate::world::Deployment;
use crate::world::people::AccountId;

/// Routes of watchers and votes.
pub(crate) const ROUTES: &[Route] = &[
    get("/rest/api/{v}/issue/{issue}/watchers", scopes::GET_ISSUE_WATCHERS, list),
    post("/rest/api/{v}/issue/{issue}/watchers", scopes::ADD_WATCHER, add),
    delete("/rest/api/{v}/issue/{issue}/watchers", scopes::REMOVE_WATCHER, remove),
    get("/rest/api/{v}/issue/{issue}/votes", scopes::GET_VOTES, votes),
    post("/rest/api/{v}/issue/{issue}/votes", scopes::ADD_VOTE, vote),
    delete("/rest/api/{v}/issue/{issue}/votes", scopes::REMOVE_VOTE, unvote),
];

pub(crate) fn list(turn: &mut Turn<'_>) -> Answer {
    let id = access::issue(turn, turn.capture("issue"))?;
    let issue = turn.jira().issue(id)?;
    let watchers: Vec<_> = issue.watchers.iter().map(|who| render::person(turn, Some(who))).collect();
    let watching = turn.caller.account.as_ref().is_some_and(|me| issue.watchers.contains(me));
    Ok(Reply::json(json!({
        "self": render::link(turn, format_args!("issue/{}/watchers", issue.key)), "isWatching": watching,
        "watchCount": watchers.len(), "watchers": watchers,
    })))
}

/// Whom the request means: the caller, unless it names someone and the caller may manage watchers.
fn meant(turn: &Turn<'_>, id: u64, named: Option<&str>) -> Result<AccountId, Reply> {
    let me = turn.require_me()?;
    let people = &turn.world.people;
    let found = named.map(|name| match turn.site().deployment {
        Deployment::Cloud => people.get(name),
        Deployment::DataCenter => people.by_username(name),
    });
    let who = match found {
        None => me.clone(),
        Some(account) => {
            account.map(|a| a.id.clone()).ok_or_else(|| Reply::missing("The user does not exist."))?
        }
    };
    if who != me && !access::may(turn, id, "MANAGE_WATCHERS") {
        return Err(Reply::jira(
            StatusCode::FORBIDDEN,
            "You do not have permission to manage the watcher list.",
        ));
    }
    Ok(who)
}

pub(crate) fn add(turn: &mut Turn<'_>) -> Answer {
    let id = access::issue(turn, turn.capture("issue"))?;
    let body = turn.ask.json()?;
    let who = meant(turn, id, body.as_str())?;
    let issue = turn.jira_mut().issue_mut(id)?;
    issue.watchers.insert(who);
    let key = issue.key.clone();
    turn.mutated("watcher-added", key);
    Ok(Reply::no_content())
}

pub(crate) fn remove(turn: &mut Turn<'_>) -> Answer {
    let id = access::issue(turn, turn.capture("issue"))?;
    let named = turn.ask.query("accountId").or_else(|| turn.ask.query("username"));
    let who = meant(turn, id, named)?;
    let issue = turn.jira_mut().issue_mut(id)?;
    issue.watchers.remove(&who);
    let key = issue.key.clone();
    turn.mutated("watcher-removed", key);
    Ok(Reply::no_content())
}

fn votes(turn: &mut Turn<'_>) -> Answer {
    let id = access::issue(turn, turn.capture("issue"))?;
    let issue = turn.jira().issue(id)?;
    let voters: Vec<Value> = issue.voters.iter().map(|who| render::person(turn, Some(who))).collect();
    let voted = turn.caller.account.as_ref().is_some_and(|me| issue.voters.contains(me));
    Ok(Reply::json(json!({
        "self": render::link(turn, format_args!("issue/{}/votes", issue.key)), "votes": voters.len(), "hasVoted": voted,
        "voters": voters,
    })))
}

fn vote(turn: &mut Turn<'_>) -> Answer {
    let id = access::issue(turn, turn.capture("issue"))?;
    let me = turn.require_me()?;
    let issue = turn.jira_mut().issue_mut(id)?;
    if issue.reporter.as_ref() == Some(&me) {
        return Err(Reply::missing("You cannot vote for an issue you have reported."));
    }
    issue.voters.insert(me);
    let key = issue.key.clone();
    turn.mutated("vote-added", key);
    Ok(Reply::no_content())
}

fn unvote(turn: &mut Turn<'_>) -> Answer {
    let id = access::issue(turn, turn.capture("issue"))?;
    let me = turn.require_me()?;
    let issue = turn.jira_mut().issue_mut(id)?;
    issue.voters.remove(&me);
    let key = issue.key.clone();
    turn.mutated("vote-removed", key);
    Ok(Reply::no_content())
}
