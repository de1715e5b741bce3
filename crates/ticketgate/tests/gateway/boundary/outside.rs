//! What the stand-in's data say: ids the table names, and the texts no answer to a bounded client may hold.

use std::collections::{BTreeMap, BTreeSet};

use http::Method;
use serde_json::{Value, json};

use super::super::harness::{basic, call};

/// The stand-in as its administrator and as the gateway's own account see it.
#[derive(Debug)]
pub(super) struct World {
    standin: String,
    admin: String,
    /// Issues: key, id, summary.
    issues: BTreeMap<String, (String, String)>,
    /// What `$(WHAT PROJECT)` stands for, and what there is for titles: `(what, project or space)`.
    pub(super) ids: BTreeMap<(String, String), Vec<String>>,
    /// Names of projects, boards and sprints by project; titles of content by space.
    titles: BTreeMap<String, BTreeSet<String>>,
    wiki: BTreeMap<String, BTreeSet<String>>,
}

/// Numbers below this one are those of types, projects and other tables, which several things share.
const SHARED: u64 = 10_200;

/// Pictures of types, projects and requests.
const PICTURES: [&str; 3] = ["10300", "10400", "10501"];

const PROJECTS: [&str; 5] = ["REL", "DATA", "PART", "DESK", "SEC"];

impl World {
    pub(super) async fn look(standin: &str) -> Self {
        let facts = call(&format!("{standin}/standin/facts"), Method::GET, None, None).await.json();
        let admin = facts["users"].as_array().unwrap().iter().find(|user| user["name"] == "admin").unwrap();
        let text = |name: &str| admin[name].as_str().unwrap().to_owned();
        let admin = basic(&text("email"), &text("api_token"));
        let mut world = Self {
            standin: standin.to_owned(),
            admin,
            issues: BTreeMap::new(),
            ids: BTreeMap::new(),
            titles: BTreeMap::new(),
            wiki: BTreeMap::new(),
        };
        world.read_jira().await;
        world.read_confluence().await;
        world
    }

    pub(super) async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> Value {
        let said = call(&format!("{}{path}", self.standin), method, Some(&self.admin), body).await;
        if said.body.is_empty() { Value::Null } else { said.json() }
    }

    /// What the administrator shows.
    pub(super) fn authorization(&self) -> &str {
        &self.admin
    }

    /// Every issue a query finds, with what a boundary's case may need of it.
    async fn find(&self, jql: &str) -> Vec<Value> {
        let (mut all, mut next) = (Vec::new(), Value::Null);
        loop {
            let mut question = json!({ "jql": jql, "maxResults": 100,
                "fields": ["summary", "project", "attachment", "issuelinks", "parent", "security"] });
            if next.is_string() {
                question["nextPageToken"] = next;
            }
            let page = self.ask(Method::POST, "/rest/api/3/search/jql", Some(question)).await;
            all.extend(page["issues"].as_array().unwrap_or_else(|| panic!("{jql}: {page}")).iter().cloned());
            next = page["nextPageToken"].clone();
            if !next.is_string() {
                return all;
            }
        }
    }

    fn note(&mut self, what: &str, of: &str, id: &Value) {
        let id = id.as_str().map_or_else(|| id.to_string(), str::to_owned);
        self.ids.entry((what.to_owned(), of.to_owned())).or_default().push(id);
    }

    fn title(&mut self, of: &str, title: &Value) {
        self.titles.entry(of.to_owned()).or_default().insert(title.as_str().unwrap_or_default().to_owned());
    }

    async fn read_jira(&mut self) {
        for issue in self.find("project in (REL, DATA, PART, DESK, SEC) ORDER BY key").await {
            let (key, fields) = (issue["key"].as_str().unwrap().to_owned(), &issue["fields"]);
            let project = key.split('-').next().unwrap().to_owned();
            let beyond = |other: &Value| {
                other.as_str().is_some_and(|other| !other.starts_with(&format!("{project}-")))
            };
            for link in fields["issuelinks"].as_array().into_iter().flatten() {
                let other = if link["outwardIssue"].is_object() {
                    &link["outwardIssue"]["key"]
                } else {
                    &link["inwardIssue"]["key"]
                };
                let what = if beyond(other) { "link out" } else { "link in" };
                self.note(what, &project, &link["id"]);
                self.note(&what.replace("link", "linked"), &project, &json!(key));
            }
            for attachment in fields["attachment"].as_array().into_iter().flatten() {
                self.note("attachment", &project, &attachment["id"]);
                self.note("attached", &project, &json!(key));
            }
            if fields["parent"].is_object() {
                let what = if beyond(&fields["parent"]["key"]) { "child out" } else { "child in" };
                self.note(what, &project, &json!(key));
            }
            if fields["security"].is_object() {
                self.note("secured", &project, &json!(key));
            }
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            self.issues.insert(key, (text(&issue["id"]), text(&fields["summary"])));
        }
        for key in PROJECTS {
            let project = self.ask(Method::GET, &format!("/rest/api/3/project/{key}"), None).await;
            self.note("project", key, &project["id"]);
            self.title(key, &project["name"]);
            for what in ["version", "component"] {
                let all = self.ask(Method::GET, &format!("/rest/api/3/project/{key}/{what}s"), None).await;
                all.as_array().into_iter().flatten().for_each(|one| self.note(what, key, &one["id"]));
            }
        }
        let boards = self.ask(Method::GET, "/rest/agile/1.0/board", None).await;
        for board in boards["values"].as_array().unwrap() {
            let key = board["location"]["projectKey"].as_str().unwrap().to_owned();
            self.note("board", &key, &board["id"]);
            self.title(&key, &board["name"]);
            let path = format!("/rest/agile/1.0/board/{}/sprint", board["id"]);
            for sprint in self.ask(Method::GET, &path, None).await["values"].as_array().into_iter().flatten()
            {
                self.note("sprint", &key, &sprint["id"]);
                self.title(&key, &sprint["name"]);
            }
        }
        let desks = self.ask(Method::GET, "/rest/servicedeskapi/servicedesk", None).await;
        desks["values"]
            .as_array()
            .into_iter()
            .flatten()
            .for_each(|desk| self.note("desk", "DESK", &desk["id"]));
    }

