//! Spaces and content as the stand-in keeps them.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;

use crate::confluence::body::Body;
use crate::world::people::{Account, AccountId};

/// What a piece of content is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Page,
    Blog,
    Comment,
    Attachment,
}

impl Kind {
    /// Its name in both APIs and in CQL.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Blog => "blogpost",
            Self::Comment => "comment",
            Self::Attachment => "attachment",
        }
    }

    /// From its name.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        [Self::Page, Self::Blog, Self::Comment, Self::Attachment]
            .into_iter()
            .find(|kind| kind.as_str() == name)
    }
}

/// Where a piece of content is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    Current,
    Draft,
    Archived,
    Trashed,
}

impl Status {
    /// Its name in both APIs.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Draft => "draft",
            Self::Archived => "archived",
            Self::Trashed => "trashed",
        }
    }

    /// From its name.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        [Self::Current, Self::Draft, Self::Archived, Self::Trashed]
            .into_iter()
            .find(|status| status.as_str() == name)
    }
}

/// A space and who may do what in it.
#[derive(Debug)]
pub(crate) struct Space {
    pub(crate) id: u64,
    pub(crate) key: String,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) author: AccountId,
    pub(crate) created: Timestamp,
    pub(crate) homepage: u64,
    pub(crate) readers: &'static [&'static str],
    pub(crate) writers: &'static [&'static str],
}

impl Space {
    /// Whether an account sees the space and what is in it.
    pub(crate) fn readable_by(&self, account: &Account) -> bool {
        self.readers.iter().any(|group| account.in_group(group)) || self.writable_by(account)
    }

    /// Whether an account may create, change and delete content in it.
    pub(crate) fn writable_by(&self, account: &Account) -> bool {
        self.writers.iter().any(|group| account.in_group(group))
    }
}

/// One version of a piece of content.
#[derive(Debug, Clone)]
pub(crate) struct Version {
    pub(crate) number: u64,
    pub(crate) at: Timestamp,
    pub(crate) by: AccountId,
    pub(crate) message: String,
    pub(crate) minor: bool,
    pub(crate) title: String,
    pub(crate) body: Body,
}

/// The bytes of an attachment.
#[derive(Debug, Clone)]
pub(crate) struct File {
    pub(crate) media_type: String,
    pub(crate) bytes: Bytes,
}

/// A page, blog post, comment or attachment.
#[derive(Debug)]
pub(crate) struct Content {
    pub(crate) id: u64,
    pub(crate) kind: Kind,
    pub(crate) status: Status,
    pub(crate) space: u64,
    /// The page above a page, the comment above a reply, `None` at the top.
    pub(crate) parent: Option<u64>,
    /// The page or blog post a comment or an attachment belongs to.
    pub(crate) container: Option<u64>,
    pub(crate) author: AccountId,
    pub(crate) created: Timestamp,
    pub(crate) latest: Version,
    /// Oldest first; `latest` is not among them.
    pub(crate) earlier: Vec<Version>,
    /// Name to label id.
    pub(crate) labels: BTreeMap<String, u64>,
    pub(crate) file: Option<File>,
}

impl Content {
    /// The title of the latest version.
    pub(crate) fn title(&self) -> &str {
        &self.latest.title
    }

    /// A version by number.
    pub(crate) fn version(&self, number: u64) -> Option<&Version> {
        std::iter::once(&self.latest).chain(&self.earlier).find(|version| version.number == number)
    }

    /// The id as the APIs write it: attachments carry a prefix.
    pub(crate) fn public_id(&self) -> String {
        match self.kind {
            Kind::Attachment => format!("att{}", self.id),
            _ => self.id.to_string(),
        }
    }
}

/// Spaces and content of one site.
#[derive(Debug, Default)]
pub(crate) struct State {
    spaces: BTreeMap<u64, Space>,
    contents: BTreeMap<u64, Content>,
    label_ids: BTreeMap<String, u64>,
    last_id: u64,
}

impl State {
    /// A number no space, content or label of this site has.
    pub(crate) fn next_id(&mut self) -> u64 {
        // Real ids are large and have gaps; small consecutive ones would hide mistakes with number types.
        self.last_id = self.last_id.max(196_600) + 9;
        self.last_id
    }

    /// Adds a space.
    pub(crate) fn add_space(&mut self, space: Space) {
        self.spaces.insert(space.id, space);
    }

    /// Adds a piece of content.
    pub(crate) fn add(&mut self, content: Content) {
        self.contents.insert(content.id, content);
    }

    /// Removes a piece of content and everything that belongs to it.
    pub(crate) fn purge(&mut self, id: u64) {
        self.contents.remove(&id);
        self.contents.retain(|_, content| content.container != Some(id));
    }

    /// Every space, by id.
    pub(crate) fn spaces(&self) -> impl Iterator<Item = &Space> {
        self.spaces.values()
    }

    /// A space by id.
    pub(crate) fn space(&self, id: u64) -> Option<&Space> {
        self.spaces.get(&id)
    }

    /// A space by key, in any case.
    pub(crate) fn space_by_key(&self, key: &str) -> Option<&Space> {
        self.spaces.values().find(|space| space.key.eq_ignore_ascii_case(key))
    }

    /// Everything there is, by id.
    pub(crate) fn contents(&self) -> impl Iterator<Item = &Content> {
        self.contents.values()
    }

    /// A piece of content by id.
    pub(crate) fn content(&self, id: u64) -> Option<&Content> {
        self.contents.get(&id)
    }

    /// A piece of content by id, to change it.
    pub(crate) fn content_mut(&mut self, id: u64) -> Option<&mut Content> {
        self.contents.get_mut(&id)
    }

    /// What hangs directly below a piece of content: pages below a page, comments and attachments on it.
    pub(crate) fn below(&self, id: u64, kind: Kind) -> impl Iterator<Item = &Content> {
        self.contents().filter(move |content| {
            let above = if kind == Kind::Page { content.parent } else { content.container };
            content.kind == kind && content.status == Status::Current && above == Some(id)
        })
    }

    /// The pages above a page, the topmost first. Bounded, should a cycle ever be made.
    pub(crate) fn ancestors(&self, content: &Content) -> Vec<&Content> {
        let above = |content: &&Content| content.parent.and_then(|id| self.content(id));
        let start = above(&content);
        let mut path: Vec<_> = std::iter::successors(start, above).take(64).collect();
        path.reverse();
        path
    }

    /// The current page or blog post of a title in a space.
    pub(crate) fn titled(&self, space: u64, kind: Kind, title: &str) -> Option<&Content> {
        self.contents().find(|content| {
            content.space == space
                && content.kind == kind
                && content.status == Status::Current
                && content.title().eq_ignore_ascii_case(title)
        })
    }

    /// The id of a label, the same on every piece of content.
    pub(crate) fn label_id(&mut self, name: &str) -> u64 {
        if let Some(id) = self.label_ids.get(name) {
            return *id;
        }
        let id = self.next_id();
        self.label_ids.insert(name.to_owned(), id);
        id
    }
}

/// Makes a first version.
pub(crate) fn first_version(at: Timestamp, by: &AccountId, title: impl Into<String>, body: Body) -> Version {
    let (by, title) = (Arc::clone(by), title.into());
    Version { number: 1, at, by, message: String::new(), minor: false, title, body }
}
