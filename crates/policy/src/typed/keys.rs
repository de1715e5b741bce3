//! The tables of the language and their keys: one list from which the parser reads, the JSON Schema is written and the
//! reference page takes its words, so that the three cannot disagree.

use std::fmt;

use crate::limits;

/// What a key takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Takes {
    /// A text.
    Text,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A list of texts, at most so many.
    Texts(usize),
    /// A list of some of these words.
    SomeOf(&'static [&'static str]),
    /// A text, or a whole number that is an id.
    Name,
    /// A list of them, at most so many.
    Names(usize),
    /// A date, perhaps with a time.
    Date,
    /// A time of day in quotes: `"08:00"`.
    Time,
    /// `true` or `false`.
    Flag,
    /// A whole number from 1 to this.
    Number(u64),
    /// A number of bytes, or a text such as `"1 MB"`.
    Size,
    /// A table.
    Table(Table),
    /// A list of tables, `[[so]]`.
    Tables(Table),
}

/// What becomes of a key that stands in a manifest and in a fragment it extends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Merge {
    /// Lists are united, tables are merged key by key, and of single values the manifest's own holds.
    Usual,
    /// The manifest's own table holds as a whole.
    Whole,
    /// `true` anywhere is `true`: it takes away, and what takes away is always united.
    Any,
}

/// One key.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) takes: Takes,
    pub(crate) merge: Merge,
    /// What it means, for the reference page and for editors. Markdown, one paragraph.
    pub(crate) meaning: &'static str,
}

const fn key(name: &'static str, takes: Takes, meaning: &'static str) -> Key {
    Key { name, takes, merge: Merge::Usual, meaning }
}

/// A table a key can stand in. Four of them are whole files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Table {
    /// A manifest.
    Manifest,
    /// A file of `shared/`: what several manifests have in common.
    Fragment,
    /// More for one client, for a time.
    Elevation,
    /// `guardrails.toml`.
    Guardrails,
    Operations,
    Deny,
    Hours,
    Limits,
    Projects,
    Spaces,
    Issues,
    Fields,
    Comments,
    Attachments,
    Transitions,
    OnlyDeny,
    GuardedOperations,
    GuardedFields,
    Approval,
    Approved,
}

/// The days of the week, as `[hours]` names them.
pub(crate) const DAYS: &[&str] = &["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

const LIST: Takes = Takes::Texts(limits::LIST_ENTRIES);
const NAMES: Takes = Takes::Names(limits::LIST_ENTRIES);

impl Table {
    pub(crate) const ALL: [Self; 20] = [
        Self::Manifest,
        Self::Fragment,
        Self::Elevation,
        Self::Guardrails,
        Self::Operations,
        Self::Deny,
        Self::Hours,
        Self::Limits,
        Self::Projects,
        Self::Spaces,
        Self::Issues,
        Self::Fields,
        Self::Comments,
        Self::Attachments,
        Self::Transitions,
        Self::OnlyDeny,
        Self::GuardedOperations,
        Self::GuardedFields,
        Self::Approval,
        Self::Approved,
    ];

    /// The keys, in the order the reference page explains them.
    pub(crate) fn keys(self) -> impl Iterator<Item = &'static Key> {
        let here = move |key: &&Key| match self {
            // What says whose a manifest is cannot be shared.
            Self::Fragment => !matches!(key.name, "client" | "owner"),
            Self::Elevation => !NOT_FOR_A_TIME.contains(&key.name),
            _ => true,
        };
        self.list().iter().filter(here)
    }

    /// Whether both can stand in one file.
    pub(crate) const fn is_beside(self, other: Self) -> bool {
        matches!(
            (self.file(), other.file()),
            (Self::Manifest, Self::Manifest)
                | (Self::Fragment, Self::Fragment)
                | (Self::Elevation, Self::Elevation)
                | (Self::Guardrails, Self::Guardrails)
                | (Self::Operations, Self::Operations | Self::Manifest | Self::Fragment | Self::Elevation)
                | (Self::Manifest, Self::Operations)
        )
    }

    /// The kind of file it stands in; `Operations`: in manifests, fragments and elevations.
    const fn file(self) -> Self {
        match self {
            Self::Manifest | Self::Fragment | Self::Elevation => self,
            Self::Guardrails
            | Self::OnlyDeny
            | Self::GuardedOperations
            | Self::GuardedFields
            | Self::Approval
            | Self::Approved => Self::Guardrails,
            _ => Self::Operations,
        }
    }

    /// The key of this name.
    pub(crate) fn key(self, name: &str) -> Option<&'static Key> {
        self.keys().find(|key| key.name == name)
    }

    const fn list(self) -> &'static [Key] {
        match self {
            Self::Manifest | Self::Fragment | Self::Elevation => MANIFEST,
            Self::Guardrails => GUARDRAILS,
            Self::Operations => OPERATIONS,
            Self::Deny => DENY,
            Self::Hours => HOURS,
            Self::Limits => LIMITS,
            Self::Projects => PROJECTS,
            Self::Spaces => SPACES,
            Self::Issues => ISSUES,
            Self::Fields => FIELDS,
            Self::Comments => COMMENTS,
            Self::Attachments => ATTACHMENTS,
            Self::Transitions => TRANSITIONS,
            Self::OnlyDeny => ONLY_DENY,
            Self::GuardedOperations => GUARDED_OPERATIONS,
            Self::GuardedFields => GUARDED_FIELDS,
            Self::Approval => APPROVAL,
            Self::Approved => APPROVED,
        }
    }

    /// Its name in the schema.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Manifest => "manifest",
            Self::Fragment => "fragment",
            Self::Elevation => "elevation",
            Self::Guardrails => "guardrails",
            Self::Operations => "operations",
            Self::Deny => "deny",
            Self::Hours => "hours",
            Self::Limits => "limits",
            Self::Projects => "projects",
            Self::Spaces => "spaces",
            Self::Issues => "issues",
            Self::Fields => "fields",
            Self::Comments => "comments",
            Self::Attachments => "attachments",
            Self::Transitions => "transitions",
            Self::OnlyDeny => "only-deny",
            Self::GuardedOperations => "guarded-operations",
            Self::GuardedFields => "guarded-fields",
            Self::Approval => "approval",
            Self::Approved => "approved",
        }
    }
}

