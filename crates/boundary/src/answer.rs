//! What an answer tells: the things it speaks of, and the answer without those that lie outside.
//!
//! Answers are looked at by what stands in them, not by which operation gave them: an issue is recognised as one wherever it
//! turns up, as an element of a list, a parent, the other end of a link, or a line of a change's history. The catalogue says in addition which
//! lists an operation answers with, so that an element nobody recognises is taken out and not let through.

mod recognise;

use std::borrow::Cow;
use std::collections::HashSet;

use catalogue::{Kind, Listing};

use crate::json::{Json, Member};
use crate::limits;

/// Something an answer speaks of, as far as the answer itself says what it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Reference {
    /// What it is; `None` for something that stands in a list where nothing is recognised.
    pub kind: Option<Kind>,
    /// Its id.
    pub id: Option<String>,
    /// Its key, as Atlassian writes it.
    pub key: Option<String>,
    /// Of an issue: the id of its project, where the answer says it.
    pub project_id: Option<String>,
}

impl Reference {
    fn of(kind: Kind) -> Self {
        Self { kind: Some(kind), ..Self::default() }
    }

    /// The key of the project an issue's key begins with. Atlassian's answers give the key an issue has now, so it tells the
    /// project; what clients write may be a key of old.
    #[must_use]
    pub fn project_key(&self) -> Option<&str> {
        match self.kind? {
            Kind::Issue => self.key.as_deref()?.rsplit_once('-').map(|(project, _)| project),
            Kind::Project => self.key.as_deref(),
            _ => None,
        }
    }
}

/// What is taken out of an answer.
pub struct Filter<'f> {
    /// Whether something lies inside.
    pub inside: &'f dyn Fn(&Reference) -> bool,
    /// What the catalogue says the operation answers with.
    pub lists: &'f [&'f Listing],
}

/// The answer as a whole lies outside: nothing of it may be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outside;

/// Everything an answer speaks of, each once; `None`: more than [`limits::REFERENCES`].
#[must_use]
pub fn references(answer: &Json<'_>, lists: &[&Listing]) -> Option<Vec<Reference>> {
    let mut found = Found { seen: HashSet::new(), all: Vec::new(), over: false };
    collect(answer, &mut found);
    for listing in lists {
        let (holder, last) = last_step(&listing.way);
        for holder in crate::way::find(answer, holder).unwrap_or_default() {
            let each = |name: &str, element: &Json<'_>| recognise::listed(name, element, listing);
            let named: Vec<Reference> = match (last, holder) {
                (Last::Elements, Json::List(items)) => items.iter().flat_map(|item| each("", item)).collect(),
                (Last::Members, Json::Object(members)) => {
                    members.iter().flat_map(|member| each(&member.name, &member.value)).collect()
                }
                (Last::Itself, value) => each("", value),
                _ => Vec::new(),
            };
            named.into_iter().for_each(|reference| found.add(reference));
        }
    }
    (!found.over).then_some(found.all)
}

/// The last step of a way.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    Elements,
    Members,
    Itself,
}

fn last_step(way: &str) -> (&str, Last) {
    if let Some(list) = way.strip_suffix("[]") {
        (list, Last::Elements)
    } else if way == "*" {
        ("", Last::Members)
    } else if let Some(object) = way.strip_suffix(".*") {
        (object, Last::Members)
    } else {
        (way, Last::Itself)
    }
}

/// What an element of a list is, as far as that is recognised; what belongs to it is not looked at.
#[must_use]
pub fn itself(element: &Json<'_>) -> Vec<Reference> {
    recognise::itself(element)
}

/// The attachments of issues an answer tells of: the issue's id or key, and the attachment's id.
#[must_use]
pub fn attachments(answer: &Json<'_>) -> Vec<(String, String)> {
    let mut found = Vec::new();
    recognise::attachments(answer, &mut found);
    found.truncate(limits::REFERENCES);
    found
}

struct Found {
    seen: HashSet<Reference>,
    all: Vec<Reference>,
    over: bool,
}

impl Found {
    fn add(&mut self, reference: Reference) {
        if self.all.len() >= limits::REFERENCES {
            self.over = true;
        } else if !self.seen.contains(&reference) {
            self.seen.insert(reference.clone());
            self.all.push(reference);
        }
    }
}

/// As deep as JSON may be nested.
fn collect(json: &Json<'_>, found: &mut Found) {
    recognise::of(json).into_iter().for_each(|reference| found.add(reference));
    match json {
        Json::List(items) => items.iter().for_each(|item| collect(item, found)),
        Json::Object(members) => {
            for Member { name, value } in members {
                recognise::by_name(name, value).into_iter().for_each(|reference| found.add(reference));
                collect(value, found);
            }
        }
        Json::Scalar(_) => {}
    }
}

/// Takes out what lies outside, and says how much was taken out of lists.
///
/// # Errors
/// When the answer as a whole lies outside.
pub fn take_out(answer: &mut Json<'_>, filter: &Filter<'_>) -> Result<usize, Outside> {
    let mut taken = 0;
    let mut all_inside = true;
    for listing in filter.lists {
        let (holder, last) = last_step(&listing.way);
        let stays = |name: &str, element: &Json<'_>| {
            let named = recognise::listed(name, element, listing);
            // An element that says of nothing where it lies stays only where the catalogue knows of such.
            if named.is_empty() { listing.optional } else { named.iter().all(|one| (filter.inside)(one)) }
        };
        crate::way::find_mut(answer, holder, &mut |holder| match (last, holder) {
            (Last::Elements, Json::List(items)) => {
                let before = items.len();
                items.retain(|item| stays("", item));
                taken += before - items.len();
            }
            (Last::Members, Json::Object(members)) => {
                let before = members.len();
                members.retain(|member| stays(&member.name, &member.value));
                taken += before - members.len();
            }
            (Last::Itself, value) => all_inside &= value.is_null() || stays("", value),
            // What stands there has another shape than the catalogue says: nobody knows what it lists.
            (_, value) => all_inside &= value.is_null(),
        });
    }
    if !all_inside {
        return Err(Outside);
    }
    prune(answer, filter, &mut taken).then_some(taken).ok_or(Outside)
}

/// Whether the value may stay, and what is in it taken out. As deep as JSON may be nested.
fn prune(json: &mut Json<'_>, filter: &Filter<'_>, taken: &mut usize) -> bool {
    if !recognise::of(json).iter().all(|reference| (filter.inside)(reference)) {
        return false;
    }
    match json {
        Json::List(items) => {
            let before = items.len();
            items.retain_mut(|item| prune(item, filter, taken));
            *taken += before - items.len();
        }
        Json::Object(members) => members.retain_mut(|Member { name, value }| {
            if let Json::List(items) = value {
                let before = items.len();
                items.retain(|item| recognise::by_name(name, item).iter().all(|one| (filter.inside)(one)));
                *taken += before - items.len();
            } else if !recognise::by_name(name, value).iter().all(|one| (filter.inside)(one)) {
                // A member that may be absent may be null; clients that expect it find it.
                *value = Json::Scalar(Cow::Borrowed("null"));
            }
            prune(value, filter, taken)
        }),
        Json::Scalar(_) => {}
    }
    true
}

#[cfg(test)]
mod tests;
