//! Where things lie: in which project an issue is, in which space a page.
//!
//! Atlassian is asked, with the grant of the call, and what it says is kept for some seconds for that grant and that site
//! alone. A change that goes through the gateway makes it forget what the change names.

use std::sync::Arc;
use std::time::Duration;

use catalogue::Kind;
use moka::sync::Cache;
use policy::{IssueFacts, Named};
use serde_json::{Value, json};
use types::{GrantName, Refusal, SiteName};

use super::ask::Asker;

/// How long an answer is kept. A change past the gateway, such as a move in the browser, counts after this time.
const KEPT: Duration = Duration::from_secs(5);

/// How many answers are kept.
const MOST: u64 = 20_000;

/// How many issues are asked for at once: the most `bulkfetch` takes whatever the fields.
const AT_ONCE: usize = 100;

/// How many issues with names of old are looked up one by one for a single call.
const ONE_BY_ONE: usize = 20;

/// A project or a space, as Atlassian calls it now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Container {
    pub(super) id: String,
    pub(super) key: String,
    pub(super) title: String,
}

/// A name and an id, as Jira gives them for a type, a level or a status.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Labelled {
    pub(super) id: String,
    pub(super) name: String,
}

impl Labelled {
    pub(super) fn named(&self) -> Named<'_> {
        Named { name: &self.name, id: &self.id }
    }
}

/// What an issue is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Issue {
    pub(super) id: String,
    pub(super) key: String,
    pub(super) project: Container,
    pub(super) kind: Labelled,
    pub(super) labels: Vec<String>,
    pub(super) security: Option<Labelled>,
}

impl Issue {
    pub(super) fn facts(&self) -> IssueFacts<'_> {
        IssueFacts {
            key: &self.key,
            id: &self.id,
            project_key: &self.project.key,
            project_id: &self.project.id,
            issue_type: self.kind.named(),
            labels: &self.labels,
            security: self.security.as_ref().map(Labelled::named),
        }
    }
}

/// A transition, as Jira says it is; all empty where Jira does not offer it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Transition {
    pub(super) name: String,
    pub(super) from: Labelled,
    pub(super) to: Labelled,
}

/// Where something lies.
#[derive(Clone, Debug)]
pub(crate) enum Place {
    /// It is an issue.
    Issue(Arc<Issue>),
    /// It is a project, or lies in one.
    Project(Arc<Container>),
    /// It is a space, or lies in one.
    Space(Arc<Container>),
    /// It lies where all of these lie.
    With(Arc<[(Kind, String)]>),
}

/// Whose eyes see it, and where.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Eyes {
    pub(super) grant: GrantName,
    pub(super) site: SiteName,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    eyes: Arc<Eyes>,
    kind: Kind,
    /// In lower case where letter case means nothing.
    name: String,
}

/// What is known about where things lie.
#[derive(Clone, Debug)]
pub(crate) struct Places {
    known: Cache<Key, Option<Place>, rustc_hash::FxBuildHasher>,
    /// Which issue an attachment was seen at: Atlassian says it in the issue, and not in the attachment.
    attachments: Cache<Key, Place, rustc_hash::FxBuildHasher>,
}

impl Default for Places {
    fn default() -> Self {
        let known = Cache::builder().max_capacity(MOST).time_to_live(KEPT);
        let attachments = Cache::builder().max_capacity(MOST).time_to_idle(Duration::from_secs(86_400));
        Self {
            known: known.build_with_hasher(rustc_hash::FxBuildHasher),
            attachments: attachments.build_with_hasher(rustc_hash::FxBuildHasher),
        }
    }
}

/// Finds out where things lie, for one call.
pub(super) struct Finder<'a> {
    pub(super) places: &'a Places,
    pub(super) asker: Asker<'a>,
    pub(super) eyes: Arc<Eyes>,
    pub(super) cloud: bool,
    /// The template of the call's path: of Confluence's second API it says what kind of content an id is of.
    pub(super) template: &'a str,
}

