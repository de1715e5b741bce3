//! Lists that come in pages, of which elements are taken out: how many there were must not show.
//!
//! Where the operation has a parameter that keeps the list within the boundary beforehand, it is set. Otherwise all pages are
//! read, what lies outside is taken out, and the client is given its own page of what is left, counted anew.

use std::borrow::Cow;

use ::boundary::{Json, Member, Parameters, find_mut};
use bytes::Bytes;
use catalogue::{CanonicalPath, Confinement, Kind, Operation};
use policy::Boundary;
use types::{Code, Refusal, Verb};

use super::ask::Asker;
use super::judge::Judge;
use super::places::Place;

/// How many pages are read for one call.
const MOST: usize = 40;

/// How many elements are asked for at once. Where Atlassian gives fewer, it says so.
const AT_ONCE: u64 = 100;

/// How many keys or ids are set in one parameter.
const MOST_NAMES: usize = 50;

/// Parameters that keep a list within projects or spaces: the end of the path's template, the parameter, what it holds, and
/// how many.
const BOUNDING: [(&str, &str, Names, usize); 13] = [
    ("/project/search", "keys", Names::Keys(Kind::Project), MOST_NAMES),
    ("/issue/createmeta", "projectKeys", Names::Keys(Kind::Project), MOST_NAMES),
    ("/issue/picker", "currentProjectId", Names::Ids(Kind::Project), 1),
    ("/rest/agile/1.0/board", "projectKeyOrId", Names::Keys(Kind::Project), 1),
    ("/wiki/api/v2/spaces", "keys", Names::Keys(Kind::Space), MOST_NAMES),
    ("/wiki/api/v2/pages", "space-id", Names::Ids(Kind::Space), MOST_NAMES),
    ("/wiki/api/v2/blogposts", "space-id", Names::Ids(Kind::Space), MOST_NAMES),
    ("/wiki/api/v2/custom-content", "space-id", Names::Ids(Kind::Space), MOST_NAMES),
    ("/wiki/api/v2/tasks", "space-id", Names::Ids(Kind::Space), MOST_NAMES),
    ("/wiki/api/v2/labels/{id}/pages", "space-id", Names::Ids(Kind::Space), MOST_NAMES),
    ("/wiki/api/v2/labels/{id}/blogposts", "space-id", Names::Ids(Kind::Space), MOST_NAMES),
    ("/wiki/rest/api/space", "spaceKey", Names::Keys(Kind::Space), MOST_NAMES),
    ("/wiki/rest/api/content", "spaceKey", Names::Keys(Kind::Space), 1),
];

#[derive(Clone, Copy)]
enum Names {
    Keys(Kind),
    Ids(Kind),
}

/// How an operation turns its pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turning {
    /// `startAt`, `maxResults`; `values`.
    Jira,
    /// `start`, `limit`; `values`, `isLastPage`.
    ServiceDesk,
    /// `start`, `limit`; `results`, `_links.next`.
    First,
    /// `cursor`, `limit`; `results`, `_links.next`.
    Cursor,
}

impl Turning {
    fn of(operation: &Operation) -> Self {
        let template = operation.template();
        if template.starts_with("/rest/servicedeskapi/") {
            Self::ServiceDesk
        } else if template.starts_with("/wiki/api/v2/") {
            Self::Cursor
        } else if template.starts_with("/wiki/")
            || template.starts_with("/rest/api/content")
            || template == "/rest/api/space"
        {
            Self::First
        } else {
            Self::Jira
        }
    }

    const fn start(self) -> &'static str {
        match self {
            Self::Jira => "startAt",
            Self::ServiceDesk | Self::First => "start",
            Self::Cursor => "cursor",
        }
    }

    const fn limit(self) -> &'static str {
        match self {
            Self::Jira => "maxResults",
            Self::ServiceDesk | Self::First | Self::Cursor => "limit",
        }
    }

    const fn list(self) -> &'static str {
        match self {
            Self::Jira | Self::ServiceDesk => "values",
            Self::First | Self::Cursor => "results",
        }
    }

    /// How many elements a page has where the client does not say.
    const fn usual(self) -> u64 {
        match self {
            Self::Jira | Self::ServiceDesk => 50,
            Self::First | Self::Cursor => 25,
        }
    }
}

/// The page a client wants of a list that is read as a whole.
#[derive(Debug)]
pub(super) struct Wanted {
    turning: Turning,
    start: u64,
    limit: u64,
    path: CanonicalPath,
    /// The client's own query, without what turns pages.
    client: String,
    /// What the pages are asked for with.
    query: String,
}

