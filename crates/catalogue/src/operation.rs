//! One line of the catalogue.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use types::{Effect, Face, Product, Verb};

use crate::confinement::{Confined, Confinement};
use crate::issue_body::IssueBody;
use crate::listing::Listing;
use crate::naming::Naming;
use crate::scope::ScopeSet;

/// The position of an operation in its catalogue: what rulebooks index their tables by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OperationIndex(pub(crate) u16);

impl OperationIndex {
    /// From 0 to the number of operations, exclusive.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// One thing Atlassian can be asked to do. Made only by reading a table; what many operations have in common is there once.
#[derive(Clone, Debug)]
pub struct Operation {
    pub(crate) index: OperationIndex,
    pub(crate) product: Product,
    pub(crate) version: Arc<str>,
    pub(crate) verb: Verb,
    pub(crate) template: Box<str>,
    pub(crate) parameters: Box<[Arc<str>]>,
    pub(crate) label: Arc<str>,
    /// Where in the label the id begins; behind its end when there is none.
    pub(crate) id_at: u16,
    pub(crate) effect: Effect,
    pub(crate) classic: Option<Arc<ScopeSet>>,
    pub(crate) granular: Option<Arc<ScopeSet>>,
    pub(crate) permissions: Box<[Arc<str>]>,
    pub(crate) deprecated: bool,
    pub(crate) experimental: bool,
    pub(crate) removal: Option<Date>,
    pub(crate) tag: Arc<str>,
    pub(crate) names: Box<[Naming]>,
    pub(crate) confined: Confined,
}

impl Operation {
    /// Its position in the catalogue it comes from.
    #[must_use]
    pub const fn index(&self) -> OperationIndex {
        self.index
    }

    /// Product and deployment.
    #[must_use]
    pub const fn product(&self) -> Product {
        self.product
    }

    /// The base URL its path is relative to.
    #[must_use]
    pub const fn face(&self) -> Face {
        self.product.face()
    }

    /// The version of the API, as its path says: `3`, `2`, `1.0`.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The HTTP method.
    #[must_use]
    pub const fn verb(&self) -> Verb {
        self.verb
    }

    /// The path, parameters in braces: `/rest/api/3/issue/{issueIdOrKey}`.
    #[must_use]
    pub fn template(&self) -> &str {
        &self.template
    }

    /// The names of the path's parameters, in order.
    #[must_use]
    pub fn parameters(&self) -> &[Arc<str>] {
        &self.parameters
    }

    /// Atlassian's operation id. A few operations have none (empty), and versions of an API share theirs.
    #[must_use]
    pub fn id(&self) -> &str {
        self.label.get(usize::from(self.id_at)..).unwrap_or_default()
    }

    /// What records, metrics and messages call it: `jira:getIssue`, or `jira:GET /rest/...` where there is no id.
    ///
    /// Versions of one API share the label as they share the id.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.label
    }

    /// The label, for whoever keeps it: shared, not copied.
    #[must_use]
    pub fn shared_label(&self) -> Arc<str> {
        Arc::clone(&self.label)
    }

    /// What it does to the site.
    #[must_use]
    pub const fn effect(&self) -> Effect {
        self.effect
    }

    /// The classic scopes, all of which are needed when this alternative is taken; empty: it needs none; `None`: there
    /// is no classic alternative.
    #[must_use]
    pub fn classic(&self) -> Option<&ScopeSet> {
        self.classic.as_deref()
    }

    /// The same for granular scopes.
    #[must_use]
    pub fn granular(&self) -> Option<&ScopeSet> {
        self.granular.as_deref()
    }

    /// Whether `held` covers all scopes of the classic or all of the granular alternative.
    ///
    /// Data Center knows no scopes: its operations need none and are always satisfied. A Cloud operation without any
    /// alternative is closed to OAuth and never is.
    #[must_use]
    pub fn satisfied_by(&self, held: &ScopeSet) -> bool {
        self.classic().into_iter().chain(self.granular()).any(|needed| needed.is_subset(held))
    }

    /// Jira permission keys its documentation names; a hint, not exhaustive.
    #[must_use]
    pub const fn permissions(&self) -> &[Arc<str>] {
        &self.permissions
    }

    /// Whether Atlassian calls it deprecated.
    #[must_use]
    pub const fn deprecated(&self) -> bool {
        self.deprecated
    }

    /// Whether Atlassian calls it experimental.
    #[must_use]
    pub const fn experimental(&self) -> bool {
        self.experimental
    }

    /// The day from which Atlassian has announced it gone.
    #[must_use]
    pub const fn removal(&self) -> Option<Date> {
        self.removal
    }

    /// The heading of Atlassian's documentation it stands under; may be empty.
    #[must_use]
    pub fn tag(&self) -> &str {
        &self.tag
    }

    /// The parameters that name an issue, a project, a space and their like, or carry JQL or CQL, and the members of the
    /// answer that name what was made.
    #[must_use]
    pub const fn names(&self) -> &[Naming] {
        &self.names
    }

    /// How a client bounded to projects or spaces is kept within them when it makes this call.
    #[must_use]
    pub const fn confinement(&self) -> Confinement {
        self.confined.confinement
    }

    /// What a successful answer tells of several projects or spaces: at least one listing for
    /// [`Confinement::Listed`], and for others what their answers carry beside what was named.
    pub fn lists(&self) -> impl Iterator<Item = &Listing> {
        self.confined.lists.iter()
    }

    /// Whether it changes several elements in one call. Reads never are bulk.
    #[must_use]
    pub const fn is_bulk(&self) -> bool {
        self.confined.bulk
    }

    /// What part of an issue its body writes, and where in the body that stands.
    #[must_use]
    pub const fn issue_body(&self) -> Option<IssueBody> {
        self.confined.issue_body
    }

    /// Whether its body writes fields, transition, comment, worklog, attachment or links of an issue.
    #[must_use]
    pub const fn writes_issue(&self) -> bool {
        self.confined.issue_body.is_some()
    }
}

/// A calendar day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// Year, month (1 to 12) and day of the month.
    #[must_use]
    pub const fn year_month_day(self) -> (u16, u8, u8) {
        (self.year, self.month, self.day)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// The text is no day written `YYYY-MM-DD`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a day is written YYYY-MM-DD")]
pub struct NotADate;

impl FromStr for Date {
    type Err = NotADate;

    fn from_str(text: &str) -> Result<Self, NotADate> {
        fn number<T: FromStr>(part: Option<&str>, digits: usize) -> Result<T, NotADate> {
            let part = part.filter(|part| part.len() == digits && part.bytes().all(|b| b.is_ascii_digit()));
            part.and_then(|part| part.parse().ok()).ok_or(NotADate)
        }
        let mut parts = text.splitn(3, '-');
        let date = Self {
            year: number(parts.next(), 4)?,
            month: number(parts.next(), 2)?,
            day: number(parts.next(), 2)?,
        };
        let exists =
            (1..=12).contains(&date.month) && (1..=days_in(date.year, date.month)).contains(&date.day);
        if exists { Ok(date) } else { Err(NotADate) }
    }
}

const fn days_in(year: u16, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 31,
    }
}

#[cfg(test)]
mod tests;
