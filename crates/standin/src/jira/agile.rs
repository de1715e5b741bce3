//! Jira Software: boards, backlogs, ranks; sprints have a file of their own.

pub(crate) mod sprints;

use http::StatusCode;
use serde_json::{Value, json};

use crate::jira::draft::Draft;
use crate::jira::fields::Wanted;
use crate::jira::model::{Board, Issue};
use crate::jira::{access, bulk, edit, render, scopes, workflow};
use crate::jql;
use crate::reply::{Answer, Reply};
use crate::route::{Route, get, post, put};
use crate::turn::Turn;

/// How many issues one request may move.
pub(crate) const MOVE_MAX: usize = 50;

/// Routes of boards and sprints.
pub(crate) const ROUTES: &[Route] = &[
    get("/rest/agile/1.0/board", scopes::GET_ALL_BOARDS, list),
    get("/rest/agile/1.0/board/{board}", scopes::GET_BOARD, one),
    get("/rest/agile/1.0/board/{board}/configuration", scopes::GET_BOARD_CONFIGURATION, configuration),
    get("/rest/agile/1.0/board/{board}/issue", scopes::GET_ISSUES_FOR_BOARD, issues),
    get("/rest/agile/1.0/board/{board}/backlog", scopes::GET_ISSUES_FOR_BACKLOG, backlog),
    get("/rest/agile/1.0/board/{board}/project", scopes::GET_PROJECTS, projects),
    get("/rest/agile/1.0/board/{board}/epic", scopes::GET_EPICS, epics),
    get("/rest/agile/1.0/board/{board}/sprint", scopes::GET_ALL_SPRINTS, sprints::of_board),
    post("/rest/agile/1.0/backlog/issue", scopes::MOVE_ISSUES_TO_BACKLOG, to_backlog),
    put("/rest/agile/1.0/issue/rank", scopes::RANK_ISSUES, rank),
    get("/rest/agile/1.0/issue/{issue}", scopes::AGILE_GET_ISSUE, issue),
    post("/rest/agile/1.0/sprint", scopes::CREATE_SPRINT, sprints::make),
    get("/rest/agile/1.0/sprint/{sprint}", scopes::GET_SPRINT, sprints::one),
    put("/rest/agile/1.0/sprint/{sprint}", scopes::UPDATE_SPRINT, sprints::change),
    post("/rest/agile/1.0/sprint/{sprint}", scopes::PARTIALLY_UPDATE_SPRINT, sprints::change),
    crate::route::delete("/rest/agile/1.0/sprint/{sprint}", scopes::DELETE_SPRINT, sprints::remove),
    get("/rest/agile/1.0/sprint/{sprint}/issue", scopes::GET_ISSUES_FOR_SPRINT, sprints::issues),
    post("/rest/agile/1.0/sprint/{sprint}/issue", scopes::MOVE_ISSUES_TO_SPRINT_AND_RANK, sprints::take_in),
];

/// A page of values that came without one.
pub(crate) fn page(turn: &Turn<'_>, all: Vec<Value>) -> Reply {
    let (start, limit) =
        (turn.ask.query_number("startAt", 0), turn.ask.query_number("maxResults", 50).clamp(1, 50));
    let total = all.len();
    let values: Vec<_> = all.into_iter().skip(start).take(limit).collect();
    let is_last = start + values.len() >= total;
    Reply::json(
        json!({"startAt": start, "maxResults": limit, "total": total, "isLast": is_last, "values": values}),
    )
}

/// Whether the caller sees a board: its project's permission.
fn sees(turn: &Turn<'_>, board: &Board) -> bool {
    turn.jira().project_by_id(board.project).is_some_and(|project| access::browses(turn.me(), project))
}

/// The board named by the route.
pub(crate) fn board<'a>(turn: &'a Turn<'_>, id: &str) -> Result<&'a Board, Reply> {
    let found = turn.jira().boards.iter().find(|board| board.id.to_string() == id && sees(turn, board));
    found.ok_or_else(|| Reply::missing("The requested board cannot be viewed because it either does not exist or you do not have permission to view it."))
}

