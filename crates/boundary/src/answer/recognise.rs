//! What a piece of an answer is.

use catalogue::{Kind, Listing};
use types::IssueKey;

use super::Reference;
use crate::json::Json;

/// The pieces of URLs behind which an id or a key of something stands.
const SEGMENTS: [(&str, Kind); 5] = [
    ("issue", Kind::Issue),
    ("epic", Kind::Issue),
    ("request", Kind::Issue),
    ("project", Kind::Project),
    ("board", Kind::Board),
];

/// Members that name something by themselves, in whatever object they stand.
const NAMING_MEMBERS: [(&str, Kind); 15] = [
    ("issueId", Kind::Issue),
    ("issueID", Kind::Issue),
    ("issueKey", Kind::Issue),
    ("issueIdOrKey", Kind::Issue),
    ("epicKey", Kind::Issue),
    ("projectId", Kind::Project),
    ("projectKey", Kind::Project),
    ("projectIdOrKey", Kind::Project),
    ("originBoardId", Kind::Board),
    // A sprint, as an issue holds it.
    ("boardId", Kind::Board),
    ("spaceId", Kind::Space),
    ("spaceKey", Kind::Space),
    ("pageId", Kind::Content),
    ("blogPostId", Kind::Content),
    ("serviceDeskId", Kind::ServiceDesk),
];

/// Members that hold lists of names.
const NAMING_LISTS: [(&str, Kind); 7] = [
    ("issueIds", Kind::Issue),
    ("issueKeys", Kind::Issue),
    ("matchedIssues", Kind::Issue),
    ("projectIds", Kind::Project),
    ("projectKeys", Kind::Project),
    ("spaceIds", Kind::Space),
    ("spaceKeys", Kind::Space),
];

/// Fields of an issue's history whose old and new values are issues, projects or sprints.
const LINK_FIELDS: [&str; 10] = [
    "link",
    "sprint",
    "epic link",
    "epic child",
    "parent",
    "parent link",
    "issueparentassociation",
    "key",
    "project",
    "remoteissuelink",
];

/// Of these, the ones that tell of a move from one project to another.
const MOVES: [&str; 2] = ["key", "project"];

/// What an object is or belongs to; everything of it has to lie inside for the object to stay.
pub(super) fn of(json: &Json<'_>) -> Vec<Reference> {
    let Json::Object(members) = json else { return Vec::new() };
    let mut found = Vec::new();
    let address = json.get("self").and_then(Json::text);
    let links = || json.get("_links").and_then(|links| links.get("self")).and_then(Json::text);
    if let Some(address) = address.or_else(links) {
        by_address(&address, json, &mut found);
    }
    if !found.iter().any(|reference| reference.kind == Some(Kind::Issue)) && looks_like_an_issue(json) {
        found.push(issue(json));
    }
    for member in members {
        let known = NAMING_MEMBERS.iter().find(|(name, _)| *name == member.name);
        if let Some((_, kind)) = known
            && let Some(reference) = named_by(*kind, &member.value)
        {
            found.push(reference);
        }
    }
    for end in ["inwardIssue", "outwardIssue"] {
        if let Some(end) = json.get(end).filter(|end| matches!(end, Json::Object(_))) {
            found.push(issue(end));
        }
    }
    let within = [Some(json), json.get("scope"), json.get("location")];
    for holder in within.into_iter().flatten() {
        if let Some(project) = holder.get("project").filter(|project| matches!(project, Json::Object(_))) {
            found.push(whole(Kind::Project, project));
        }
    }
    if let Some(location) = json.get("location") {
        let of_location = [("projectId", Kind::Project), ("projectKey", Kind::Project)];
        found.extend(of_location.iter().filter_map(|(name, kind)| named_by(*kind, location.get(name)?)));
    }
    if let Some(space) = json.get("space").filter(|space| matches!(space, Json::Object(_))) {
        found.push(whole(Kind::Space, space));
    }
    if let Some(space) = json.get("_expandable").and_then(|all| all.get("space")).and_then(Json::text) {
        let key = space.rsplit('/').next().unwrap_or_default().to_owned();
        found.push(Reference { key: Some(key), ..Reference::of(Kind::Space) });
    }
    if let Some(field) = json.get("field").and_then(Json::text) {
        history(&field, json, &mut found);
    }
    // An issue that came from another project brings that one's versions and levels along in the same change.
    if let Some(Json::List(items)) = json.get("items") {
        for item in items {
            let field = item.get("field").and_then(Json::text).unwrap_or_default();
            if MOVES.iter().any(|name| field.eq_ignore_ascii_case(name)) {
                history(&field, item, &mut found);
            }
        }
    }
    found
}

