//! What a request names.

use std::borrow::Cow;
use std::fmt;

use catalogue::{Call, Kind, Naming, Place};

use crate::json::{Json, NotStrict};
use crate::parameters::Parameters;
use crate::{limits, way};

/// Something a request names.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Name {
    /// What it names.
    pub kind: Kind,
    /// Where the request names it.
    pub place: Place,
    /// The parameter, or the way to it.
    pub parameter: Box<str>,
    /// As the request calls it, escapes undone.
    pub text: String,
}

impl Name {
    /// Whether it is a key and no id, for kinds of which a key may be a number: the parameter's name tells.
    #[must_use]
    pub fn is_key(&self) -> bool {
        let last = self.parameter.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
        let by_name = last.contains("key") || (self.kind == Kind::Space && !last.contains("id"));
        by_name || !self.text.bytes().all(|byte| byte.is_ascii_digit())
    }
}

/// Why nobody can say what a request names.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// The body cannot be read strictly.
    #[error("Its body cannot be looked into: {0}.")]
    Body(#[from] NotStrict),
    /// The query is not UTF-8.
    #[error("Its query is not UTF-8.")]
    Query,
    /// Something else stands where a name is expected.
    #[error("What stands in its {place} under {parameter:?} is no name of a {kind}.")]
    NotAName {
        /// Where.
        place: Place,
        /// Under which name.
        parameter: Box<str>,
        /// Of what.
        kind: Kind,
    },
    /// There are more names than are looked at.
    #[error("It names more than {} things.", limits::NAMES)]
    TooMany,
}

/// Everything a request names that lies in a project or a space; queries ([`Kind::Jql`], [`Kind::Cql`]) among it, unread.
///
/// # Errors
/// When that cannot be said for certain.
pub fn names(call: &Call, query: &Parameters<'_>, body: Option<&Json<'_>>) -> Result<Vec<Name>, Trouble> {
    let mut all = Vec::new();
    for naming in call.operation().names() {
        let (place, kind, parameter) = (naming.place, naming.kind, &naming.parameter);
        let mut found: Vec<Cow<'_, str>> = Vec::new();
        let understood = match place {
            Place::Path => {
                found.extend(call.parameter(parameter));
                Some(())
            }
            Place::Query => {
                for value in query.values(parameter) {
                    if matches!(kind, Kind::Jql | Kind::Cql) {
                        found.push(value.into());
                    } else {
                        found.extend(
                            value.split(',').map(str::trim).filter(|one| !one.is_empty()).map(Cow::Borrowed),
                        );
                    }
                }
                Some(())
            }
            Place::Body if parameter.ends_with(".*") => {
                let named = body.map_or(Some(Vec::new()), |body| by_members(body, parameter, kind));
                let named = named.ok_or_else(|| not_a_name(naming))?;
                for (kind, text) in named {
                    add(&mut all, naming, kind, text)?;
                }
                Some(())
            }
            Place::Body => body.map_or(Some(()), |body| in_body(body, parameter, kind, &mut found)),
            Place::Answer => Some(()),
        };
        understood.ok_or_else(|| not_a_name(naming))?;
        for text in found {
            // Where a version stands, Jira takes its address too.
            let text = match text.rsplit_once('/') {
                Some((_, id)) if kind == Kind::Version && place == Place::Body => id.to_owned(),
                _ => text.into_owned(),
            };
            add(&mut all, naming, kind, text)?;
        }
    }
    Ok(all)
}

fn not_a_name(naming: &Naming) -> Trouble {
    Trouble::NotAName { place: naming.place, parameter: naming.parameter.clone(), kind: naming.kind }
}

fn add(all: &mut Vec<Name>, naming: &Naming, kind: Kind, text: String) -> Result<(), Trouble> {
    if !matches!(kind, Kind::Jql | Kind::Cql) && !is_name(&text) {
        return Err(not_a_name(naming));
    }
    if all.len() == limits::NAMES {
        return Err(Trouble::TooMany);
    }
    all.push(Name { kind, place: naming.place, parameter: naming.parameter.clone(), text });
    Ok(())
}

/// Names in the names of an object's members, with what else stands there behind commas: issues are moved to
/// `PROJECT,issue type` or `PROJECT,issue type,parent issue`.
fn by_members(body: &Json<'_>, parameter: &str, kind: Kind) -> Option<Vec<(Kind, String)>> {
    let mut found = Vec::new();
    for holder in way::find(body, parameter.strip_suffix(".*")?).ok()? {
        match holder {
            Json::Object(members) => {
                for member in members {
                    let mut parts = member.name.split(',').map(str::trim);
                    found.push((kind, parts.next()?.to_owned()));
                    // The type is no name of something that lies in a project.
                    let _issue_type = parts.next();
                    found.extend(parts.next().map(|parent| (Kind::Issue, parent.to_owned())));
                    if parts.next().is_some() {
                        return None;
                    }
                }
            }
            other if other.is_null() => {}
            _ => return None,
        }
    }
    Some(found)
}

/// A name stands there as a text or a number, as an object that holds it as `id` or `key`, or as a list of these. Every one
/// of an object's names counts: which of two the reader at the other end goes by is not known.
fn in_body<'a>(body: &'a Json<'_>, parameter: &str, kind: Kind, found: &mut Vec<Cow<'a, str>>) -> Option<()> {
    for value in way::find(body, parameter).ok()? {
        let values = if let Json::List(items) = value { items.iter().collect() } else { vec![value] };
        for value in values.into_iter().filter(|value| !value.is_null()) {
            match value {
                Json::Object(_) => {
                    let before = found.len();
                    for member in ["id", "key"] {
                        if let Some(name) = value.get(member).filter(|name| !name.is_null()) {
                            found.push(name.name()?);
                        }
                    }
                    (found.len() > before).then_some(())?;
                }
                Json::List(_) => return None,
                Json::Scalar(_) if matches!(kind, Kind::Jql | Kind::Cql) => found.push(value.text()?),
                Json::Scalar(_) => found.push(value.name()?),
            }
        }
    }
    Some(())
}

/// Keys and ids are short and of few letters; numbers have no leading zero, which Jira reads as another name.
fn is_name(text: &str) -> bool {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    !text.is_empty()
        && text.len() <= limits::NAME_BYTES
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:~@".contains(&byte))
        && !(is_number && (text.len() > 19 || (text.starts_with('0') && text.len() > 1)))
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?} ({} {})", self.kind, self.text, self.place, self.parameter)
    }
}

#[cfg(test)]
mod tests;
