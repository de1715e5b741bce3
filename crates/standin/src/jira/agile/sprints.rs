//! Sprints.

use http::StatusCode;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{board, issue_page, named_issues, page, place};
use crate::jira::model::Sprint;
use crate::reply::{Answer, Reply};
use crate::turn::Turn;
use crate::world::clock::{iso_time, parse_time};

fn shown(turn: &Turn<'_>, sprint: &Sprint) -> Value {
    let mut shown = json!({
        "id": sprint.id, "self": format!("{}/rest/agile/1.0/sprint/{}", turn.base(), sprint.id), "state": sprint.state,
        "name": sprint.name, "originBoardId": sprint.board, "goal": sprint.goal,
    });
    let times = [("startDate", sprint.start), ("endDate", sprint.end), ("completeDate", sprint.completed)];
    if let Some(shown) = shown.as_object_mut() {
        let known = times.into_iter().filter_map(|(name, at)| Some((name.to_owned(), json!(iso_time(at?)))));
        shown.extend(known);
    }
    shown
}

pub(super) fn of_board(turn: &mut Turn<'_>) -> Answer {
    let board = board(turn, turn.capture("board"))?;
    if board.kind != "scrum" {
        return Err(Reply::bad("The board doesn't support sprints."));
    }
    let states = turn.ask.query_list("state");
    let mine = turn.jira().sprints.iter().filter(|sprint| sprint.board == board.id);
    let wanted = mine.filter(|sprint| states.is_empty() || states.contains(&sprint.state.as_str()));
    let values = wanted.map(|sprint| shown(turn, sprint)).collect();
    Ok(page(turn, values))
}

/// The sprint named by the route, if its board is visible.
fn named<'a>(turn: &'a Turn<'_>) -> Result<&'a Sprint, Reply> {
    let missing = || Reply::missing("Sprint does not exist");
    let found = turn.jira().sprints.iter().find(|sprint| sprint.id.to_string() == turn.capture("sprint"));
    let found = found.ok_or_else(missing)?;
    board(turn, &found.board.to_string()).map_err(|_| missing())?;
    Ok(found)
}

/// Whether the caller manages sprints of a board.
fn manages(turn: &Turn<'_>, id: u64) -> Result<(), Reply> {
    let project = board(turn, &id.to_string())?.project;
    let project = turn.jira().project_by_id(project);
    let may = project.is_some_and(|p| p.scheme.allows(turn.me(), "MANAGE_SPRINTS_PERMISSION", None));
    let refuse =
        || Reply::jira(StatusCode::FORBIDDEN, "You do not have permission to manage sprints of this board.");
    if may { Ok(()) } else { Err(refuse()) }
}

pub(super) fn one(turn: &mut Turn<'_>) -> Answer {
    Ok(Reply::json(shown(turn, named(turn)?)))
}

fn time(body: &Map<String, Value>, name: &str) -> Result<Option<Timestamp>, Reply> {
    let Some(text) = body.get(name).and_then(Value::as_str) else { return Ok(None) };
    parse_time(text).map(Some).ok_or_else(|| Reply::bad(format!("{name} is not a valid date")))
}

fn name(body: &Map<String, Value>) -> Result<Option<String>, Reply> {
    let Some(name) = body.get("name").and_then(Value::as_str) else { return Ok(None) };
    if name.is_empty() || name.chars().count() > 30 {
        return Err(Reply::bad("The sprint name must have between 1 and 30 characters."));
    }
    Ok(Some(name.to_owned()))
}

pub(super) fn make(turn: &mut Turn<'_>) -> Answer {
    let body = turn.ask.object()?;
    let board = body
        .get("originBoardId")
        .and_then(Value::as_u64)
        .ok_or_else(|| Reply::bad("originBoardId is required"))?;
    manages(turn, board)?;
    let name = name(&body)?.ok_or_else(|| Reply::bad("name is required"))?;
    let (start, end) = (time(&body, "startDate")?, time(&body, "endDate")?);
    let goal = body.get("goal").and_then(Value::as_str).unwrap_or_default().to_owned();
    let id = turn.jira().sprints.iter().map(|sprint| sprint.id).max().unwrap_or(0) + 1;
    let sprint = Sprint { id, board, name, state: "future".to_owned(), goal, start, end, completed: None };
    let made = shown(turn, &sprint);
    turn.jira_mut().sprints.push(sprint);
    turn.mutated("sprint-created", id.to_string());
    Ok(Reply::created(made))
}

pub(super) fn change(turn: &mut Turn<'_>) -> Answer {
    let (id, old, board) = named(turn).map(|sprint| (sprint.id, sprint.state.clone(), sprint.board))?;
    manages(turn, board)?;
    let body = turn.ask.object()?;
    let (name, start, end) = (name(&body)?, time(&body, "startDate")?, time(&body, "endDate")?);
    let state = body.get("state").and_then(Value::as_str).map_or_else(|| old.clone(), str::to_lowercase);
    let follows =
        matches!((old.as_str(), state.as_str()), ("future", "active") | ("active", "closed")) || old == state;
    if !follows {
        return Err(Reply::bad(format!("A sprint that is {old} cannot become {state}.")));
    }
    let now = turn.now;
    if let Some(sprint) = turn.jira_mut().sprints.iter_mut().find(|sprint| sprint.id == id) {
        sprint.name = name.unwrap_or_else(|| sprint.name.clone());
        sprint.goal =
            body.get("goal").and_then(Value::as_str).map_or_else(|| sprint.goal.clone(), str::to_owned);
        sprint.start = start.or(sprint.start);
        sprint.end = end.or(sprint.end);
        sprint.completed = if state == "closed" { sprint.completed.or(Some(now)) } else { None };
        sprint.state = state;
    }
    turn.mutated("sprint-edited", id.to_string());
    one(turn)
}

pub(super) fn remove(turn: &mut Turn<'_>) -> Answer {
    let (id, board) = named(turn).map(|sprint| (sprint.id, sprint.board))?;
    manages(turn, board)?;
    let jira = turn.jira_mut();
    jira.sprints.retain(|sprint| sprint.id != id);
    for issue in jira.issues.values_mut() {
        issue.sprints.retain(|sprint| *sprint != id);
    }
    turn.mutated("sprint-deleted", id.to_string());
    Ok(Reply::no_content())
}

pub(super) fn issues(turn: &mut Turn<'_>) -> Answer {
    let id = named(turn)?.id;
    issue_page(turn, |issue| issue.sprints.contains(&id))
}

pub(super) fn take_in(turn: &mut Turn<'_>) -> Answer {
    let (id, closed) = named(turn).map(|sprint| (sprint.id, sprint.state == "closed"))?;
    if closed {
        return Err(Reply::bad("Issues can not be moved to a closed sprint."));
    }
    let body = turn.ask.object()?;
    let ids = named_issues(turn, &body, "SCHEDULE_ISSUES")?;
    place(turn, &ids, Some(id))?;
    Ok(Reply::no_content())
}
