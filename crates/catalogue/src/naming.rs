//! Which parameters of an operation name something, and what.

use std::fmt;
use std::str::FromStr;

/// Where a parameter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// A segment of the path.
    Path,
    /// The query. A parameter may be repeated, and many hold several names between commas: each of them counts.
    Query,
    /// The JSON body; the parameter is the dotted way to it (`issueUpdates[].fields.project`), in which `[]` stands for
    /// every element of a list and `.*` for every member of an object. What stands there is the name itself (text or
    /// number) or an object that holds it as `id` or `key`.
    Body,
    /// The JSON of a successful answer, as in the body: what the operation has made, in Atlassian's own words.
    Answer,
}

/// What a parameter names or carries.
///
/// Only what belongs to a project or a space, or asks about many of them, has a kind here: these are what a boundary
/// is decided on and what a record tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// An issue (also an epic or a customer request), by key or by numeric id.
    Issue,
    /// A project, by key or by numeric id.
    Project,
    /// A Confluence space, by key or by numeric id.
    Space,
    /// A page, blog post or other Confluence content, by id.
    Content,
    /// A board, by id.
    Board,
    /// A sprint, by id.
    Sprint,
    /// A filter, by id: stands for the JQL it holds.
    Filter,
    /// A dashboard, by id.
    Dashboard,
    /// A comment, by id.
    Comment,
    /// A worklog, by id.
    Worklog,
    /// An attachment, by id.
    Attachment,
    /// A link between issues, by id.
    IssueLink,
    /// A version of a project, by id.
    Version,
    /// A component of a project, by id.
    Component,
    /// A service desk: a project by its service desk id or key.
    ServiceDesk,
    /// A text in Jira's query language.
    Jql,
    /// A text in Confluence's query language.
    Cql,
}

macro_rules! words {
    ($type:ident: $($member:ident = $word:literal),+ $(,)?) => {
        impl $type {
            /// Every member.
            pub const ALL: &[Self] = &[$(Self::$member),+];

            /// The word used in the table and in records.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$member => $word),+ }
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $type {
            type Err = UnknownWord;

            fn from_str(word: &str) -> Result<Self, UnknownWord> {
                Self::ALL.iter().copied().find(|member| member.as_str() == word).ok_or(UnknownWord)
            }
        }
    };
}

words!(Place: Path = "path", Query = "query", Body = "body", Answer = "answer");
words!(Kind:
    Issue = "issue", Project = "project", Space = "space", Content = "content", Board = "board",
    Sprint = "sprint", Filter = "filter", Dashboard = "dashboard", Comment = "comment", Worklog = "worklog",
    Attachment = "attachment", IssueLink = "issue-link", Version = "version", Component = "component",
    ServiceDesk = "service-desk", Jql = "jql", Cql = "cql",
);

/// The word is none of those that may stand where it does: no [`Place`], [`Kind`], [`Listing`](crate::Listing) and so on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the word is none of those that may stand here")]
pub struct UnknownWord;

/// One parameter that names something: in the table `place:parameter=kind`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Naming {
    /// Where it stands.
    pub place: Place,
    /// Its name there.
    pub parameter: Box<str>,
    /// What it names.
    pub kind: Kind,
}

impl fmt::Display for Naming {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}={}", self.place, self.parameter, self.kind)
    }
}

impl FromStr for Naming {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let (place, rest) = text.split_once(':').ok_or(UnknownWord)?;
        let (parameter, kind) = rest.rsplit_once('=').ok_or(UnknownWord)?;
        Ok(Self { place: place.parse()?, parameter: parameter.into(), kind: kind.parse()? })
    }
}
