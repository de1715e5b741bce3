//! A subset of CQL: enough to search by space, type, title, text, label, ancestor, person and time.
//!
//! Fields: `space`, `space.key`, `type`, `title`, `text`, `siteSearch`, `label`, `ancestor`, `parent`, `id`,
//! `content`, `creator`, `contributor`, `created`, `lastmodified`. Operators: `=`, `!=`, `~`, `!~`, `in`, `not in`,
//! `>`, `>=`, `<`, `<=`; `and`, `or`, `not`, parentheses, `order by`; functions `currentUser()` and `now()`.

mod parse;

use jiff::Timestamp;

use crate::confluence::access::Eyes;
use crate::confluence::model::Content;
use crate::world::clock::iso_time;
pub(crate) use parse::parse;

/// A query.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Query {
    /// `None` finds everything.
    pub(crate) condition: Option<Condition>,
    /// Field and whether it runs downwards.
    pub(crate) order: Vec<(String, bool)>,
}

/// A condition tree.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    /// Field in lower case, operator, values. `not in` and `!=` are wrapped in `Not`.
    Is(String, Operator, Vec<String>),
}

/// How a field is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    /// Equal to one of the values.
    OneOf,
    Like,
    Less,
    LessOrEqual,
    More,
    MoreOrEqual,
}

/// The fields that can be asked for.
const FIELDS: [&str; 15] = [
    "space",
    "space.key",
    "type",
    "title",
    "text",
    "sitesearch",
    "label",
    "ancestor",
    "parent",
    "id",
    "content",
    "creator",
    "contributor",
    "created",
    "lastmodified",
];

/// Who asks, and when: what the functions of a query stand for.
#[derive(Clone, Copy)]
pub(crate) struct Moment<'a> {
    pub(crate) me: &'a str,
    pub(crate) now: Timestamp,
}

/// The visible content a query finds, in its order.
pub(crate) fn find<'a>(eyes: Eyes<'a>, query: &Query, moment: Moment<'_>) -> Vec<&'a Content> {
    let holds = |content: &&Content| query.condition.as_ref().is_none_or(|c| c.holds(eyes, content, moment));
    let current = crate::confluence::model::Status::Current;
    let mut found: Vec<_> =
        eyes.contents().filter(|content| content.status == current).filter(holds).collect();
    found.sort_by(|one, other| {
        let mut orders = query.order.iter().map(|(field, down)| {
            let order = sort_key(one, field).cmp(&sort_key(other, field));
            if *down { order.reverse() } else { order }
        });
        orders.find(|order| order.is_ne()).unwrap_or_else(|| one.id.cmp(&other.id))
    });
    found
}

fn sort_key(content: &Content, field: &str) -> String {
    match field {
        "title" => content.title().to_lowercase(),
        "created" => iso_time(content.created),
        "lastmodified" => iso_time(content.latest.at),
        "type" => content.kind.as_str().to_owned(),
        "space" | "space.key" => format!("{:020}", content.space),
        _ => String::new(),
    }
}

impl Condition {
    fn holds(&self, eyes: Eyes<'_>, content: &Content, moment: Moment<'_>) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds(eyes, content, moment)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(eyes, content, moment)),
            Self::Not(part) => !part.holds(eyes, content, moment),
            Self::Is(field, operator, values) => values.iter().any(|value| {
                let value = match value.as_str() {
                    "currentuser()" => moment.me,
                    value => value,
                };
                compare(eyes, content, (field, *operator, value), moment.now)
            }),
        }
    }
}

fn compare(
    eyes: Eyes<'_>,
    content: &Content,
    (field, operator, value): (&str, Operator, &str),
    now: Timestamp,
) -> bool {
    let same = |text: &str| text.eq_ignore_ascii_case(value);
    match field {
        "space" | "space.key" => eyes.space_of(content).is_some_and(|space| same(&space.key)),
        "type" => same(content.kind.as_str()),
        "title" if operator == Operator::Like => has_words(content.title(), value),
        "title" => same(content.title()),
        "text" | "sitesearch" => {
            has_words(&format!("{} {}", content.title(), content.latest.body.plain()), value)
        }
        "label" => content.labels.keys().any(|label| same(label)),
        "ancestor" => eyes.state.ancestors(content).iter().any(|page| same(&page.id.to_string())),
        "parent" => content.parent.is_some_and(|id| same(&id.to_string())),
        "id" | "content" => same(&content.id.to_string()) || same(&content.public_id()),
        "creator" => same(&content.author),
        "contributor" => {
            std::iter::once(&content.latest).chain(&content.earlier).any(|version| same(&version.by))
        }
        "created" => in_time(content.created, operator, value, now),
        "lastmodified" => in_time(content.latest.at, operator, value, now),
        _ => false,
    }
}

/// Whether every word is in the text; a trailing `*` matches the rest of a word.
fn has_words(text: &str, wanted: &str) -> bool {
    let text = text.to_lowercase();
    let words: Vec<&str> = text.split(|letter: char| !letter.is_alphanumeric()).collect();
    wanted.to_lowercase().split_whitespace().all(|wanted| match wanted.strip_suffix('*') {
        Some(start) => words.iter().any(|word| word.starts_with(start)),
        None => words.contains(&wanted) || text.contains(wanted),
    })
}

fn in_time(at: Timestamp, operator: Operator, value: &str, now: Timestamp) -> bool {
    // Times compare as text down to the precision that was given: "2026-01-05" stands for its whole day.
    let at = iso_time(at);
    let wanted = if value == "now()" { iso_time(now) } else { value.replace(' ', "T").replace('/', "-") };
    let at = at.get(..wanted.len()).unwrap_or(&at);
    match operator {
        Operator::OneOf | Operator::Like => at == wanted,
        Operator::Less => at < wanted.as_str(),
        Operator::LessOrEqual => at <= wanted.as_str(),
        Operator::More => at > wanted.as_str(),
        Operator::MoreOrEqual => at >= wanted.as_str(),
    }
}

#[cfg(test)]
mod tests;
