//! Moving an issue through its workflow.

use serde_json::{Map, Value, json};

use crate::jira::draft::{Draft, text_of};
use crate::jira::fields;
use crate::jira::model::{Issue, Item};
use crate::jira::workflow::{Condition, Transition};
use crate::jira::{access, edit, meta, render, scopes, workflow};
use crate::reply::{Answer, Reply};
use crate::route::{Route, get, post};
use crate::turn::Turn;

/// Routes of transitions.
pub(crate) const ROUTES: &[Route] = &[
    get("/rest/api/{v}/issue/{issue}/transitions", scopes::GET_TRANSITIONS, list),
    post("/rest/api/{v}/issue/{issue}/transitions", scopes::DO_TRANSITION, go),
];

pub(crate) fn list(turn: &mut Turn<'_>) -> Answer {
    let id = access::issue(turn, turn.capture("issue"))?;
    let issue = turn.jira().issue(id)?;
    let mut listed = offered(turn, issue);
    if let (Some(only), Some(listed)) = (turn.ask.query("transitionId"), listed.as_array_mut()) {
        listed.retain(|one| one.get("id").and_then(Value::as_str) == Some(only));
    }
    Ok(Reply::json(json!({"expand": "transitions", "transitions": listed})))
}

/// The transitions the caller may take now; none without the permission to take any.
pub(crate) fn offered(turn: &Turn<'_>, issue: &Issue) -> Value {
    if !access::may(turn, issue.id, "TRANSITION_ISSUES") {
        return json!([]);
    }
    let unavailable = turn.ask.query_flag("includeUnavailableTransitions", false);
    let with_fields = turn.ask.query_list("expand").contains(&"transitions.fields");
    let ways = ways(turn, issue).iter().filter(|way| unavailable || open(turn, issue, way));
    ways.map(|way| {
        let mut shown = json!({
            "id": way.id.to_string(), "name": way.name, "to": render::status(turn, workflow::status(way.to)),
            "hasScreen": !way.screen.is_empty(), "isGlobal": way.from.is_empty(), "isInitial": false,
            "isAvailable": open(turn, issue, way), "isConditional": way.condition != Condition::Nothing,
            "looped": way.to == issue.status,
        });
        if let (true, Some(shown)) = (with_fields, shown.as_object_mut()) {
            shown.insert("fields".to_owned(), screen(turn, way));
        }
        shown
    })
    .collect()
}

fn screen(turn: &Turn<'_>, way: &Transition) -> Value {
    let on_screen = way.screen.iter().filter_map(|(id, required)| {
        let field = fields::find(id)?;
        Some(((*id).to_owned(), meta::field(turn, None, field, *required)))
    });
    Value::Object(on_screen.collect())
}

fn ways(turn: &Turn<'_>, issue: &Issue) -> &'static [Transition] {
    turn.jira().project_by_id(issue.project).map_or(&[], |project| project.workflow.transitions)
}

fn open(turn: &Turn<'_>, issue: &Issue, way: &Transition) -> bool {
    let starts_here = way.from.is_empty() || way.from.contains(&issue.status);
    let holds = match way.condition {
        Condition::Nothing => true,
        Condition::Group(group) => turn.me().is_some_and(|me| me.in_group(group)),
        Condition::Assignee => turn.caller.account.is_some() && issue.assignee == turn.caller.account,
    };
    starts_here && holds
}

pub(crate) fn go(turn: &mut Turn<'_>) -> Answer {
    let id = access::issue(turn, turn.capture("issue"))?;
    let body = turn.ask.object()?;
    perform(turn, id, &body)?;
    Ok(Reply::no_content())
}

/// The transition a body names, if the issue can take it now.
pub(crate) fn check(
    turn: &Turn<'_>,
    id: u64,
    body: &Map<String, Value>,
) -> Result<&'static Transition, Reply> {
    let issue = turn.jira().issue(id)?;
    let named = body.get("transition").and_then(|way| way.get("id")).and_then(text_of);
    let named = named.ok_or_else(|| Reply::bad("Transition id must be specified."))?;
    let allowed = access::may(turn, id, "TRANSITION_ISSUES");
    let way = ways(turn, issue).iter().find(|way| way.id.to_string() == named);
    let way = way.filter(|way| allowed && open(turn, issue, way));
    way.ok_or_else(|| {
        Reply::bad("It seems that you have tried to perform a workflow operation that is not valid for the current state of this issue.")
    })
}

/// Takes the transition a body names: fields of its screen, status, history, comment.
pub(crate) fn perform(turn: &mut Turn<'_>, id: u64, body: &Map<String, Value>) -> Result<(), Reply> {
    let way = check(turn, id, body)?;
    let mut draft = Draft::of(turn.jira().issue(id)?);
    let fields_given = body.get("fields").and_then(Value::as_object);
    let update_given = body.get("update").and_then(Value::as_object);
    for name in fields_given.into_iter().flat_map(Map::keys) {
        if !way.screen.iter().any(|(field, _)| field == name) {
            let sentence =
                format!("Field '{name}' cannot be set. It is not on the appropriate screen, or unknown.");
            draft.refuse(name, sentence);
        }
    }
    for (field, _) in way.screen.iter().filter(|(_, required)| *required) {
        let given = |part: Option<&Map<String, Value>>| part.is_some_and(|part| part.contains_key(*field));
        if !given(fields_given) && !given(update_given) {
            draft.refuse(
                field,
                format!("{} is required.", fields::find(field).map_or(*field, |known| known.name)),
            );
        }
    }
    let also = edit::take_in(turn, &mut draft, body)?;
    let old = std::mem::replace(&mut draft.issue.status, way.to);
    land(&mut draft, turn.now, fields_given.is_some_and(|given| given.contains_key("resolution")));
    let word = |id: u64| (Some(id.to_string()), Some(workflow::status(id).name.to_owned()));
    if old != way.to {
        draft.items.push(Item::ids("status", word(old), word(way.to)));
    }
    let finished = draft.finished()?;
    let key = finished.0.key.clone();
    edit::write(turn, finished, body.get("historyMetadata").cloned());
    turn.mutated("issue-transitioned", key);
    edit::write_properties(turn, id, body)?;
    edit::write_also(turn, id, also)
}

/// Done means resolved, and not done means not.
fn land(draft: &mut Draft, now: jiff::Timestamp, resolution_given: bool) {
    let done = workflow::status(draft.issue.status).category == "done";
    if done && draft.issue.resolution.is_none() && !resolution_given {
        draft.resolve(Some(10_000));
    }
    if !done && draft.issue.resolution.is_some() {
        draft.resolve(None);
    }
    draft.issue.resolved = if done { draft.issue.resolved.or(Some(now)) } else { None };
}