/// As messages say where it is.
impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Manifest => "at the top of a manifest, before any [table]",
            Self::Fragment => "at the top of a fragment, before any [table]",
            Self::Elevation => "at the top of an elevation, before any [table]",
            Self::Guardrails => "at the top of the guardrails, before any [table]",
            Self::Operations => "in [operations]",
            Self::Deny => "in [operations.deny]",
            Self::Hours => "in [hours]",
            Self::Limits => "in [limits]",
            Self::Projects => "in [projects]",
            Self::Spaces => "in [spaces]",
            Self::Issues => "in [issues]",
            Self::Fields => "in [fields]",
            Self::Comments => "in [comments]",
            Self::Attachments => "in [attachments]",
            Self::Transitions => "in [[transitions]]",
            Self::OnlyDeny => "in [projects] and [spaces] of the guardrails",
            Self::GuardedOperations => "in [operations] of the guardrails",
            Self::GuardedFields => "in [fields] of the guardrails",
            Self::Approval => "in [approval]",
            Self::Approved => "in [approval.operations]",
        })
    }
}

/// What no elevation says: whose the manifest is, when it holds and which grant it uses are the manifest's own, what it takes away is
/// no elevation's to say, what a client does with a token that has left the gateway does not end with the hour, and neither does
/// what it has had beyond its limits: it would be missing afterwards.
const NOT_FOR_A_TIME: &[&str] = &[
    "client",
    "owner",
    "purpose",
    "extends",
    "starts",
    "expires",
    "site",
    "grant",
    "read_only",
    "observe",
    "attribution",
    "vending",
    "limits",
];

