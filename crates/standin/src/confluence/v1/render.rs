//! How version 1 shows things: what `expand` asks for in full, everything else as a line of `_expandable`.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::confluence::access::Eyes;
use crate::confluence::home;
use crate::confluence::model::{Content, Kind, Space, Version};
use crate::reply::Reply;
use crate::turn::Turn;
use crate::world::Deployment;
use crate::world::clock::iso_time;

/// The most one page of results holds.
pub(crate) const LIMIT_MAX: usize = 250;

/// What a request wants to see, and whose eyes it has.
pub(crate) struct View<'a> {
    pub(crate) eyes: Eyes<'a>,
    turn: &'a Turn<'a>,
    home: String,
    expand: Vec<String>,
}

impl<'a> View<'a> {
    /// From the request; `default` is what is expanded when nothing is asked for.
    pub(crate) fn of(turn: &'a Turn<'_>, default: &str) -> Self {
        let asked = turn.ask.query("expand").unwrap_or(default);
        let expand =
            asked.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect();
        Self { eyes: Eyes::of(turn), turn, home: home(turn), expand }
    }

    /// Whether a name, or something below it, is to be shown.
    fn wants(&self, name: &str) -> bool {
        self.expand
            .iter()
            .any(|asked| asked == name || asked.strip_prefix(name).is_some_and(|rest| rest.starts_with('.')))
    }

