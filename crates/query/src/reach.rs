//! What a query can learn about things beyond its constraint, although what it finds is constrained.

use std::fmt;

use crate::error::Span;
use crate::field::{Field, fold};
use crate::language::Language;
use crate::tree::{Query, Term};

/// What a construct may tell about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reaching {
    /// A saved filter: it says whether it exists, and which of the issues here somebody else's query finds.
    Filter,
    /// An issue's parent, epic or children, which may lie beyond the constraint.
    Hierarchy,
    /// An issue's links, whose other ends may lie beyond.
    Link,
    /// An issue or page named by key or id: what does not exist is an error, what exists beyond is silence.
    Item,
    /// A project or space named by key, name or id: the same.
    Container,
    /// A value that belongs to some project (component, version, sprint, level, status of a team's own, request type,
    /// group): one that exists nowhere is an error, one that exists elsewhere is silence.
    Value,
    /// A property that an app keeps on the issue, page or project, perhaps about others.
    Property,
    /// What the account upstream did itself: viewed, voted, watched, marked. The account is shared by clients.
    Account,
    /// A field that is none of Jira's or Confluence's own: it may hold a reference (Epic Link, Parent Link, an issue
    /// picker, an app's field), and some apps' fields take whole queries.
    CustomField,
    /// A function that is none of Jira's or Confluence's own: apps' functions take whole queries.
    UnknownFunction,
}

/// What a gateway can do about a construct that reaches beyond.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Remedy {
    /// Refuse the query: whatever the values are, they can tell.
    Refuse,
    /// Judge [`Reach::values`]: what lies within the constraint tells nothing, anything else is refused.
    JudgeValues,
    /// Send it, and do not pass on which value Jira did not know: the error is the only thing that tells.
    HideErrors,
}

impl Reaching {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Filter,
        Self::Hierarchy,
        Self::Link,
        Self::Item,
        Self::Container,
        Self::Value,
        Self::Property,
        Self::Account,
        Self::CustomField,
        Self::UnknownFunction,
    ];

    /// The least that closes it.
    #[must_use]
    pub const fn remedy(self) -> Remedy {
        match self {
            Self::Item | Self::Container => Remedy::JudgeValues,
            Self::Value => Remedy::HideErrors,
            _ => Remedy::Refuse,
        }
    }

    /// Why, in words that go after "reaches beyond your projects:".
    #[must_use]
    pub const fn why(self) -> &'static str {
        match self {
            Self::Filter => "a saved filter is somebody else's query",
            Self::Hierarchy => "parents and children may be in other projects",
            Self::Link => "linked issues may be in other projects",
            Self::Item => "whether what is named here exists would show",
            Self::Container => "whether a project or space of this name exists would show",
            Self::Value => "whether such a value exists in another project would show",
            Self::Property => "an app may have written there about other projects",
            Self::Account => "it tells what the account behind the gateway did",
            Self::CustomField => "a custom field may point at issues of other projects",
            Self::UnknownFunction => "nobody here knows what this function looks at",
        }
    }
}

/// One construct that reaches beyond.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    /// What it may tell about.
    pub kind: Reaching,
    /// The field or function, as written.
    pub what: String,
    /// The texts and numbers that are named with it.
    pub values: Vec<String>,
    /// Where the comparison or the field of the order stands.
    pub span: Span,
}

impl fmt::Display for Reach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.what, self.kind.why())
    }
}

impl<L: Language> Query<L> {
    /// The constructs that can tell about what lies beyond a constraint even when it is added, in the order of the text.
    ///
    /// This is the verdict for bounded use: what is not listed here tells about nothing but what is found. It is a list
    /// of what is known to be safe turned round; a field or function that nobody here knows is listed. Each kind has a
    /// [`Reaching::remedy`]. A comparison may be listed more than once.
    #[must_use]
    pub fn reaches_beyond(&self) -> Vec<Reach> {
        let mut found = Vec::new();
        for term in self.terms() {
            of_term(term, &mut found);
        }
        for sort in &self.order {
            let kind = of_field::<L>(&sort.field);
            // Which project or value comes first tells nothing of those that are not found.
            let told = kind.filter(|kind| kind.remedy() == Remedy::Refuse);
            found.extend(told.map(|kind| reach(kind, sort.field.to_string(), Vec::new(), sort.span)));
        }
        found
    }
}

const fn reach(kind: Reaching, what: String, values: Vec<String>, span: Span) -> Reach {
    Reach { kind, what, values, span }
}

fn of_term<L: Language>(term: &Term<L>, found: &mut Vec<Reach>) {
    if let Some(kind) = of_field::<L>(&term.field) {
        let values: Vec<String> = term.literals().map(str::to_owned).collect();
        if kind.remedy() == Remedy::Refuse || !values.is_empty() {
            found.push(reach(kind, term.field.to_string(), values, term.span));
        }
    }
    for function in term.functions() {
        if let Some(kind) = of_name(L::FUNCTIONS, &function.name, Reaching::UnknownFunction) {
            found.push(reach(kind, format!("{}()", function.name), function.arguments.clone(), term.span));
        }
    }
}

fn of_field<L: Language>(field: &Field) -> Option<Reaching> {
    if field.property().is_some() {
        return Some(Reaching::Property);
    }
    of_name(L::FIELDS, field.name(), Reaching::CustomField)
}

fn of_name(rows: &[crate::language::sealed::Row], name: &str, unknown: Reaching) -> Option<Reaching> {
    let folded = fold(name);
    let row = rows.iter().find(|(names, _)| names.contains(&folded.as_str()));
    row.map_or(Some(unknown), |(_, kind)| *kind)
}

#[cfg(test)]
mod tests;
