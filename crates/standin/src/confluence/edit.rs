//! Every change of content, whichever API asked for it. Each writes the mutation log.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::confluence::access::{Eyes, author};
use crate::confluence::body::Body;
use crate::confluence::model::{Content, File, Kind, Status, Version, first_version};
use crate::confluence::trouble::Trouble;
use crate::turn::Turn;

/// What is to be created.
#[derive(Debug)]
pub(crate) struct New {
    pub(crate) kind: Kind,
    pub(crate) status: Status,
    pub(crate) space: u64,
    pub(crate) parent: Option<u64>,
    pub(crate) container: Option<u64>,
    pub(crate) title: String,
    pub(crate) body: Body,
    pub(crate) file: Option<File>,
}

/// What is to be changed; `None` leaves things as they are.
#[derive(Debug, Default)]
pub(crate) struct Change {
    pub(crate) title: Option<String>,
    pub(crate) body: Option<Body>,
    pub(crate) status: Option<Status>,
    pub(crate) parent: Option<u64>,
    pub(crate) message: String,
    pub(crate) minor: bool,
    /// The number the client gives the new version.
    pub(crate) number: u64,
}

/// Creates content and returns its id.
pub(crate) fn create(turn: &mut Turn<'_>, new: New) -> Result<u64, Trouble> {
    let by = author(turn)?;
    let eyes = Eyes::of(turn);
    let space = eyes.state.space(new.space).ok_or_else(|| Trouble::NoSpace(new.space.to_string()))?;
    // A reader may comment: that is Confluence's own default, and lets a read-mostly client leave notes.
    if new.kind != Kind::Comment && !eyes.may_write(space) {
        return Err(Trouble::NotAllowed("create content in this space"));
    }
    if matches!(new.kind, Kind::Page | Kind::Blog) && new.status == Status::Current {
        if new.title.trim().is_empty() {
            return Err(Trouble::invalid("Content title must not be empty."));
        }
        untaken(eyes, new.space, new.kind, &new.title, None)?;
    }
    let what = match new.kind {
        Kind::Page => "page-created",
        Kind::Blog => "blogpost-created",
        Kind::Comment => "page-comment-created",
        Kind::Attachment => "page-attachment-created",
    };
    let now = turn.now;
    let state = &mut turn.site_mut().confluence;
    let id = state.next_id();
    state.add(Content {
        id,
        kind: new.kind,
        status: new.status,
        space: new.space,
        parent: new.parent,
        container: new.container,
        author: Arc::clone(&by),
        created: now,
        latest: first_version(now, &by, new.title, new.body),
        earlier: Vec::new(),
        labels: BTreeMap::new(),
        file: new.file,
    });
    turn.mutated(what, id.to_string());
    Ok(id)
}

/// Adds a version with a changed title, body or place.
pub(crate) fn update(turn: &mut Turn<'_>, id: &str, change: Change) -> Result<u64, Trouble> {
    let by = author(turn)?;
    let eyes = Eyes::of(turn);
    let content = eyes.writable(id, "update this content")?;
    let current = content.latest.number;
    // A draft stays at version 1 however often it is saved, and is published as version 1.
    let wanted = if content.status == Status::Draft { current } else { current + 1 };
    if change.number != wanted {
        return Err(Trouble::Stale { current, sent: change.number });
    }
    if let Some(title) = change.title.as_deref().filter(|_| matches!(content.kind, Kind::Page | Kind::Blog)) {
        untaken(eyes, content.space, content.kind, title, Some(content.id))?;
    }
    if let Some(parent) = change.parent {
        let above = eyes.content(&parent.to_string())?;
        if above.id == content.id || eyes.state.ancestors(above).iter().any(|page| page.id == content.id) {
            return Err(Trouble::invalid("A page cannot be moved below itself."));
        }
    }
    let (id, now) = (content.id, turn.now);
    if let Some(content) = turn.site_mut().confluence.content_mut(id) {
        let last = &content.latest;
        let version = Version {
            number: wanted,
            at: now,
            by,
            message: change.message,
            minor: change.minor,
            title: change.title.unwrap_or_else(|| last.title.clone()),
            body: change.body.unwrap_or_else(|| last.body.clone()),
        };
        let last = std::mem::replace(&mut content.latest, version);
        if content.status != Status::Draft {
            content.earlier.push(last);
        }
        content.status = change.status.unwrap_or(content.status);
        content.parent = change.parent.or(content.parent);
    }
    turn.mutated("content-updated", id.to_string());
    Ok(id)
}

/// Puts content into the trash, or removes it for good.
pub(crate) fn remove(turn: &mut Turn<'_>, id: &str, purge: bool) -> Result<(), Trouble> {
    let content = Eyes::of(turn).writable(id, "delete this content")?;
    let (id, above, was) = (content.id, content.parent, content.status);
    if purge && !matches!(was, Status::Trashed | Status::Draft) {
        return Err(Trouble::invalid("Only trashed or draft content can be purged."));
    }
    let lasting = matches!(content.kind, Kind::Comment) || purge;
    let state = &mut turn.site_mut().confluence;
    let orphans: Vec<u64> = state.below(id, Kind::Page).map(|page| page.id).collect();
    for orphan in orphans {
        if let Some(page) = state.content_mut(orphan) {
            page.parent = above;
        }
    }
    if lasting {
        state.purge(id);
    } else if let Some(content) = state.content_mut(id) {
        content.status = Status::Trashed;
    }
    turn.mutated(if lasting { "content-purged" } else { "content-trashed" }, id.to_string());
    Ok(())
}

/// Replaces an attachment's bytes, as a new version.
pub(crate) fn replace_file(turn: &mut Turn<'_>, id: u64, file: File, message: String) -> Result<(), Trouble> {
    let by = author(turn)?;
    let number = Eyes::of(turn).writable(&id.to_string(), "update this attachment")?.latest.number + 1;
    let now = turn.now;
    if let Some(content) = turn.site_mut().confluence.content_mut(id) {
        let version = Version { number, at: now, by, message, ..content.latest.clone() };
        let last = std::mem::replace(&mut content.latest, version);
        content.earlier.push(last);
        content.file = Some(file);
    }
    turn.mutated("page-attachment-updated", id.to_string());
    Ok(())
}

/// Puts labels on content.
pub(crate) fn add_labels(turn: &mut Turn<'_>, id: u64, names: &[String]) {
    let state = &mut turn.site_mut().confluence;
    for name in names {
        let label = state.label_id(name);
        if let Some(content) = state.content_mut(id) {
            content.labels.insert(name.clone(), label);
        }
    }
    turn.mutated("labels-added", id.to_string());
}

/// Takes a label off content; whether it was there.
pub(crate) fn remove_label(turn: &mut Turn<'_>, id: u64, name: &str) -> bool {
    let content = turn.site_mut().confluence.content_mut(id);
    let removed = content.is_some_and(|content| content.labels.remove(name).is_some());
    if removed {
        turn.mutated("label-removed", id.to_string());
    }
    removed
}

fn untaken(eyes: Eyes<'_>, space: u64, kind: Kind, title: &str, except: Option<u64>) -> Result<(), Trouble> {
    let taken = eyes.state.titled(space, kind, title).filter(|content| Some(content.id) != except);
    let Some(taken) = taken else { return Ok(()) };
    let space = eyes.space_of(taken).map(|space| space.key.clone()).unwrap_or_default();
    Err(Trouble::TitleTaken { title: title.to_owned(), space })
}