/// Keeps a list within the boundary beforehand, or sees to it that it is read as a whole.
///
/// # Errors
/// When the client's page is none, or Atlassian cannot be asked.
pub(super) async fn prepare(
    judge: &Judge<'_>,
    operation: &Operation,
    path: &CanonicalPath,
    parameters: &mut Parameters<'_>,
) -> Result<Option<Wanted>, Refusal> {
    if operation.confinement() != Confinement::Listed || operation.verb() != Verb::Get {
        return Ok(None);
    }
    let bounding = BOUNDING.iter().find(|(end, ..)| operation.template().ends_with(end));
    if let Some((_, parameter, names, most)) = bounding {
        // What the client names itself has been checked; a parameter that names nothing may mean all.
        let names_some = |value: &str| value.split(',').any(|name| !name.trim().is_empty());
        if parameters.values(parameter).any(names_some) {
            return Ok(None);
        }
        parameters.remove(parameter);
        if let Some(allowed) = allowed(judge, *names, *most).await? {
            parameters.add(parameter, allowed);
            return Ok(None);
        }
    }
    let turning = Turning::of(operation);
    if !operation.lists().any(|listing| listing.way.strip_suffix("[]") == Some(turning.list())) {
        return Ok(None);
    }
    let number = |name: &str| parameters.values(name).next().map(str::parse::<u64>);
    let strange = || Refusal::new(Code::MalformedRequest, "The page it asks for is none.");
    let start = number(turning.start()).transpose().map_err(|_| strange())?.unwrap_or(0);
    let limit = number(turning.limit()).transpose().map_err(|_| strange())?.unwrap_or(turning.usual());
    parameters.remove(turning.start());
    parameters.remove(turning.limit());
    let client = parameters.write();
    parameters.set(turning.limit(), AT_ONCE.to_string());
    Ok(Some(Wanted {
        turning,
        start,
        limit: limit.clamp(1, AT_ONCE),
        path: path.clone(),
        client,
        query: parameters.write(),
    }))
}

/// The keys or ids of everything that exists for the client, if these can be told and are not too many.
async fn allowed(judge: &Judge<'_>, names: Names, most: usize) -> Result<Option<Vec<String>>, Refusal> {
    let boundary: &Boundary = judge.bounds.terms().boundary();
    let (Names::Keys(kind) | Names::Ids(kind)) = names;
    let all: Option<Vec<String>> = match kind {
        Kind::Project => boundary.allowed_projects().map(|all| all.take(most + 1).collect()),
        _ => boundary.allowed_spaces().map(|all| all.take(most + 1).collect()),
    };
    let Some(all) = all.filter(|all| all.len() <= most) else { return Ok(None) };
    let mut found = Vec::with_capacity(all.len());
    for name in all {
        let one = match judge.finder.place(kind, &name).await? {
            Some(Place::Project(one)) if boundary.allows_project(&one.key, &one.id) => one,
            Some(Place::Space(one)) if boundary.allows_space(&one.key, &one.id) => one,
            _ => continue,
        };
        found.push(if matches!(names, Names::Keys(_)) { one.key.clone() } else { one.id.clone() });
    }
    // Without any, the parameter would mean "all".
    Ok(Some(found).filter(|found| !found.is_empty()))
}

impl Wanted {
    /// The pages behind the first one, as they were written.
    ///
    /// # Errors
    /// When there are too many, or one of them cannot be had.
    pub(super) async fn read_on(&self, asker: &Asker<'_>, first: &Json<'_>) -> Result<Vec<Bytes>, Refusal> {
        let (mut pages, mut seen) = (Vec::new(), 0);
        let mut next = self.behind(first, &mut seen);
        while let Some(start) = next {
            if pages.len() + 1 == MOST {
                let detail = format!("The list it is taken from has more than {MOST} pages.");
                return Err(Refusal::new(Code::AnswerNotConfinable, detail)
                    .advise("Narrow it down to a project or a space."));
            }
            let query = format!("{}&{}={start}", self.query, self.turning.start());
            let page = asker.page(self.path.as_str(), &query).await?.ok_or_else(gone)?;
            next = self.behind(&Json::parse(&page).map_err(|_| gone())?, &mut seen);
            pages.push(page);
        }
        Ok(pages)
    }

    /// Where the page behind this one begins, when this many elements were seen before it.
    fn behind(&self, page: &Json<'_>, seen: &mut u64) -> Option<String> {
        let Some(Json::List(items)) = page.get(self.turning.list()) else { return None };
        *seen += u64::try_from(items.len()).unwrap_or(u64::MAX);
        self.next(page, *seen, items.is_empty())
    }

    /// The same as its turning says it, when this many were seen with it.
    fn next(&self, page: &Json<'_>, seen: u64, is_empty: bool) -> Option<String> {
        let is_true = |name: &str| page.get(name).is_some_and(|value| value.to_string() == "true");
        let link = page.get("_links").and_then(|links| links.get("next")).and_then(Json::text);
        match self.turning {
            _ if is_empty => None,
            Turning::Jira => {
                let total = page.get("total").and_then(Json::number);
                let is_last = is_true("isLast") || total.is_some_and(|total| seen >= total);
                let is_paged = total.is_some() || page.get("isLast").is_some();
                (is_paged && !is_last).then(|| seen.to_string())
            }
            Turning::ServiceDesk => (!is_true("isLastPage") && link.is_some()).then(|| seen.to_string()),
            Turning::First => link.map(|_| seen.to_string()),
            Turning::Cursor => {
                let link = link?;
                let (_, query) = link.split_once('?')?;
                let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
                pairs.find(|(name, _)| *name == "cursor").map(|(_, cursor)| cursor.to_owned())
            }
        }
    }