impl Finder<'_> {
    fn key(&self, kind: Kind, name: &str) -> Key {
        Key { eyes: Arc::clone(&self.eyes), kind, name: name.to_ascii_lowercase() }
    }

    /// Where one thing lies; `None`: it is not there, or the grant does not see it, or nobody can say where it lies.
    ///
    /// # Errors
    /// When Atlassian cannot be asked.
    pub(super) async fn place(&self, kind: Kind, name: &str) -> Result<Option<Place>, Refusal> {
        if kind == Kind::Attachment {
            return Ok(self.places.attachments.get(&self.key(kind, name)));
        }
        let key = self.key(kind, name);
        if let Some(known) = self.places.known.get(&key) {
            return Ok(known);
        }
        let found = self.look_up(kind, name).await?;
        self.places.known.insert(key, found.clone());
        Ok(found)
    }

    /// Makes sure that where these issues lie is known, with as few questions as possible.
    ///
    /// # Errors
    /// As [`Finder::place`].
    pub(super) async fn prepare(&self, issues: &[String]) -> Result<(), Refusal> {
        let is_unknown = |name: &&String| !self.places.known.contains_key(&self.key(Kind::Issue, name));
        let unknown: Vec<&String> = issues.iter().filter(is_unknown).collect();
        if unknown.len() < 2 || !self.cloud {
            return Ok(());
        }
        let mut unmatched = 0;
        for names in unknown.chunks(AT_ONCE) {
            let question =
                json!({ "issueIdsOrKeys": names, "fields": FIELDS.split(',').collect::<Vec<_>>() });
            let answer = self.asker.post("/rest/api/3/issue/bulkfetch", &question).await?.unwrap_or_default();
            let issues = answer.get("issues").and_then(Value::as_array);
            for place in issues.into_iter().flatten().filter_map(issue) {
                self.keep_issue(&place);
            }
            for name in names {
                // It has another name now, or is not there: the first few are asked for one by one, the others are not seen.
                let key = self.key(Kind::Issue, name);
                if !self.places.known.contains_key(&key) {
                    unmatched += 1;
                    if unmatched > ONE_BY_ONE {
                        self.places.known.insert(key, None);
                    }
                }
            }
        }
        Ok(())
    }

    fn keep_issue(&self, facts: &Arc<Issue>) {
        for name in [&facts.id, &facts.key] {
            self.places.known.insert(self.key(Kind::Issue, name), Some(Place::Issue(Arc::clone(facts))));
        }
    }

    /// Remembers at which issue an attachment was seen.
    pub(super) fn seen_attachment(&self, attachment: &str, issue: &str) {
        let place = Place::With([(Kind::Issue, issue.to_owned())].into());
        self.places.attachments.insert(self.key(Kind::Attachment, attachment), place);
    }

    /// Forgets where something lies.
    pub(super) fn forget(&self, kind: Kind, name: &str) {
        if let Some(Some(Place::Issue(facts))) = self.places.known.remove(&self.key(kind, name)) {
            self.places.known.invalidate(&self.key(Kind::Issue, &facts.id));
            self.places.known.invalidate(&self.key(Kind::Issue, &facts.key));
        }
    }

    /// Whether an issue meets a condition, as Jira finds it by now.
    ///
    /// # Errors
    /// As [`Finder::place`].
    pub(super) async fn meets(&self, id: &str, condition: &str) -> Result<bool, Refusal> {
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
    pub(super) async fn transition(&self, issue: &str, transition: &str) -> Result<Transition, Refusal> {
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
    pub(super) async fn issue_type(
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

    async fn look_up(&self, kind: Kind, name: &str) -> Result<Option<Place>, Refusal> {
        let api = if self.cloud { "/rest/api/3" } else { "/rest/api/2" };
        let name = encoded(name);
        let get = async |path: String| self.asker.get(&path, None).await;
        Ok(match kind {
            Kind::Issue => {
                let query = format!("fields={FIELDS}");
                let answer = self.asker.get(&format!("{api}/issue/{name}"), Some(&query)).await?;
                let facts = answer.as_ref().and_then(issue);
                if let Some(facts) = &facts {
                    self.keep_issue(facts);
                }
                facts.map(Place::Issue)
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
            Kind::Space => self.space(&name).await?,
            Kind::Content => self.content(&name).await?,
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

    async fn space(&self, name: &str) -> Result<Option<Place>, Refusal> {
        if self.second_api() {
            let by = if name.bytes().all(|byte| byte.is_ascii_digit()) { "ids" } else { "keys" };
            let answer = self.asker.get("/wiki/api/v2/spaces", Some(&format!("{by}={name}"))).await?;
            let first = answer.as_ref().and_then(|answer| answer.get("results")?.as_array()?.first());
            return Ok(first.and_then(space));
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
        let family = self.template.split('/').nth(4).unwrap_or("pages");
        let content = self.asker.get(&format!("/wiki/api/v2/{family}/{name}"), None).await?;
        Ok(content.and_then(|content| {
            if let Some(space) = content.get("spaceId").and_then(id) {
                return Some(with(Kind::Space, space));
            }
            let page = ["pageId", "blogPostId"].iter().find_map(|name| id(content.get(*name)?))?;
            Some(with(Kind::Content, page))
        }))
    }
}

/// The fields a boundary is decided on.
const FIELDS: &str = "project,issuetype,labels,security";

fn with(kind: Kind, name: String) -> Place {
    Place::With([(kind, name)].into())
}

fn encoded(name: &str) -> String {
    percent_encoding::utf8_percent_encode(name, percent_encoding::NON_ALPHANUMERIC)
        .to_string()
        .replace("%2D", "-")
}

/// An id, which some answers give as a number and others as a text.
fn id(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn text(value: Option<&Value>) -> String {
    value.and_then(id).unwrap_or_default()
}

fn labelled(value: &Value) -> Labelled {
    Labelled { id: text(value.get("id")), name: text(value.get("name")) }
}

fn container(value: &Value) -> Option<Container> {
    let (key, title) = (text(value.get("key")), text(value.get("name")));
    Some(Container { id: id(value.get("id")?)?, key, title })
}

fn issue(value: &Value) -> Option<Arc<Issue>> {
    let fields = value.get("fields")?;
    let labels = fields.get("labels").and_then(Value::as_array);
    Some(Arc::new(Issue {
        id: id(value.get("id")?)?,
        key: id(value.get("key")?)?,
        project: container(fields.get("project")?)?,
        kind: labelled(fields.get("issuetype")?),
        labels: labels.into_iter().flatten().filter_map(id).collect(),
        security: fields.get("security").filter(|level| level.is_object()).map(labelled),
    }))
}

fn project(value: &Value) -> Option<Place> {
    container(value).map(|project| Place::Project(Arc::new(project)))
}

/// Something that says in which project it lies.
fn in_project(value: &Value) -> Option<Place> {
    let key = ["projectKey", "project"].iter().find_map(|name| id(value.get(*name)?));
    let number = value.get("projectId").and_then(id);
    number.or(key).map(|project| with(Kind::Project, project))
}

fn space(value: &Value) -> Option<Place> {
    container(value).map(|space| Place::Space(Arc::new(space)))
}