/// What a member names that is no object: a text that is the key of an issue where only a reference can be one, or a list of
/// ids. For a list this is asked of each element.
pub(super) fn by_name(name: &str, value: &Json<'_>) -> Vec<Reference> {
    if let Some((_, kind)) = NAMING_LISTS.iter().find(|(known, _)| *known == name) {
        return match value {
            Json::List(items) => items.iter().filter_map(|item| named_by(*kind, item)).collect(),
            other => named_by(*kind, other).into_iter().collect(),
        };
    }
    if name.starts_with("customfield_") {
        let one = |value: &Json<'_>| {
            let text = value.text()?;
            if let Some((_, board)) = text.split_once("rapidViewId=") {
                // A sprint as Data Center writes it: `...Sprint@1f[id=7,rapidViewId=3,name=...]`.
                let end = board.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(board.len());
                return Some(of_text(Kind::Board, board.get(..end)?));
            }
            let key = text.parse::<IssueKey>().ok()?;
            Some(Reference { key: Some(key.as_str().to_owned()), ..Reference::of(Kind::Issue) })
        };
        return match value {
            Json::List(items) => items.iter().filter_map(one).collect(),
            other => one(other).into_iter().collect(),
        };
    }
    Vec::new()
}

/// What decides about an element of a list of which the catalogue says what stands in it; empty: the element does not say.
///
/// `name` is the element's own, where the list is an object whose members are the elements.
pub(super) fn listed(name: &str, element: &Json<'_>, listing: &Listing) -> Vec<Reference> {
    let kind = listing.kind;
    if listing.names.is_empty() && !name.is_empty() {
        return vec![of_text(kind, name)];
    }
    let named =
        if listing.names.is_empty() { Ok(vec![element]) } else { crate::way::find(element, &listing.names) };
    let one = |value: &Json<'_>| match value {
        Json::Object(_) => Some(whole(kind, value)).filter(|one| one.id.is_some() || one.key.is_some()),
        other => named_by(kind, other),
    };
    named.unwrap_or_default().into_iter().filter_map(one).collect()
}

/// A URL of something, or of something beneath an issue: `.../issue/10001/comment/7`. A segment that is no id and no key, such
/// as that of `.../project/search`, names nothing.
fn by_address(address: &str, json: &Json<'_>, found: &mut Vec<Reference>) {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let Some((_, path)) = path.split_once("/rest/") else { return };
    let segments: Vec<&str> = path.split('/').collect();
    for (at, segment) in segments.iter().enumerate() {
        let Some((_, kind)) = SEGMENTS.iter().find(|(name, _)| name == segment) else { continue };
        let Some(name) = segments.get(at + 1).filter(|name| is_name(*kind, name)) else { continue };
        let is_itself = segments.len() == at + 2;
        match kind {
            Kind::Issue if is_itself && says_its_name(json) => found.push(issue(json)),
            Kind::Project if is_itself && says_its_name(json) => found.push(whole(Kind::Project, json)),
            // A board says in which project it lies; its address does not.
            Kind::Board => {}
            _ => found.push(of_text(*kind, name)),
        }
    }
}

fn says_its_name(json: &Json<'_>) -> bool {
    ["id", "key"].iter().any(|name| json.get(name).and_then(Json::name).is_some())
}

fn is_name(kind: Kind, name: &str) -> bool {
    let is_id = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit());
    let of_a_project = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    let is_project =
        || name.starts_with(|first: char| first.is_ascii_uppercase()) && name.bytes().all(of_a_project);
    is_id
        || (kind == Kind::Issue && name.parse::<IssueKey>().is_ok())
        || (kind == Kind::Project && is_project())
}

/// An object with the key of an issue and something else an issue has.
fn looks_like_an_issue(json: &Json<'_>) -> bool {
    let has_key = json.get("key").and_then(Json::text).is_some_and(|key| key.parse::<IssueKey>().is_ok());
    has_key
        && ["id", "fields", "keyHtml", "summary", "summaryText"].iter().any(|name| json.get(name).is_some())
}