    /// Puts the elements of further pages behind those of the first.
    ///
    /// # Errors
    /// When one of them is no page.
    pub(super) fn join<'j>(&self, first: &mut Json<'j>, pages: &'j [Bytes]) -> Result<(), Refusal> {
        for page in pages {
            let mut page = Json::parse(page).map_err(|_| gone())?;
            let Some(Json::List(more)) = page.get_mut(self.turning.list()) else { return Err(gone()) };
            if let Some(Json::List(items)) = first.get_mut(self.turning.list()) {
                items.append(more);
            }
        }
        Ok(())
    }

    /// The client's own page of what is left, and where the next one is.
    pub(super) fn cut(&self, whole: &mut Json<'_>) -> Option<String> {
        let Some(Json::List(items)) = whole.get_mut(self.turning.list()) else { return None };
        let total = items.len();
        let start = usize::try_from(self.start).unwrap_or(usize::MAX).min(total);
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        *items = items.drain(..).skip(start).take(limit).collect();
        let (size, end) = (items.len(), start + items.len());
        let is_last = end >= total;
        let number = |number: usize| Json::number_of(u64::try_from(number).unwrap_or(u64::MAX));
        let truth = |truth: bool| Json::Scalar(Cow::Borrowed(if truth { "true" } else { "false" }));
        for (name, value) in [
            (self.turning.start(), Json::number_of(self.start)),
            (self.turning.limit(), Json::number_of(self.limit)),
            ("total", number(total)),
            ("size", number(size)),
            ("isLast", truth(is_last)),
            ("isLastPage", truth(is_last)),
        ] {
            if let Some(there) = whole.get_mut(name) {
                *there = value;
            }
        }
        let next = (!is_last).then(|| self.query_at(end));
        let path = self.path.as_str();
        self.link(whole, &["self"], path, Some(&self.query_at(start)));
        self.link(whole, &["nextPage"], path, next.as_deref());
        let inner = path.strip_prefix("/wiki").filter(|_| self.turning == Turning::First).unwrap_or(path);
        self.link(whole, &["_links", "next"], inner, next.as_deref());
        let before = (start > 0).then(|| self.query_at(start.saturating_sub(limit)));
        self.link(whole, &["_links", "prev"], inner, before.as_deref());
        if let Some(next) = &next {
            self.lead_on(whole, inner, next);
        }
        next.map(|next| format!("{path}?{next}"))
    }

    /// Says where the next page is, where the list as a whole had none.
    fn lead_on(&self, whole: &mut Json<'_>, path: &str, query: &str) {
        let of_itself = match self.turning {
            Turning::Jira => whole.get("self"),
            _ => whole.get("_links").and_then(|links| links.get("self")),
        };
        let of_itself = of_itself.and_then(Json::text);
        let place = of_itself.as_deref().and_then(|text| text.split('?').next());
        let place = place.filter(|_| matches!(self.turning, Turning::Jira | Turning::ServiceDesk));
        let next = Json::text_of(&format!("{}?{query}", place.unwrap_or(path)));
        let (holder, name) = match self.turning {
            Turning::Jira if place.is_none() => return,
            Turning::Jira => (Some(whole), "nextPage"),
            _ => (whole.get_mut("_links"), "next"),
        };
        if let Some(Json::Object(members)) = holder
            && !members.iter().any(|member| member.name == name)
        {
            members.push(Member { name: name.into(), value: next });
        }
    }

    fn query_at(&self, start: usize) -> String {
        let between = if self.client.is_empty() { "" } else { "&" };
        let (limit, from) = (self.turning.limit(), self.turning.start());
        format!("{}{between}{limit}={}&{from}={start}", self.client, self.limit)
    }

    /// Replaces an address behind its question mark, or takes it out.
    fn link(&self, whole: &mut Json<'_>, way: &[&str], path: &str, query: Option<&str>) {
        let (Some(last), holder) = (way.last(), way.split_last().map(|(_, rest)| rest.join("."))) else {
            return;
        };
        find_mut(whole, &holder.unwrap_or_default(), &mut |holder| {
            let Json::Object(members) = holder else { return };
            match query {
                Some(query) => {
                    for member in members.iter_mut().filter(|member| member.name == *last) {
                        let text = member.value.text().unwrap_or_default().into_owned();
                        let before = text.split('?').next().unwrap_or_default();
                        let before = if before.is_empty() { path } else { before };
                        // An address of itself that had no query stays without.
                        if text.contains('?') || *last != "self" {
                            member.value = Json::text_of(&format!("{before}?{query}"));
                        }
                    }
                }
                None => members.retain(|member| member.name != *last),
            }
        });
    }
}

fn gone() -> Refusal {
    Refusal::new(Code::AnswerNotConfinable, "A further page of its list could not be read.")
}