fn shown(turn: &Turn<'_>, board: &Board) -> Value {
    let project = turn.jira().project_by_id(board.project);
    let location = project.map(|project| json!({
        "projectId": project.id, "displayName": format!("{} ({})", project.name, project.key), "projectName": project.name,
        "projectKey": project.key, "projectTypeKey": project.kind, "name": format!("{} ({})", project.name, project.key),
        "avatarURI": format!("{}/rest/api/2/universal_avatar/view/type/project/avatar/10400", turn.base()),
    }));
    json!({
        "id": board.id, "self": format!("{}/rest/agile/1.0/board/{}", turn.base(), board.id), "name": board.name,
        "type": board.kind, "location": location, "isPrivate": false,
    })
}

fn list(turn: &mut Turn<'_>) -> Answer {
    let ask = turn.ask;
    let project = ask
        .query("projectKeyOrId")
        .map(|named| access::project(turn, named).map(|project| project.id))
        .transpose()?;
    let name = ask.query("name").unwrap_or_default().to_lowercase();
    let kinds = ask.query_list("type");
    let wanted = |board: &&Board| {
        sees(turn, board)
            && project.is_none_or(|project| board.project == project)
            && board.name.to_lowercase().contains(&name)
            && (kinds.is_empty() || kinds.contains(&board.kind))
    };
    let boards = turn.jira().boards.iter().filter(wanted).map(|board| shown(turn, board)).collect();
    Ok(page(turn, boards))
}

fn one(turn: &mut Turn<'_>) -> Answer {
    let board = board(turn, turn.capture("board"))?;
    Ok(Reply::json(shown(turn, board)))
}

fn configuration(turn: &mut Turn<'_>) -> Answer {
    let board = board(turn, turn.capture("board"))?;
    let project = turn.jira().project_by_id(board.project).ok_or_else(Reply::no_issue)?;
    let columns = project.workflow.statuses.iter().map(|id| {
        let status = workflow::status(*id);
        let here = render::link(turn, format_args!("status/{id}"));
        json!({"name": status.name, "statuses": [{"id": id.to_string(), "self": here}]})
    });
    let columns: Vec<_> = columns.collect();
    Ok(Reply::json(json!({
        "id": board.id, "name": board.name, "type": board.kind,
        "self": format!("{}/rest/agile/1.0/board/{}/configuration", turn.base(), board.id),
        "filter": {"id": "10000", "self": render::link(turn, "filter/10000")},
        "columnConfig": {"columns": columns, "constraintType": "none"}, "ranking": {"rankCustomFieldId": 10019},
    })))
}

/// Issues that fit, in rank order, narrowed by the request's own JQL, a page of them.
pub(crate) fn issue_page(turn: &Turn<'_>, fits: impl Fn(&Issue) -> bool) -> Answer {
    let ask = turn.ask;
    let narrowed =
        ask.query("jql").filter(|jql| !jql.trim().is_empty()).map(|jql| jql::find(turn, jql)).transpose()?;
    let allowed = |issue: &&Issue| fits(issue) && narrowed.as_ref().is_none_or(|ids| ids.contains(&issue.id));
    let mut found: Vec<_> = access::visible(turn).filter(allowed).collect();
    found.sort_by_key(|issue| (issue.rank, issue.id));
    let (start, limit) = (ask.query_number("startAt", 0), ask.query_number("maxResults", 50).clamp(1, 1000));
    let wanted = Wanted::from_list(ask.query_list("fields"), "*navigable");
    let expand = ask.query_list("expand");
    let page = found.iter().skip(start).take(limit);
    let issues: Vec<_> = page.map(|issue| render::issue::issue(turn, issue.id, &wanted, &expand)).collect();
    Ok(Reply::json(json!({
        "expand": "schema,names", "startAt": start, "maxResults": limit, "total": found.len(), "issues": issues,
    })))
}

fn issues(turn: &mut Turn<'_>) -> Answer {
    let project = board(turn, turn.capture("board"))?.project;
    issue_page(turn, |issue| issue.project == project)
}

fn backlog(turn: &mut Turn<'_>) -> Answer {
    let project = board(turn, turn.capture("board"))?.project;
    let open: Vec<u64> =
        turn.jira().sprints.iter().filter(|sprint| sprint.state == "active").map(|s| s.id).collect();
    issue_page(turn, |issue| {
        issue.project == project
            && workflow::status(issue.status).category != "done"
            && !issue.sprints.iter().any(|sprint| open.contains(sprint))
    })
}