fn issue(json: &Json<'_>) -> Reference {
    let mut reference = whole(Kind::Issue, json);
    let of_fields = json.get("fields").and_then(|fields| fields.get("project"));
    reference.project_id =
        of_fields.and_then(|project| project.get("id")).and_then(Json::name).map(Into::into);
    reference
}

fn whole(kind: Kind, json: &Json<'_>) -> Reference {
    let member = |name: &str| json.get(name).and_then(Json::name).map(Into::into);
    let by_self = || {
        let address = json.get("self").and_then(Json::text)?;
        Some(address.split(['?', '#']).next()?.rsplit('/').next()?.to_owned())
    };
    let mut reference = Reference { id: member("id"), key: member("key"), ..Reference::of(kind) };
    if reference.id.is_none() && reference.key.is_none() {
        reference.id = by_self();
    }
    if kind == Kind::Board {
        let location = json.get("location");
        reference.project_id =
            location.and_then(|location| location.get("projectId")).and_then(Json::name).map(Into::into);
        reference.key = None;
    }
    reference
}

fn named_by(kind: Kind, value: &Json<'_>) -> Option<Reference> {
    value.name().filter(|name| !name.is_empty()).map(|name| of_text(kind, &name))
}

fn of_text(kind: Kind, name: &str) -> Reference {
    let is_id = name.bytes().all(|byte| byte.is_ascii_digit());
    let (id, key) = if is_id { (Some(name.to_owned()), None) } else { (None, Some(name.to_owned())) };
    Reference { id, key, ..Reference::of(kind) }
}

/// A line of an issue's history: `{"field": "Link", "to": "SEC-1", "toString": "This issue blocks SEC-1"}`.
///
/// A line about another thing that does not say by key or id which one tells of something nobody can judge.
fn history(field: &str, item: &Json<'_>, found: &mut Vec<Reference>) {
    let field = field.to_ascii_lowercase();
    if !LINK_FIELDS.contains(&&*field) {
        return;
    }
    let kind = match &*field {
        "project" => Kind::Project,
        "sprint" => Kind::Sprint,
        _ => Kind::Issue,
    };
    for [id, words] in [["from", "fromString"], ["to", "toString"]] {
        let before = found.len();
        let mut says_something = false;
        for member in [id, words] {
            let Some(text) = item.get(member).and_then(Json::name).filter(|text| !text.is_empty()) else {
                continue;
            };
            says_something = true;
            let apart =
                text.split(|letter: char| !(letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_')));
            // Names of sprints and projects are people's, and may look like keys.
            let keys = apart.filter(|word| kind == Kind::Issue && word.parse::<IssueKey>().is_ok());
            found.extend(keys.map(|key| of_text(Kind::Issue, key)));
            if member == id {
                let ids = text.split(',').map(str::trim);
                let ids = ids.filter(|id| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit()));
                found.extend(ids.map(|id| of_text(kind, id)));
            }
        }
        if says_something && found.len() == before && field != "remoteissuelink" {
            found.push(Reference::default());
        }
    }
}

/// What an element of a list of issues or pages itself is.
pub(super) fn itself(json: &Json<'_>) -> Vec<Reference> {
    let mut found = Vec::new();
    if looks_like_an_issue(json) {
        found.push(issue(json));
    }
    found.extend(of(json));
    found
}

/// Issues' attachments: the issue's id or key, and the attachment's id.
pub(super) fn attachments(json: &Json<'_>, found: &mut Vec<(String, String)>) {
    match json {
        Json::List(items) => items.iter().for_each(|item| attachments(item, found)),
        Json::Object(members) => {
            let list = json.get("fields").and_then(|fields| fields.get("attachment"));
            if let (Some(Json::List(items)), Some(name)) =
                (list, json.get("id").or(json.get("key")).and_then(Json::name))
            {
                let ids = items.iter().filter_map(|item| item.get("id").and_then(Json::name));
                found.extend(ids.map(|id| (name.clone().into_owned(), id.into_owned())));
            }
            members.iter().for_each(|member| attachments(&member.value, found));
        }
        Json::Scalar(_) => {}
    }
}
