//! Where things lie: in which project an issue is, in which space a page.
//!
//! Atlassian is asked, with the grant of the call, and what it says is kept for some seconds for that grant and that site
//! alone. A change that goes through the gateway makes what was known of the things it names count no longer, whoever had
//! asked: also an answer that was asked for before the change and comes in after it.

mod facts;
mod look_up;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use catalogue::Kind;
use moka::sync::Cache;
use rustc_hash::FxBuildHasher;
use serde_json::{Value, json};
use types::{GrantName, Refusal, SiteName};

use super::ask::Asker;
pub(super) use facts::{Container, Issue, Labelled};
use facts::{FIELDS, issue};

/// How long an answer is kept. A change past the gateway, such as a move in the browser, counts after this time.
const KEPT: Duration = Duration::from_secs(5);

/// How long it is remembered that something was changed: longer than an answer may take and then be kept.
const CHANGED: Duration = Duration::from_secs(60);

/// How long what a site's fields are is kept.
const FIELDS_KEPT: Duration = Duration::from_secs(60);

/// How long it is remembered at which issue an attachment was seen.
const ATTACHMENTS_KEPT: Duration = Duration::from_secs(86_400);

/// How many answers are kept.
const MOST: u64 = 20_000;

/// How many issues are asked for at once: the most `bulkfetch` takes whatever the fields.
const AT_ONCE: usize = 100;

/// How many issues with names of old are looked up one by one for a single call.
const ONE_BY_ONE: usize = 20;

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
    /// In lower case, because letter case means nothing to Atlassian. Of a space, whether it is a key is in it too.
    name: String,
}

/// What was said, and how many changes there had been when it was asked for.
#[derive(Clone, Debug)]
struct Known {
    asked: u64,
    place: Option<Place>,
}

/// What is known about where things lie.
#[derive(Clone, Debug)]
pub(crate) struct Places {
    known: Cache<Key, Known, FxBuildHasher>,
    /// The number of the last change of a thing, whoever's eyes see it.
    changed: Cache<(SiteName, Kind, String), u64, FxBuildHasher>,
    changes: Arc<AtomicU64>,
    /// Which issue an attachment was seen at: Atlassian says it in the issue, and not in the attachment.
    attachments: Cache<Key, Place, FxBuildHasher>,
    /// Names and ids of projects' versions and components.
    values: Cache<Key, Arc<HashSet<String>>, FxBuildHasher>,
    /// Fields of the site's own making that hold something that lies somewhere, by id.
    fields: Cache<Arc<Eyes>, Arc<HashMap<String, Kind>>, FxBuildHasher>,
}

impl Default for Places {
    fn default() -> Self {
        Self {
            known: Cache::builder().max_capacity(MOST).time_to_live(KEPT).build_with_hasher(FxBuildHasher),
            changed: Cache::builder()
                .max_capacity(MOST)
                .time_to_live(CHANGED)
                .build_with_hasher(FxBuildHasher),
            changes: Arc::default(),
            attachments: Cache::builder()
                .max_capacity(MOST)
                .time_to_idle(ATTACHMENTS_KEPT)
                .build_with_hasher(FxBuildHasher),
            values: Cache::builder().max_capacity(MOST).time_to_live(KEPT).build_with_hasher(FxBuildHasher),
            fields: Cache::builder()
                .max_capacity(MOST)
                .time_to_live(FIELDS_KEPT)
                .build_with_hasher(FxBuildHasher),
        }
    }
}

/// Finds out where things lie, for one call.
pub(super) struct Finder<'a> {
    pub(super) places: &'a Places,
    pub(super) asker: Asker<'a>,
    pub(super) eyes: Arc<Eyes>,
    pub(super) cloud: bool,
    /// Whether the call goes to Confluence.
    pub(super) wiki: bool,
    /// The template of the call's path: of Confluence's second API it says what kind of content an id is of.
    pub(super) template: &'a str,
}

