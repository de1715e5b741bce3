//! What part of an issue a body writes, and where in the body it stands.

use std::fmt;
use std::str::FromStr;

use crate::naming::UnknownWord;

macro_rules! shapes {
    ($($(#[$doc:meta])+ $member:ident = $word:literal {
        fields: $fields:expr, update: $update:expr, transition: $transition:expr, comment: $comment:expr $(,)?
    })+) => {
        /// The part of an issue (or of several) that an operation's body writes.
        ///
        /// What a policy about fields, transitions, comments and attachments has to look at. Operations that write
        /// something beside the issue's content (votes, watchers, properties, ranks, sprints) have none.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum IssueBody {
            $($(#[$doc])+ $member),+
        }

        impl IssueBody {
            /// Every shape.
            pub const ALL: &[Self] = &[$(Self::$member),+];

            /// The word used in the table.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$member => $word),+ }
            }

            /// Dotted ways to the objects whose members are fields and what they become.
            #[must_use]
            pub const fn fields(self) -> &'static [&'static str] {
                match self { $(Self::$member => $fields),+ }
            }

            /// Dotted ways to the objects whose members are fields and lists of changes (`add`, `set`, `remove`).
            #[must_use]
            pub const fn update(self) -> &'static [&'static str] {
                match self { $(Self::$member => $update),+ }
            }

            /// Dotted ways to the transition, by id (or an object that holds it as `id`).
            #[must_use]
            pub const fn transition(self) -> &'static [&'static str] {
                match self { $(Self::$member => $transition),+ }
            }

            /// Dotted ways to a comment: its text, or an object that holds text and visibility. An empty way is the
            /// body itself.
            #[must_use]
            pub const fn comment(self) -> &'static [&'static str] {
                match self { $(Self::$member => $comment),+ }
            }
        }
    };
}

shapes! {
    /// Makes an issue.
    Create = "create" {
        fields: &["fields"], update: &["update"], transition: &["transition"], comment: &["update.comment[].add"],
    }
    /// Makes several issues.
    CreateMany = "create-many" {
        fields: &["issueUpdates[].fields"], update: &["issueUpdates[].update"],
        transition: &["issueUpdates[].transition"], comment: &["issueUpdates[].update.comment[].add"],
    }
    /// Changes the fields of an issue.
    Edit = "edit" {
        fields: &["fields"], update: &["update"], transition: &["transition"],
        comment: &["update.comment[].add", "update.comment[].edit"],
    }
    /// Changes fields of several issues. Inside `editedFieldsInput`, fields stand in lists by type with `fieldId`; a
    /// status there moves the issues through their workflows, and names where they go rather than the transition.
    EditMany = "edit-many" {
        fields: &["editedFieldsInput"], update: &[], transition: &["editedFieldsInput.status"], comment: &[],
    }
    /// Moves an issue through its workflow, with fields.
    Transition = "transition" {
        fields: &["fields"], update: &["update"], transition: &["transition"],
        comment: &["update.comment[].add", "update.comment[].edit"],
    }
    /// Moves several issues through their workflows.
    TransitionMany = "transition-many" {
        fields: &[], update: &[], transition: &["bulkTransitionInputs[].transitionId"], comment: &[],
    }
    /// Moves several issues to other projects or types, with fields they need there.
    MoveMany = "move-many" {
        fields: &["targetToSourcesMapping.*.targetMandatoryFields[].fields"], update: &[], transition: &[],
        comment: &[],
    }
    /// Sets the field `assignee`: the body is the person.
    Assignee = "assignee" { fields: &[], update: &[], transition: &[], comment: &[] }
    /// Sets the estimate, which is a field the board's configuration names.
    Estimate = "estimate" { fields: &[], update: &[], transition: &[], comment: &[] }
    /// Sets name, summary, colour and state of an epic, all of which are fields of the issue.
    Epic = "epic" { fields: &[""], update: &[], transition: &[], comment: &[] }
    /// Sets custom fields' values for an app, past the edit screen.
    FieldValues = "field-values" { fields: &[], update: &[], transition: &[], comment: &[] }
    /// Writes a comment.
    Comment = "comment" { fields: &[], update: &[], transition: &[], comment: &[""] }
    /// Logs work.
    Worklog = "worklog" { fields: &[], update: &[], transition: &[], comment: &["comment"] }
    /// Attaches files; on Service Management with a comment.
    Attachment = "attachment" { fields: &[], update: &[], transition: &[], comment: &["additionalComment"] }
    /// Links two issues, with a comment on one of them.
    Link = "link" { fields: &[], update: &[], transition: &[], comment: &["comment"] }
    /// Makes a customer request.
    Request = "request" { fields: &["requestFieldValues"], update: &[], transition: &[], comment: &[] }
    /// Moves a customer request through its workflow.
    RequestTransition = "request-transition" {
        fields: &[], update: &[], transition: &["id"], comment: &["additionalComment"],
    }
}

impl fmt::Display for IssueBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for IssueBody {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        Self::ALL.iter().copied().find(|shape| shape.as_str() == word).ok_or(UnknownWord)
    }
}
