//! How a client that is bounded to some projects or spaces is kept within them.

use std::fmt;
use std::str::FromStr;

use crate::issue_body::IssueBody;
use crate::listing::Listing;
use crate::naming::UnknownWord;

/// How a client bounded to projects or spaces is kept within them when it makes this call.
///
/// Whatever it is, each name the request bears is checked and each query it carries is constrained
/// ([`Operation::names`](crate::Operation::names)), and issues embedded in the answer are filtered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confinement {
    /// All it touches is named by the request (path, query, body); each name is checked before, and the answer speaks
    /// of the named only. A request that bears none of its names is to be refused: it would mean "all" or "any".
    Named,
    /// What it finds is found by JQL or CQL the request carries or may carry; the constraint is added to it, and where
    /// the parameter is absent, it is set.
    Queried,
    /// The answer tells of several projects or spaces and is filtered after, by
    /// [`Operation::lists`](crate::Operation::lists). Only reads are.
    Listed,
    /// It touches nothing that lies in a project or a space and tells of nothing that does.
    Nothing,
    /// It can be neither checked, constrained nor filtered: refused for bounded clients.
    Refused(Why),
}

impl Confinement {
    /// The word for it, without the reason of a refusal.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Named => "named",
            Self::Queried => "queried",
            Self::Listed => "listed",
            Self::Nothing => "nothing",
            Self::Refused(_) => "refused",
        }
    }
}

/// As in the table: `named`, or `refused:` with the word of the reason.
impl fmt::Display for Confinement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(why) => write!(f, "refused:{}", why.as_str()),
            other => f.write_str(other.as_str()),
        }
    }
}

impl FromStr for Confinement {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        Ok(match word {
            "named" => Self::Named,
            "queried" => Self::Queried,
            "listed" => Self::Listed,
            "nothing" => Self::Nothing,
            _ => Self::Refused(word.strip_prefix("refused:").ok_or(UnknownWord)?.parse()?),
        })
    }
}

macro_rules! reasons {
    ($($member:ident = $word:literal, $sentence:literal;)+) => {
        /// Why an operation is refused for bounded clients.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Why {
            $(#[doc = $sentence] $member),+
        }

        impl Why {
            /// Every reason.
            pub const ALL: &[Self] = &[$(Self::$member),+];

            /// The word used in the table and in records.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$member => $word),+ }
            }

            /// One sentence for the caller: why, and where there is one, what to call instead.
            #[must_use]
            pub const fn sentence(self) -> &'static str {
                match self { $(Self::$member => $sentence),+ }
            }
        }
    };
}

reasons! {
    Account = "account", "It changes the account or the session that other clients share.";
    Apps = "apps", "It belongs to an app as a whole, or writes values past the rules for fields.";
    Articles = "articles", "It finds articles in spaces that the request does not name.";
    Assets = "assets", "Assets lie in schemas of their own, which no project or space bounds.";
    Audit = "audit", "The record tells what happened in every project and space.";
    ByQuery = "by-query", "It changes whatever a query or a missing filter finds; name the issues one by one instead.";
    Container = "container", "It makes a project or space, or tells whether one exists.";
    Dashboards = "dashboards", "A dashboard shows what its gadgets find anywhere on the site.";
    Export = "export", "It copies projects or spaces out of the site or into it as a whole.";
    Expression = "expression", "An expression or a structured query can reach any issue of the site.";
    Feed = "feed", "It tells of changes in every project; search for the issues that changed instead.";
    Fields = "fields", "A field's contexts and options are shared by projects and name them; ask for the issue's metadata (createmeta, editmeta) instead.";
    Filters = "filters", "A filter, and a board made of one, holds a query over any project; search with the query itself instead.";
    Labels = "labels", "A label gathers content of every space; search with CQL instead.";
    People = "people", "It tells or changes things about people and groups across the site.";
    Plans = "plans", "A plan draws its issues from many projects.";
    Providers = "providers", "What a provider reports is filed under the provider's own identifiers, which tell no project.";
    QueryCheck = "query-check", "It tells whether names in a query exist; run the search instead.";
    Render = "render", "Rendering runs macros, which show content of any space; read the storage format instead.";
    Schemes = "schemes", "A scheme or a screen is shared by projects and tells of the others.";
    Site = "site", "It shows or changes how the whole site is set up.";
    Suggestions = "suggestions", "It suggests values gathered from every project.";
    Tasks = "tasks", "A task's id does not tell which projects or spaces it works on.";
    Templates = "templates", "A template's id does not tell which space it lies in.";
    Unnamed = "unnamed", "It names what it touches only by an identifier whose project or space cannot be looked up.";
    Webhooks = "webhooks", "A webhook tells of events anywhere on the site.";
    Workflows = "workflows", "A workflow or a status is shared by projects and tells of the others.";
}

impl FromStr for Why {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        Self::ALL.iter().copied().find(|why| why.as_str() == word).ok_or(UnknownWord)
    }
}

/// Forms of a page's body that Confluence makes by running its macros, which show content of any space.
///
/// Asked for by `body-format`, by `expand` (`body.view`, also further inside: `children.page.body.view`). Not to be given
/// to clients bounded to spaces, whatever the operation: who writes a page within could read another outside through it.
pub const RENDERED_BODIES: [&str; 5] =
    ["view", "export_view", "styled_view", "anonymous_export_view", "dynamic"];

/// The table's cell: how it is kept, whether it is bulk, what part of an issue it writes, what it lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Confined {
    pub(crate) confinement: Confinement,
    pub(crate) bulk: bool,
    pub(crate) issue_body: Option<IssueBody>,
    pub(crate) lists: Box<[Listing]>,
}

const BULK: &str = "bulk";
const ISSUE: &str = "issue:";

impl fmt::Display for Confined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.confinement)?;
        if self.bulk {
            write!(f, " {BULK}")?;
        }
        if let Some(body) = self.issue_body {
            write!(f, " {ISSUE}{body}")?;
        }
        self.lists.iter().try_for_each(|listing| write!(f, " {listing}"))
    }
}

impl FromStr for Confined {
    type Err = UnknownWord;

    fn from_str(cell: &str) -> Result<Self, UnknownWord> {
        let mut words = cell.split(' ').peekable();
        let confinement = words.next().ok_or(UnknownWord)?.parse()?;
        let bulk = words.next_if_eq(&BULK).is_some();
        let issue_body = match words.next_if(|word| word.starts_with(ISSUE)) {
            Some(word) => Some(word.strip_prefix(ISSUE).ok_or(UnknownWord)?.parse()?),
            None => None,
        };
        let lists = words.map(str::parse).collect::<Result<Box<[Listing]>, _>>()?;
        Ok(Self { confinement, bulk, issue_body, lists })
    }
}

#[cfg(test)]
mod tests;