impl Finder<'_> {
    fn key(&self, kind: Kind, name: &str) -> Key {
        Key { eyes: Arc::clone(&self.eyes), kind, name: name.to_ascii_lowercase() }
    }

    /// What is known and counts still.
    fn known(&self, key: &Key) -> Option<Option<Place>> {
        let Known { asked, place } = self.places.known.get(key)?;
        let since = |kind: Kind, name: &str| {
            let changed = self.places.changed.get(&(self.eyes.site.clone(), kind, name.to_owned()));
            changed.is_some_and(|change| change > asked)
        };
        let of_issue = matches!(&place, Some(Place::Issue(facts)) if since(Kind::Issue, &facts.id));
        (!of_issue && !since(key.kind, &key.name)).then_some(place)
    }

    fn now(&self) -> u64 {
        self.places.changes.load(Ordering::Acquire)
    }

    /// Where one thing lies; `None`: it is not there, or the grant does not see it, or nobody can say where it lies.
    ///
    /// # Errors
    /// When Atlassian cannot be asked.
    pub(super) async fn place(&self, kind: Kind, name: &str) -> Result<Option<Place>, Refusal> {
        match kind {
            Kind::Space => self.space_called(name, !is_id(name)).await,
            Kind::Attachment if !self.wiki => Ok(self.places.attachments.get(&self.key(kind, name))),
            _ => self.remember(self.key(kind, name), self.look_up(kind, name)).await,
        }
    }

    /// Where a space lies, which may have a number as its key.
    ///
    /// # Errors
    /// As [`Finder::place`].
    pub(super) async fn space_called(&self, name: &str, is_key: bool) -> Result<Option<Place>, Refusal> {
        let called = format!("{} {name}", if is_key { "key" } else { "id" });
        self.remember(self.key(Kind::Space, &called), self.space(name, is_key)).await
    }

    async fn remember(
        &self,
        key: Key,
        question: impl Future<Output = Result<Option<Place>, Refusal>>,
    ) -> Result<Option<Place>, Refusal> {
        if let Some(known) = self.known(&key) {
            return Ok(known);
        }
        let asked = self.now();
        let place = question.await?;
        self.places.known.insert(key, Known { asked, place: place.clone() });
        if let Some(Place::Issue(facts)) = &place {
            self.keep_issue(facts, asked);
        }
        Ok(place)
    }

    /// Makes sure that where these issues lie is known, with as few questions as possible.
    ///
    /// # Errors
    /// As [`Finder::place`].
    pub(super) async fn prepare(&self, issues: &[String]) -> Result<(), Refusal> {
        let is_unknown = |name: &&String| self.known(&self.key(Kind::Issue, name)).is_none();
        let mut unknown: Vec<&String> = issues.iter().filter(is_unknown).collect();
        unknown.sort_unstable();
        unknown.dedup();
        if unknown.len() < 2 || !self.cloud {
            return Ok(());
        }
        let mut unmatched = 0;
        for names in unknown.chunks(AT_ONCE) {
            let question =
                json!({ "issueIdsOrKeys": names, "fields": FIELDS.split(',').collect::<Vec<_>>() });
            let asked = self.now();
            let answer = self.asker.post("/rest/api/3/issue/bulkfetch", &question).await?.unwrap_or_default();
            let issues = answer.get("issues").and_then(Value::as_array);
            for place in issues.into_iter().flatten().filter_map(issue) {
                self.keep_issue(&place, asked);
            }
            for name in names {
                // It has another name now, or is not there: the first few are asked for one by one, the others are not seen.
                let key = self.key(Kind::Issue, name);
                if self.known(&key).is_none() {
                    unmatched += 1;
                    if unmatched > ONE_BY_ONE {
                        self.places.known.insert(key, Known { asked, place: None });
                    }
                }
            }
        }
        Ok(())
    }

    fn keep_issue(&self, facts: &Arc<Issue>, asked: u64) {
        for name in [&facts.id, &facts.key] {
            let place = Some(Place::Issue(Arc::clone(facts)));
            self.places.known.insert(self.key(Kind::Issue, name), Known { asked, place });
        }
    }

    /// Remembers at which issue an attachment was seen.
    pub(super) fn seen_attachment(&self, attachment: &str, issue: &str) {
        let place = Place::With([(Kind::Issue, issue.to_owned())].into());
        self.places.attachments.insert(self.key(Kind::Attachment, attachment), place);
    }

    /// The id of an issue that was looked up a moment ago, whatever it was called.
    pub(super) fn identity(&self, kind: Kind, name: &str) -> Option<String> {
        match self.places.known.get(&self.key(kind, name))?.place? {
            Place::Issue(facts) => Some(facts.id.clone()),
            _ => None,
        }
    }

    /// Lets what is known of something count no longer, for everybody.
    pub(super) fn forget(&self, kind: Kind, name: &str) {
        let change = self.places.changes.fetch_add(1, Ordering::AcqRel) + 1;
        let names = match kind {
            Kind::Space => vec![format!("key {name}"), format!("id {name}")],
            _ => vec![name.to_owned()],
        };
        for name in names {
            self.places.changed.insert((self.eyes.site.clone(), kind, name.to_ascii_lowercase()), change);
        }
    }
}

/// Whether a name is an id.
pub(super) fn is_id(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_digit())
}