const MANIFEST: &[Key] = &[
    key("client", Takes::Text, "The client's id once more, for readers. It must be the file's name."),
    key("owner", Takes::Text, "Who answers for the client: a team rather than a person. Required."),
    key("purpose", Takes::Text, "What the client is for, one line. Required."),
    key(
        "extends",
        Takes::Texts(limits::EXTENDS),
        "[Fragments](#what-several-manifests-share) this one builds on: `team-base` is `shared/team-base.toml`.",
    ),
    key("starts", Takes::Date, "When the manifest begins: nothing is permitted before."),
    key("expires", Takes::Date, "When the manifest ends."),
    key(
        "site",
        Takes::Text,
        "The site it works with, as `ticketgate.toml` calls it: where `/rest/...` and `/wiki/...` lead. Required, unless `sites` is there.",
    ),
    key(
        "sites",
        Takes::Texts(limits::SITES),
        "More sites, reached as `/sites/NAME/...` or `/ex/jira/CLOUDID/...`. Without `site`, the first is the default. At most 64.",
    ),
    key(
        "grant",
        Takes::Text,
        "As whom it acts at Atlassian: a grant's name, or `\"user\"` for [whoever the call is made for](#as-the-user). Required.",
    ),
    key(
        "on_behalf_of",
        LIST,
        "The users it may act for, by account id. Without it: any user, where `grant` is `\"user\"`.",
    ),
    key("scopes", LIST, "The most it can ever hold. Required; `[]` for Data Center, which has no scopes."),
    Key {
        merge: Merge::Any,
        ..key(
            "read_only",
            Takes::Flag,
            "`true` takes away everything that changes something, whatever else is chosen.",
        )
    },
    key(
        "priority",
        Takes::OneOf(PRIORITIES),
        "Who goes first when there is not room for all: `high`, `normal` (without it) or `low`.",
    ),
    key("observe", Takes::Flag, "`true` writes down what would be refused, and lets it pass."),
    key(
        "attribution",
        Takes::Flag,
        "`true` names the client in Jira's own history of an issue (`historyMetadata`) for its edits and transitions, although many clients share one account.",
    ),
    key(
        "vending",
        Takes::Flag,
        "`true` lets the client have the grant's own Atlassian token from `/oauth/token`, with its remaining life. What it does with that token passes by the gateway.",
    ),
    key("operations", Takes::Table(Table::Operations), "Which operations are allowed."),
    Key { merge: Merge::Whole, ..key("hours", Takes::Table(Table::Hours), "When calls are permitted.") },
    key("limits", Takes::Table(Table::Limits), "How much the client may ask for."),
    key("projects", Takes::Table(Table::Projects), "Which Jira projects exist for the client."),
    key("spaces", Takes::Table(Table::Spaces), "Which Confluence spaces exist for the client."),
    key("issues", Takes::Table(Table::Issues), "Which issues of those projects: all that is said must hold."),
    key(
        "fields",
        Takes::Table(Table::Fields),
        "Which fields of issues may be set, and which are taken out of answers.",
    ),
    key("comments", Takes::Table(Table::Comments), "Who may see the comments it writes."),
    key("attachments", Takes::Table(Table::Attachments), "What it may attach."),
    key("transitions", Takes::Tables(Table::Transitions), "Which transitions it may make. Without any: all."),
];

const PRIORITIES: &[&str] = &["high", "normal", "low"];

const OPERATIONS: &[Key] = &[
    key(
        "effects",
        LIST,
        "By what a call does: `read`, `write`, `delete`, `administer`. A `POST` that only searches is a read.",
    ),
    key(
        "products",
        LIST,
        "Narrows `effects` to some of `jira`, `jira-software`, `service-management`, `confluence`, `assets`, `jira-data-center`, `confluence-data-center`.",
    ),
    key("tags", LIST, "By the heading of Atlassian's documentation the operation stands under."),
    key("ids", LIST, "By Atlassian's operation id."),
    key(
        "paths",
        LIST,
        "By path, as the catalogue writes it: `*` is one segment, `**` at the end is all that follows. A method may stand in front.",
    ),
    key("deny", Takes::Table(Table::Deny), "The same lists but `products`, taken away again."),
];

const DENY: &[Key] = &[
    key("effects", LIST, "Takes away by what a call does."),
    key("tags", LIST, "Takes away by heading."),
    key("ids", LIST, "Takes away by operation id."),
    key("paths", LIST, "Takes away by path."),
];

const HOURS: &[Key] = &[
    key(
        "days",
        Takes::SomeOf(DAYS),
        "`mon`, `tue`, `wed`, `thu`, `fri`, `sat`, `sun`. Without it: every day.",
    ),
    key("from", Takes::Time, "The first minute, `\"08:00\"`. Without it: midnight."),
    key(
        "to",
        Takes::Time,
        "The first minute no longer, at most `\"24:00\"`, which it is without it. Not after `from`: over midnight, and the night belongs to the day on which it began.",
    ),
    key(
        "zone",
        Takes::Text,
        "Whose clock: a name such as `\"Europe/Berlin\"`, with its summer time. Without it: `\"UTC\"`.",
    ),
];

const LIMITS: &[Key] = &[
    key("requests_per_second", Takes::Number(limits::RATE), "Calls per second, on average."),
    key("burst", Takes::Number(limits::RATE), "Calls at once after a pause."),
    key("concurrent", Takes::Number(limits::RATE), "Calls under way at a time."),
    key("per_day", Takes::Number(limits::PER_DAY), "Calls per day, which is a UTC day."),
];