    fn context(&self) -> &'static str {
        match self.turn.site().deployment {
            Deployment::Cloud => "/wiki",
            Deployment::DataCenter => "/dc/confluence",
        }
    }

    fn api(&self, path: &str) -> String {
        format!("{}/rest/api{path}", self.home)
    }

    /// An account.
    pub(crate) fn user(&self, id: &str) -> Value {
        let Some(account) = self.turn.world.people.get(id) else {
            return json!({"type": "unknown", "accountId": id, "accountType": "", "displayName": "Former user"});
        };
        let picture = json!({"path": "/wiki/aa-avatar/none", "width": 48, "height": 48, "isDefault": true});
        if self.turn.site().deployment == Deployment::DataCenter {
            return json!({
                "type": "known", "username": account.username, "userKey": format!("key-{}", account.username),
                "displayName": account.display_name, "profilePicture": picture, "_expandable": {"status": ""},
                "_links": {"self": self.api(&format!("/user?key=key-{}", account.username))},
            });
        }
        json!({
            "type": "known", "accountId": account.id, "accountType": account.kind, "email": account.email,
            "publicName": account.display_name, "displayName": account.display_name, "timeZone": "Etc/UTC",
            "isExternalCollaborator": false, "profilePicture": picture,
            "_expandable": {"operations": "", "personalSpace": ""},
            "_links": {"self": self.api(&format!("/user?accountId={}", account.id))},
        })
    }

    /// A space.
    pub(crate) fn space(&self, space: &Space) -> Value {
        let key = &space.key;
        let mut expandable = Map::new();
        let mut shown = json!({
            "id": space.id, "key": key, "name": space.name, "type": "global", "status": "current",
            "_links": {"webui": format!("/spaces/{key}"), "self": self.api(&format!("/space/{key}"))},
        });
        let mut part = |name: &str, link: String, value: &dyn Fn() -> Value| {
            if self.wants(name) {
                set(&mut shown, name, value())
            } else {
                drop(expandable.insert(name.into(), link.into()))
            }
        };
        let description = || {
            let plain = json!({"value": space.description, "representation": "plain", "embeddedContent": []});
            json!({"plain": plain, "_expandable": {"view": ""}})
        };
        part("description", String::new(), &description);
        let homepage =
            || self.eyes.state.content(space.homepage).map_or(Value::Null, |page| self.brief(page));
        part("homepage", format!("/rest/api/content/{}", space.homepage), &homepage);
        for name in [
            "settings",
            "metadata",
            "operations",
            "lookAndFeel",
            "identifiers",
            "permissions",
            "icon",
            "theme",
            "history",
        ] {
            expandable.insert(name.into(), "".into());
        }
        set(&mut shown, "_expandable", Value::Object(expandable));
        shown
    }

    /// A version.
    pub(crate) fn version(&self, content: &Content, version: &Version) -> Value {
        let link = self.api(&format!("/content/{}/version/{}", content.public_id(), version.number));
        json!({
            "by": self.user(&version.by), "when": iso_time(version.at), "friendlyWhen": friendly(version.at),
            "message": version.message, "number": version.number, "minorEdit": version.minor,
            "contentTypeModified": false, "_expandable": {"collaborators": "", "content": ""},
            "_links": {"self": link},
        })
    }

    /// The history of a piece of content.
    pub(crate) fn history(&self, content: &Content) -> Value {
        let mut shown = json!({
            "latest": true, "createdBy": self.user(&content.author), "createdDate": iso_time(content.created),
            "_expandable": {"contributors": "", "previousVersion": "", "nextVersion": ""},
            "_links": {"self": self.api(&format!("/content/{}/history", content.public_id()))},
        });
        set(&mut shown, "lastUpdated", self.version(content, &content.latest));
        if let Some(before) = content.earlier.last() {
            set(&mut shown, "previousVersion", self.version(content, before));
        }
        shown
    }

    /// Content with nothing expanded.
    pub(crate) fn brief(&self, content: &Content) -> Value {
        let id = content.public_id();
        let title = url::form_urlencoded::byte_serialize(content.title().as_bytes()).collect::<String>();
        let key = self.eyes.space_of(content).map_or("", |space| space.key.as_str());
        let page = content.container.unwrap_or(content.id);
        let webui = match content.kind {
            Kind::Page => format!("/spaces/{key}/pages/{id}/{title}"),
            Kind::Blog => format!("/spaces/{key}/blog/{id}/{title}"),
            Kind::Comment => format!("/spaces/{key}/pages/{page}?focusedCommentId={id}"),
            Kind::Attachment => format!("/pages/viewpageattachments.action?pageId={page}&preview={id}"),
        };
        let mut links = json!({"self": self.api(&format!("/content/{id}")), "webui": webui});
        if content.kind != Kind::Attachment {
            set(&mut links, "tinyui", format!("/x/{}", content.id).into());
            set(&mut links, "editui", format!("/pages/resumedraft.action?draftId={id}").into());
        }
        let mut shown = json!({
            "id": id, "type": content.kind.as_str(), "status": content.status.as_str(), "title": content.title(),
            "macroRenderedOutput": {}, "extensions": {"position": content.id % 1000},
        });
        if let Some(file) = &content.file {
            let name = url::form_urlencoded::byte_serialize(content.title().as_bytes()).collect::<String>();
            let download =
                format!("/download/attachments/{page}/{name}?version={}&api=v2", content.latest.number);
            set(&mut links, "download", download.into());
            let details = json!({
                "mediaType": file.media_type, "fileSize": file.bytes.len(), "comment": content.latest.message,
                "fileId": format!("00000000-0000-4000-8000-{:012}", content.id),
                "collectionName": format!("contentId-{page}"),
            });
            set(&mut shown, "extensions", details);
        }
        set(&mut shown, "_links", links);
        set(&mut shown, "_expandable", json!({}));
        shown
    }

    /// Content with what was asked for.
    pub(crate) fn content(&self, content: &Content, version: &Version) -> Value {
        let id = content.public_id();
        let mut shown = self.brief(content);
        set(&mut shown, "title", version.title.clone().into());
        let mut expandable = Map::new();
        let mut part = |name: &str, link: String, value: &dyn Fn() -> Value| {
            if self.wants(name) {
                set(&mut shown, name, value())
            } else {
                drop(expandable.insert(name.into(), link.into()))
            }
        };
        let space = self.eyes.space_of(content);
        let key = space.map_or("", |space| space.key.as_str());
        part("space", format!("/rest/api/space/{key}"), &|| {
            space.map_or(Value::Null, |space| self.space(space))
        });
        part("history", format!("/rest/api/content/{id}/history"), &|| self.history(content));
        part("version", String::new(), &|| self.version(content, version));
        part("ancestors", String::new(), &|| {
            self.eyes.state.ancestors(content).into_iter().map(|page| self.brief(page)).collect()
        });
        part("body", String::new(), &|| self.body(version));
        part("metadata", String::new(), &|| self.metadata(content));
        part("children", format!("/rest/api/content/{id}/child"), &|| self.children(content));
        let above = content.container.and_then(|id| self.eyes.state.content(id));
        let container =
            || above.map_or_else(|| space.map_or(Value::Null, |s| self.space(s)), |page| self.brief(page));
        let link = above.map_or_else(
            || format!("/rest/api/space/{key}"),
            |page| format!("/rest/api/content/{}", page.id),
        );
        part("container", link, &container);
        for name in ["operations", "childTypes", "restrictions", "descendants"] {
            expandable.insert(name.into(), format!("/rest/api/content/{id}/{name}").into());
        }
        set(&mut shown, "_expandable", Value::Object(expandable));
        shown
    }

    fn body(&self, version: &Version) -> Value {
        let mut expandable = Map::new();
        let mut shown = Map::new();
        for name in [
            "storage",
            "view",
            "export_view",
            "styled_view",
            "editor",
            "atlas_doc_format",
            "anonymous_export_view",
        ] {
            let wanted = self.wants(&format!("body.{name}"));
            match version.body.shown(name).filter(|_| wanted) {
                Some(value) => {
                    let value = json!({
                        "value": value, "representation": name, "embeddedContent": [], "_expandable": {"content": ""},
                    });
                    shown.insert(name.into(), value);
                }
                None => drop(expandable.insert(name.into(), "".into())),
            }
        }
        shown.insert("_expandable".into(), expandable.into());
        shown.into()
    }

    fn metadata(&self, content: &Content) -> Value {
        let labels = self.labels(content);
        let link = self.api(&format!("/content/{}/label", content.public_id()));
        let size = labels.len();
        json!({
            "labels": {"results": labels, "start": 0, "limit": 200, "size": size, "_links": {"self": link}},
            "_expandable": {"currentuser": "", "properties": "", "frontend": "", "editorHtml": ""},
        })
    }

    /// The labels of a piece of content.
    pub(crate) fn labels(&self, content: &Content) -> Vec<Value> {
        let shown = |(name, id): (&String, &u64)| json!({"prefix": "global", "name": name, "id": id.to_string(), "label": name});
        content.labels.iter().map(shown).collect()
    }

    /// The children of a piece of content, those kinds that were asked for.
    pub(crate) fn children(&self, content: &Content) -> Value {
        let mut expandable = Map::new();
        let mut shown = Map::new();
        for kind in [Kind::Page, Kind::Comment, Kind::Attachment] {
            let (name, id) = (kind.as_str(), content.public_id());
            if self.wants(&format!("children.{name}")) || self.wants(name) {
                let found: Vec<_> =
                    self.eyes.state.below(content.id, kind).map(|child| self.brief(child)).collect();
                let link = self.api(&format!("/content/{id}/child/{name}"));
                let size = found.len();
                let list = json!({"results": found, "start": 0, "limit": 25, "size": size, "_links": {"self": link}});
                shown.insert(name.into(), list);
            } else {
                expandable.insert(name.into(), format!("/rest/api/content/{id}/child/{name}").into());
            }
        }
        shown.insert("_expandable".into(), expandable.into());
        let link = self.api(&format!("/content/{}/child", content.public_id()));
        shown.insert("_links".into(), json!({"self": link}));
        shown.into()
    }

    /// One thing, with the links a whole answer carries.
    pub(crate) fn whole(&self, mut shown: Value) -> Reply {
        if let Some(links) = shown.get_mut("_links") {
            set(links, "base", self.home.clone().into());
            set(links, "context", self.context().into());
        }
        Reply::json(shown)
    }

    /// One page of a list.
    pub(crate) fn list<T>(&self, all: &[T], show: impl Fn(&T) -> Value) -> Reply {
        Reply::json(self.page(all, show))
    }

    /// One page of a list, before it is sent.
    pub(crate) fn page<T>(&self, all: &[T], show: impl Fn(&T) -> Value) -> Value {
        let ask = self.turn.ask;
        let start = ask.query_number("start", 0);
        let limit = ask.query_number("limit", 25).clamp(1, LIMIT_MAX);
        let results: Vec<_> = all.iter().skip(start).take(limit).map(show).collect();
        let path = ask.path.strip_prefix(self.context()).unwrap_or(&ask.path);
        let mut links = json!({"base": self.home, "context": self.context()});
        set(&mut links, "self", format!("{}{path}", self.home).into());
        let turn_to = |start: usize| {
            let kept = ask.query.iter().filter(|(name, _)| name != "start" && name != "limit");
            let mut query = url::form_urlencoded::Serializer::new(String::new());
            query
                .extend_pairs(kept)
                .append_pair("limit", &limit.to_string())
                .append_pair("start", &start.to_string());
            Value::from(format!("{path}?{}", query.finish()))
        };
        if start.saturating_add(results.len()) < all.len() {
            set(&mut links, "next", turn_to(start + results.len()));
        }
        if start > 0 {
            set(&mut links, "prev", turn_to(start.saturating_sub(limit)));
        }
        json!({"size": results.len(), "start": start, "limit": limit, "results": results, "_links": links})
    }
}

/// Sets a member of an object.
pub(crate) fn set(object: &mut Value, name: &str, value: Value) {
    if let Some(object) = object.as_object_mut() {
        object.insert(name.to_owned(), value);
    }
}

fn friendly(at: Timestamp) -> String {
    at.strftime("%b %d, %Y").to_string()
}