    async fn read_confluence(&mut self) {
        for key in ["REL", "DATA", "PART"] {
            let found = self.ask(Method::GET, &format!("/wiki/api/v2/spaces?keys={key}"), None).await;
            let space = found["results"][0].clone();
            self.note("space", key, &space["id"]);
            self.note("home", key, &space["homepageId"]);
            self.wiki.entry(key.to_owned()).or_default().insert(space["name"].as_str().unwrap().to_owned());
            for what in ["page", "blogpost"] {
                let path =
                    format!("/wiki/api/v2/{what}s?space-id={}&limit=100", space["id"].as_str().unwrap());
                let found = self.ask(Method::GET, &path, None).await;
                for content in found["results"].as_array().unwrap() {
                    self.note(what, key, &content["id"]);
                    self.wiki
                        .entry(key.to_owned())
                        .or_default()
                        .insert(content["title"].as_str().unwrap().to_owned());
                }
            }
            for what in ["attachment", "comment"] {
                let path = format!("/wiki/rest/api/search?cql=space%3D{key}%20and%20type%3D{what}&limit=50");
                let found = self.ask(Method::GET, &path, None).await;
                for hit in found["results"].as_array().into_iter().flatten() {
                    self.note(&format!("wiki {what}"), key, &hit["content"]["id"]);
                }
            }
        }
    }

    /// What `$(NAME)` stands for, and whether it belongs to one of these projects.
    pub(super) fn named(&self, name: &str, outside: &[String]) -> Option<(String, bool)> {
        if let Some((id, _)) = self.issues.get(name) {
            return Some((id.clone(), outside.iter().any(|key| name.starts_with(&format!("{key}-")))));
        }
        let mut words: Vec<&str> = name.split(' ').collect();
        let nth = words.last().and_then(|last| last.parse::<usize>().ok());
        if nth.is_some() {
            words.pop();
        }
        let of = words.pop()?.to_owned();
        let all = self.ids.get(&(words.join(" "), of.clone()))?;
        let is_outside = outside.contains(&of) || words == ["link", "out"];
        Some((all.get(nth.unwrap_or(0))?.clone(), is_outside))
    }

    /// The texts of Jira that no answer may hold: everything about issues `inside` does not find, and about the projects outside.
    pub(super) async fn secrets(&self, inside: &str, outside: &[String]) -> Vec<String> {
        let found = self.find(inside).await;
        let inside: BTreeSet<&str> = found.iter().filter_map(|issue| issue["key"].as_str()).collect();
        let seen: BTreeSet<&str> = self
            .issues
            .iter()
            .filter(|(key, _)| inside.contains(&***key))
            .map(|(_, (_, summary))| &**summary)
            .collect();
        let mut secrets: BTreeSet<String> = outside.iter().cloned().collect();
        for (key, (id, summary)) in self.issues.iter().filter(|(key, _)| !inside.contains(&***key)) {
            secrets.insert(key.clone());
            if id.parse::<u64>().unwrap() >= SHARED && !PICTURES.contains(&&**id) {
                secrets.insert(id.clone());
            }
            if !seen.contains(&**summary) {
                secrets.insert(summary.clone());
            }
        }
        secrets.extend(outside.iter().filter_map(|key| self.titles.get(key)).flatten().cloned());
        for what in ["version", "component", "attachment"] {
            let of = |key: &String| self.ids.get(&(what.to_owned(), key.clone()));
            let ids = outside.iter().filter_map(of).flatten();
            secrets.extend(ids.filter(|id| id.parse::<u64>().is_ok_and(|id| id >= SHARED)).cloned());
        }
        secrets.into_iter().collect()
    }

    /// The same of Confluence.
    pub(super) fn wiki_secrets(&self, outside: &[String]) -> Vec<String> {
        let mut secrets: BTreeSet<String> = outside.iter().cloned().collect();
        let inside: BTreeSet<&String> = self
            .wiki
            .iter()
            .filter(|(key, _)| !outside.contains(key))
            .flat_map(|(_, titles)| titles)
            .collect();
        let titles = outside.iter().filter_map(|key| self.wiki.get(key)).flatten();
        secrets.extend(titles.filter(|title| !inside.contains(title)).cloned());
        for what in ["space", "home", "page", "blogpost", "wiki attachment", "wiki comment"] {
            let of = |key: &String| self.ids.get(&(what.to_owned(), key.clone()));
            secrets.extend(outside.iter().filter_map(of).flatten().cloned());
        }
        secrets.into_iter().collect()
    }
}
