//! The questions that tell where something lies, and what it is.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use catalogue::Kind;
use serde_json::{Value, json};
use types::Refusal;

use super::facts::{
    FIELDS, Labelled, Transition, encoded, id, in_project, issue, labelled, project, space, text, with,
};
use super::{Finder, Place};

/// What content of Confluence's second API is found under, where the path of a call does not say it.
const FAMILIES: [&str; 2] = ["pages", "blogposts"];

/// What else it may be found under.
const OTHER_FAMILIES: [&str; 8] = [
    "attachments",
    "custom-content",
    "databases",
    "embeds",
    "folders",
    "footer-comments",
    "inline-comments",
    "whiteboards",
];

impl Finder<'_> {
    /// Whether an issue meets a condition, as Jira finds it by now.
    ///
    /// # Errors
    /// As [`Finder::place`].
    pub(in super::super) async fn meets(&self, id: &str, condition: &str) -> Result<bool, Refusal> {
        let jql = format!("id = {id} AND ({condition})");
        let (path, question) = if self.cloud {
            // Without reconciling, Jira's index may lag behind what has just been changed.
            let number: u64 = id.parse().unwrap_or_default();
            (
                "/rest/api/3/search/jql",
                json!({ "jql": jql, "fields": ["id"], "maxResults": 1, "reconcileIssues": [number] }),
            )
        } else {
            ("/rest/api/2/search", json!({ "jql": jql, "fields": ["id"], "maxResults": 1 }))
        };
        let answer = self.asker.post(path, &question).await?;
        let found = answer.as_ref().and_then(|answer| answer.get("issues")?.as_array()?.first());
        Ok(found.and_then(|issue| issue.get("id").and_then(self::id)).is_some_and(|found| found == id))
    }

    /// What a transition of an issue is.
    ///
    /// # Errors
    /// As [`Finder::place`].
    pub(in super::super) async fn transition(
        &self,
        issue: &str,
        transition: &str,
    ) -> Result<Transition, Refusal> {
        let api = if self.cloud { "/rest/api/3" } else { "/rest/api/2" };
        let issue = encoded(issue);
        let current = self.asker.get(&format!("{api}/issue/{issue}"), Some("fields=status")).await?;
        let query = format!("transitionId={}", encoded(transition));
        let offered = self.asker.get(&format!("{api}/issue/{issue}/transitions"), Some(&query)).await?;
        let status = current.as_ref().and_then(|issue| issue.get("fields")?.get("status")).map(labelled);
        let all = offered.as_ref().and_then(|answer| answer.get("transitions")?.as_array());
        let found =
            all.into_iter().flatten().find(|one| one.get("id").and_then(id).as_deref() == Some(transition));
        Ok(Transition {
            name: found.map(|one| text(one.get("name"))).unwrap_or_default(),
            from: status.unwrap_or_default(),
            to: found.and_then(|one| one.get("to")).map(labelled).unwrap_or_default(),
        })
    }

    /// The name and id of an issue type, of which a request gives one or both.
    ///
    /// # Errors
    /// As [`Finder::place`].
    pub(in super::super) async fn issue_type(
        &self,
        name: Option<&str>,
        number: Option<&str>,
    ) -> Result<Labelled, Refusal> {
        let api = if self.cloud { "/rest/api/3" } else { "/rest/api/2" };
        Ok(match (name, number) {
            (_, Some(number)) => {
                // The id counts in Jira when both are given.
                let found = self.asker.get(&format!("{api}/issuetype/{}", encoded(number)), None).await?;
                found.as_ref().map(labelled).unwrap_or_default()
            }
            (Some(name), None) => Labelled { id: String::new(), name: name.to_owned() },
            (None, None) => Labelled::default(),
        })
    }

    pub(super) async fn look_up(&self, kind: Kind, name: &str) -> Result<Option<Place>, Refusal> {
        let api = if self.cloud { "/rest/api/3" } else { "/rest/api/2" };
        let name = encoded(name);
        let get = async |path: String| self.asker.get(&path, None).await;
        Ok(match kind {
            Kind::Issue => {
                let query = format!("fields={FIELDS}");
                let answer = self.asker.get(&format!("{api}/issue/{name}"), Some(&query)).await?;
                answer.as_ref().and_then(issue).map(Place::Issue)
            }
            Kind::Project => get(format!("{api}/project/{name}")).await?.and_then(|one| project(&one)),
            Kind::Version => get(format!("{api}/version/{name}")).await?.and_then(|one| in_project(&one)),
            Kind::Component => get(format!("{api}/component/{name}")).await?.and_then(|one| in_project(&one)),
            Kind::Board => {
                let board = get(format!("/rest/agile/1.0/board/{name}")).await?;
                board.and_then(|board| in_project(board.get("location")?))
            }
            Kind::Sprint => {
                let sprint = get(format!("/rest/agile/1.0/sprint/{name}")).await?;
                sprint.and_then(|sprint| Some(with(Kind::Board, id(sprint.get("originBoardId")?)?)))
            }
            Kind::IssueLink => {
                let link = get(format!("{api}/issueLink/{name}")).await?;
                link.and_then(|link| {
                    let end = |name: &str| Some((Kind::Issue, id(link.get(name)?.get("id")?)?));
                    Some(Place::With([end("inwardIssue")?, end("outwardIssue")?].into()))
                })
            }
            Kind::ServiceDesk => {
                let desk = get(format!("/rest/servicedeskapi/servicedesk/{name}")).await?;
                desk.and_then(|desk| in_project(&desk))
            }
            Kind::Space => None,
            Kind::Content => self.content(&name).await?,
            Kind::Attachment | Kind::Comment if self.wiki => self.content(&name).await?,
            // What may speak of any project lies in none.
            Kind::Filter
            | Kind::Dashboard
            | Kind::Comment
            | Kind::Worklog
            | Kind::Attachment
            | Kind::Jql
            | Kind::Cql => None,
        })
    }

    fn second_api(&self) -> bool {
        self.template.starts_with("/wiki/api/v2/")
    }

    pub(super) async fn space(&self, name: &str, is_key: bool) -> Result<Option<Place>, Refusal> {
        let name = encoded(name);
        if self.second_api() || (self.cloud && !is_key) {
            let by = if is_key { "keys" } else { "ids" };
            let answer = self.asker.get("/wiki/api/v2/spaces", Some(&format!("{by}={name}"))).await?;
            let first = answer.as_ref().and_then(|answer| answer.get("results")?.as_array()?.first());
            return Ok(first.and_then(space));
        }
        if !is_key {
            // Data Center's API knows spaces by key alone.
            return Ok(None);
        }
        let prefix = if self.cloud { "/wiki/rest/api" } else { "/rest/api" };
        Ok(self.asker.get(&format!("{prefix}/space/{name}"), None).await?.and_then(|one| space(&one)))
    }

    async fn content(&self, name: &str) -> Result<Option<Place>, Refusal> {
        if !self.second_api() {
            let prefix = if self.cloud { "/wiki/rest/api" } else { "/rest/api" };
            let path = format!("{prefix}/content/{name}");
            let content = self.asker.get(&path, Some("expand=space")).await?;
            return Ok(content.and_then(|content| space(content.get("space")?)));
        }
        // `/wiki/api/v2/pages/{id}/...`: the segment before the id is where things of its kind are found.
        let own = self
            .template
            .split('/')
            .nth(4)
            .filter(|family| FAMILIES.contains(family) || OTHER_FAMILIES.contains(family));
        let mut content = None;
        for family in own.into_iter().chain(FAMILIES.into_iter().filter(|family| Some(*family) != own)) {
            let path = format!("/wiki/api/v2/{family}/{name}");
            content = if Some(family) == own {
                self.asker.get(&path, None).await?
            } else {
                // Whether the grant may ask there too must not tell what is there.
                self.asker.get_if_permitted(&path).await?
            };
            if content.is_some() {
                break;
            }
        }
        let Some(content) = content else { return Ok(None) };
        if let Some(space) = content.get("spaceId").and_then(id) {
            return Ok(Some(with(Kind::Space, space)));
        }
        // A comment or a file lies where its page lies.
        for (member, family) in [("pageId", "pages"), ("blogPostId", "blogposts")] {
            if let Some(page) = content.get(member).and_then(id) {
                let path = format!("/wiki/api/v2/{family}/{}", encoded(&page));
                let page = self.asker.get(&path, None).await?;
                return Ok(page.and_then(|page| Some(with(Kind::Space, id(page.get("spaceId")?)?))));
            }
        }
        Ok(None)
    }

    /// The names and ids of a project's versions or components, in lower case.
    ///
    /// # Errors
    /// As [`Finder::place`].
    pub(in super::super) async fn values(
        &self,
        kind: Kind,
        project: &str,
    ) -> Result<Arc<HashSet<String>>, Refusal> {
        let key = self.key(kind, &format!("of {project}"));
        if let Some(known) = self.places.values.get(&key) {
            return Ok(known);
        }
        let api = if self.cloud { "/rest/api/3" } else { "/rest/api/2" };
        let what = if kind == Kind::Version { "versions" } else { "components" };
        let path = format!("{api}/project/{}/{what}", encoded(project));
        let answer = self.asker.get(&path, None).await?.unwrap_or_default();
        let all = answer.as_array().into_iter().flatten();
        let names = all.flat_map(|one| [text(one.get("name")).to_lowercase(), text(one.get("id"))]);
        let names = Arc::new(names.collect::<HashSet<_>>());
        self.places.values.insert(key, Arc::clone(&names));
        Ok(names)
    }

    /// The fields of the site's own making that hold something that lies somewhere, and what.
    ///
    /// # Errors
    /// As [`Finder::place`].
    pub(in super::super) async fn fields(&self) -> Result<Arc<HashMap<String, Kind>>, Refusal> {
        if let Some(known) = self.places.fields.get(&self.eyes) {
            return Ok(known);
        }
        let api = if self.cloud { "/rest/api/3" } else { "/rest/api/2" };
        let answer = self.asker.get(&format!("{api}/field"), None).await?.unwrap_or_default();
        let fields = answer.as_array().into_iter().flatten();
        let found: HashMap<String, Kind> =
            fields.filter_map(|field| Some((id(field.get("id")?)?, holds(field)?))).collect();
        let found = Arc::new(found);
        self.places.fields.insert(Arc::clone(&self.eyes), Arc::clone(&found));
        Ok(found)
    }
}

/// What a field holds, by its type.
fn holds(field: &Value) -> Option<Kind> {
    let schema = field.get("schema")?;
    let said = |name: &str| schema.get(name).and_then(Value::as_str).unwrap_or_default();
    let custom = said("custom").rsplit(':').next().unwrap_or_default();
    let of_type = |name: &str| said("type") == name || said("items") == name;
    match custom {
        "" => None,
        "gh-sprint" => Some(Kind::Sprint),
        "gh-epic-link" | "jpo-custom-field-parent" => Some(Kind::Issue),
        _ if of_type("version") => Some(Kind::Version),
        _ if of_type("project") => Some(Kind::Project),
        _ if of_type("component") => Some(Kind::Component),
        _ if of_type("issuelink") || of_type("issuelinks") => Some(Kind::Issue),
        _ => None,
    }
}
