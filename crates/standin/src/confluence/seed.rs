//! The content a site starts with: a few spaces with a homepage, chapters, pages below them, comments and files.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};

use crate::confluence::body::Body;
use crate::confluence::model::{Content, File, Kind, Space, State, Status, Version, first_version};
use crate::world::people::{AccountId, People};
use crate::world::random::Random;

/// (key, name, description, readers, writers)
type Line = (&'static str, &'static str, &'static str, &'static [&'static str], &'static [&'static str]);

#[rustfmt::skip]
const DEMO: [Line; 4] = [
    ("REL", "Release handbook", "How releases are made.", &["jira-users"], &["release", "site-admins"]),
    ("DATA", "Data notes", "What the numbers mean.", &["data", "release"], &["data", "site-admins"]),
    ("PART", "Partner guide", "What partners may know.", &["partners", "release"], &["partners", "site-admins"]),
    ("SEC", "Security room", "Behind a door.", &["security"], &["security"]),
];
#[rustfmt::skip]
const OTHER: [Line; 1] = [
    ("DOCS", "Other documents", "A second site's only space.", &["jira-users"], &["jira-users"]),
];

const CHAPTERS: [&str; 3] = ["Planning", "Running", "Reviewing"];
const TOPICS: [&str; 9] = [
    "Calendar",
    "Checklist",
    "Roles",
    "Incidents",
    "Measurements",
    "Rollback",
    "Contacts",
    "Decisions",
    "Glossary",
];
const WORDS: [&str; 24] = [
    "release",
    "branch",
    "pipeline",
    "customer",
    "dashboard",
    "latency",
    "contract",
    "window",
    "approval",
    "backlog",
    "deploy",
    "staging",
    "rollback",
    "metric",
    "invoice",
    "partner",
    "report",
    "schema",
    "query",
    "owner",
    "risk",
    "summary",
    "review",
    "nightly",
];
const LABELS: [&str; 5] = ["howto", "release", "draft-idea", "meeting-notes", "reference"];

/// The first moment of the content's history, in seconds since 1970: 2026-01-05T09:00:00Z.
const EPOCH: i64 = 1_767_603_600;

/// Builds a site's content.
pub(crate) fn seed(random: &mut Random, people: &People, site: &str) -> State {
    let lines: &[Line] = match site {
        "demo" => &DEMO,
        "other" => &OTHER,
        _ => DEMO.split_at(2).0,
    };
    let mut sower = Sower { state: State::default(), random, people, minutes: 0 };
    for line in lines {
        sower.space(line);
    }
    sower.state
}

struct Sower<'a> {
    state: State,
    random: &'a mut Random,
    people: &'a People,
    minutes: i64,
}

impl Sower<'_> {
    /// The next moment: every piece of content is a little younger than the one before.
    fn tick(&mut self) -> Timestamp {
        self.minutes += 37;
        let start = Timestamp::from_second(EPOCH).unwrap_or_default();
        start.checked_add(SignedDuration::from_mins(self.minutes)).unwrap_or(start)
    }

    fn space(&mut self, (key, name, description, readers, writers): &Line) {
        let authors: Vec<AccountId> = self
            .people
            .all()
            .filter(|account| account.active && writers.iter().any(|group| account.in_group(group)))
            .map(|account| Arc::clone(&account.id))
            .collect();
        let author = authors.first().cloned().unwrap_or_else(|| self.people.id("admin"));
        let (id, created) = (self.state.next_id(), self.tick());
        let homepage = self.page((id, None), format!("{name} home"), &author);
        self.state.add_space(Space {
            id,
            key: (*key).to_owned(),
            name: (*name).to_owned(),
            description: (*description).to_owned(),
            author: Arc::clone(&author),
            created,
            homepage,
            readers,
            writers,
        });
        for chapter in CHAPTERS {
            let chapter_id = self.page((id, Some(homepage)), format!("{chapter} ({key})"), &author);
            for _ in 0..3 {
                let topic = self.random.word(&TOPICS);
                let by = self.random.pick(&authors).cloned().unwrap_or_else(|| Arc::clone(&author));
                let title = self.free_title(id, format!("{topic} for {}", chapter.to_lowercase()));
                let page = self.page((id, Some(chapter_id)), title, &by);
                self.decorate(page, id, &by);
            }
        }
        let body = self.prose();
        let post = self.content((id, None, None), Kind::Blog, (format!("News from {name}"), body), &author);
        self.label(post, "news");
    }

    fn free_title(&self, space: u64, title: String) -> String {
        let numbered = (2..100).map(|number| format!("{title} {number}"));
        std::iter::once(title.clone())
            .chain(numbered)
            .find(|title| self.state.titled(space, Kind::Page, title).is_none())
            .unwrap_or(title)
    }

    fn prose(&mut self) -> Body {
        let mut text = String::new();
        for _ in 0..2 + self.random.below(3) {
            text.push_str("<p>");
            let words: Vec<_> = (0..8 + self.random.below(12)).map(|_| self.random.word(&WORDS)).collect();
            text.push_str(&words.join(" "));
            text.push_str(".</p>");
        }
        Body::storage(text)
    }

    fn page(&mut self, (space, parent): (u64, Option<u64>), title: String, by: &AccountId) -> u64 {
        let body = self.prose();
        self.content((space, parent, None), Kind::Page, (title, body), by)
    }

    fn content(
        &mut self,
        (space, parent, container): (u64, Option<u64>, Option<u64>),
        kind: Kind,
        (title, body): (String, Body),
        by: &AccountId,
    ) -> u64 {
        let (id, at) = (self.state.next_id(), self.tick());
        self.state.add(Content {
            id,
            kind,
            status: Status::Current,
            space,
            parent,
            container,
            author: Arc::clone(by),
            created: at,
            latest: first_version(at, by, title, body),
            earlier: Vec::new(),
            labels: BTreeMap::new(),
            file: None,
        });
        id
    }

    /// Some pages get a second version, labels, a comment, a file.
    fn decorate(&mut self, page: u64, space: u64, by: &AccountId) {
        if self.random.once_in(2) {
            let (at, body) = (self.tick(), self.prose());
            if let Some(content) = self.state.content_mut(page) {
                let message = "Brought up to date".to_owned();
                let next = Version { number: 2, at, message, body, ..content.latest.clone() };
                let last = std::mem::replace(&mut content.latest, next);
                content.earlier.push(last);
            }
        }
        let label = self.random.word(&LABELS);
        self.label(page, label);
        let title = self.state.content(page).map(|page| page.title().to_owned()).unwrap_or_default();
        if self.random.once_in(2) {
            let body = self.prose();
            self.content((space, None, Some(page)), Kind::Comment, (format!("Re: {title}"), body), by);
        }
        if self.random.once_in(3) {
            let name = format!("{}.txt", self.random.word(&WORDS));
            let file = self.content((space, None, Some(page)), Kind::Attachment, (name, Body::default()), by);
            let text = self.prose().plain();
            if let Some(content) = self.state.content_mut(file) {
                content.file = Some(File { media_type: "text/plain".to_owned(), bytes: Bytes::from(text) });
            }
        }
    }

    fn label(&mut self, page: u64, name: &str) {
        let id = self.state.label_id(name);
        if let Some(content) = self.state.content_mut(page) {
            content.labels.insert(name.to_owned(), id);
        }
    }
}