fn projects(turn: &mut Turn<'_>) -> Answer {
    let board = board(turn, turn.capture("board"))?;
    let project =
        turn.jira().project_by_id(board.project).map(|project| render::project_brief(turn, project));
    Ok(page(turn, project.into_iter().collect()))
}

fn epics(turn: &mut Turn<'_>) -> Answer {
    let project = board(turn, turn.capture("board"))?.project;
    let epics = access::visible(turn).filter(|issue| issue.project == project && issue.issue_type == 10_000);
    let shown = epics.map(|issue| json!({
        "id": issue.id, "key": issue.key, "self": format!("{}/rest/agile/1.0/epic/{}", turn.base(), issue.id),
        "name": issue.summary, "summary": issue.summary, "color": {"key": "color_4"},
        "done": workflow::status(issue.status).category == "done",
    }));
    Ok(page(turn, shown.collect()))
}

fn issue(turn: &mut Turn<'_>) -> Answer {
    let id = access::issue(turn, turn.capture("issue"))?;
    let wanted = Wanted::from_list(turn.ask.query_list("fields"), "*all");
    Ok(Reply::json(render::issue::issue(turn, id, &wanted, &turn.ask.query_list("expand"))))
}

/// The issues a body names, if the caller may do `permission` to each.
pub(crate) fn named_issues(
    turn: &Turn<'_>,
    body: &serde_json::Map<String, Value>,
    permission: &str,
) -> Result<Vec<u64>, Reply> {
    let named = bulk::texts(body, "issues");
    if named.is_empty() || named.len() > MOVE_MAX {
        return Err(Reply::bad(format!("Between 1 and {MOVE_MAX} issues must be named.")));
    }
    let mut ids = Vec::new();
    for named in &named {
        let id = access::issue(turn, named)?;
        access::require(
            turn,
            id,
            permission,
            (StatusCode::FORBIDDEN, "You do not have permission to schedule issues."),
        )?;
        ids.push(id);
    }
    Ok(ids)
}

/// Puts issues into a sprint, or out of all of them.
pub(crate) fn place(turn: &mut Turn<'_>, ids: &[u64], sprint: Option<u64>) -> Result<(), Reply> {
    for id in ids {
        let mut draft = Draft::of(turn.jira().issue(*id)?);
        draft.place(turn.jira(), sprint.into_iter().collect());
        let finished = draft.finished()?;
        let key = finished.0.key.clone();
        edit::write(turn, finished, None);
        turn.mutated("issue-placed", key);
    }
    Ok(())
}

fn to_backlog(turn: &mut Turn<'_>) -> Answer {
    let body = turn.ask.object()?;
    let ids = named_issues(turn, &body, "SCHEDULE_ISSUES")?;
    place(turn, &ids, None)?;
    Ok(Reply::no_content())
}

/// Moves issues right before or after another.
fn rank(turn: &mut Turn<'_>) -> Answer {
    let body = turn.ask.object()?;
    let ids = named_issues(turn, &body, "SCHEDULE_ISSUES")?;
    let named = |name: &str| body.get(name).and_then(Value::as_str);
    let (anchor, before) = match (named("rankBeforeIssue"), named("rankAfterIssue")) {
        (Some(anchor), None) => (access::issue(turn, anchor)?, true),
        (None, Some(anchor)) => (access::issue(turn, anchor)?, false),
        _ => return Err(Reply::bad("Exactly one of rankBeforeIssue and rankAfterIssue must be given.")),
    };
    let mut order: Vec<_> = turn.jira().issues.values().map(|issue| (issue.rank, issue.id)).collect();
    order.sort_unstable();
    let mut order: Vec<u64> = order.into_iter().map(|(_, id)| id).filter(|id| !ids.contains(id)).collect();
    let at = order.iter().position(|id| *id == anchor).map_or(order.len(), |at| at + usize::from(!before));
    order.splice(at..at, ids);
    for (rank, id) in (0_i64..).zip(order) {
        turn.jira_mut().issue_mut(id)?.rank = rank;
    }
    turn.mutated("issues-ranked", anchor.to_string());
    Ok(Reply::no_content())
}