const PROJECTS: &[Key] =
    &[key("allow", NAMES, "Only these, by key or id. Without it: all."), key("deny", NAMES, "Not these.")];

const SPACES: &[Key] = &[
    key("allow", NAMES, "Only these: a text is a key, a number an id. Without it: all."),
    key("deny", NAMES, "Not these."),
];

const ISSUES: &[Key] = &[
    key("types", NAMES, "Only issues of these types, by name or id. Without it: all."),
    key("deny_types", NAMES, "No issues of these types."),
    key("labels", LIST, "Only issues with at least one of these labels. Without it: all."),
    key("deny_labels", LIST, "No issues with any of these labels, however they are capitalised."),
    key(
        "security_levels",
        NAMES,
        "Only issues of these security levels, by name or id; `\"none\"` is an issue without one. Without it: all.",
    ),
    key("deny_security_levels", NAMES, "No issues of these security levels."),
    key("jql", Takes::Text, "A condition in JQL that must hold too, without `ORDER BY`."),
];

const FIELDS: &[Key] = &[
    key(
        "write",
        LIST,
        "Only these fields may be set, by id: `summary`, `customfield_10010`. Without it: all.",
    ),
    key("deny_write", LIST, "These may not be set."),
    key("redact", LIST, "These are taken out of answers."),
];

const COMMENTS: &[Key] = &[
    key(
        "visibility",
        Takes::OneOf(&["any", "public", "restricted"]),
        "`any` (without it), `public`: seen by all who see the issue, or `restricted`: seen by a role or group only.",
    ),
    key("roles", LIST, "With `restricted`: only to these roles, by name."),
    key("groups", LIST, "With `restricted`: only to these groups, by name or id."),
];

const ATTACHMENTS: &[Key] = &[
    key("types", LIST, "Media types: `image/png`, `text/*`. Without it: all."),
    key("max_bytes", Takes::Size, "The largest file: a number of bytes, or `\"10 MB\"`, `\"10 MiB\"`."),
];

const TRANSITIONS: &[Key] = &[
    key("project", Takes::Name, "In this project, by key or id."),
    key("from", Takes::Name, "From this status, by name or id."),
    key("to", Takes::Name, "To this status, by name or id."),
    key("id", Takes::Name, "With this id."),
    key("name", Takes::Text, "With this name."),
    key("deny", Takes::Flag, "`true` takes away what matches, and wins."),
];

const GUARDRAILS: &[Key] = &[
    key(
        "require",
        Takes::SomeOf(&["expires", "owner"]),
        "What every manifest must say: `expires`; `owner`, not as a placeholder.",
    ),
    key("max_days", Takes::Number(limits::DAYS), "How many days ahead `expires` may lie."),
    key("operations", Takes::Table(Table::GuardedOperations), "What nobody may call."),
    key("projects", Takes::Table(Table::OnlyDeny), "Jira projects that exist for no client."),
    key("spaces", Takes::Table(Table::OnlyDeny), "Confluence spaces that exist for no client."),
    key("fields", Takes::Table(Table::GuardedFields), "Fields nobody may set, and fields nobody sees."),
    key("limits", Takes::Table(Table::Limits), "The most any manifest can have."),
    key(
        "approval",
        Takes::Table(Table::Approval),
        "Changes of manifests that need an approval even when they narrow.",
    ),
];

const ONLY_DENY: &[Key] = &[key("deny", NAMES, "None of these, by key or id.")];

const GUARDED_OPERATIONS: &[Key] =
    &[key("deny", Takes::Table(Table::Deny), "What is taken away from every manifest.")];

const GUARDED_FIELDS: &[Key] = &[
    key("deny_write", LIST, "These may not be set."),
    key("redact", LIST, "These are taken out of answers."),
];

const APPROVAL: &[Key] = &[
    key(
        "operations",
        Takes::Table(Table::Approved),
        "A manifest that allows any of these needs an approval for every change.",
    ),
    key("bulk", Takes::Flag, "`true`: the same for operations that change many things at once."),
];

const APPROVED: &[Key] = &[
    key("effects", LIST, "By what a call does."),
    key("tags", LIST, "By heading."),
    key("ids", LIST, "By operation id."),
    key("paths", LIST, "By path."),
];
