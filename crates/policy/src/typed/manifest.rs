//! The three kinds of files as typed, key by key.

use toml::value::Datetime;

use super::{Fields, Given, Name, Word};
use crate::source::At;

/// A list of texts, or why there is none.
pub(crate) type Words<'i> = Given<At<Vec<Word<'i>>>>;
/// A list of names or ids, or why there is none.
pub(crate) type Names<'i> = Given<At<Vec<At<Name<'i>>>>>;

/// A manifest as typed, with what it has from fragments. Absent keys are absent: what is required is `lower`'s
/// business.
#[derive(Default)]
pub(crate) struct Typed<'i> {
    pub(crate) client: Given<Word<'i>>,
    pub(crate) owner: Given<Word<'i>>,
    pub(crate) purpose: Given<Word<'i>>,
    pub(crate) starts: Given<At<Datetime>>,
    pub(crate) expires: Given<At<Datetime>>,
    pub(crate) site: Given<Word<'i>>,
    pub(crate) sites: Words<'i>,
    pub(crate) grant: Given<Word<'i>>,
    pub(crate) on_behalf_of: Words<'i>,
    pub(crate) scopes: Words<'i>,
    pub(crate) read_only: Given<At<bool>>,
    pub(crate) priority: Given<Word<'i>>,
    pub(crate) observe: Given<At<bool>>,
    pub(crate) vending: Given<At<bool>>,
    pub(crate) attribution: Given<At<bool>>,
    pub(crate) operations: Given<At<Operations<'i>>>,
    pub(crate) hours: Given<At<Hours<'i>>>,
    pub(crate) limits: Given<At<Limits>>,
    pub(crate) projects: Given<At<Places<'i>>>,
    pub(crate) spaces: Given<At<Places<'i>>>,
    pub(crate) issues: Given<At<Issues<'i>>>,
    pub(crate) fields: Given<At<FieldLists<'i>>>,
    pub(crate) comments: Given<At<Comments<'i>>>,
    pub(crate) attachments: Given<At<Attachments<'i>>>,
    pub(crate) transitions: Given<At<Vec<At<Transition<'i>>>>>,
}

/// The table `[operations]`.
#[derive(Default)]
pub(crate) struct Operations<'i> {
    pub(crate) allow: Choices<'i>,
    pub(crate) products: Option<At<Vec<Word<'i>>>>,
    pub(crate) deny: Choices<'i>,
}

/// The ways to choose operations, the same for allowing and for denying.
#[derive(Default)]
pub(crate) struct Choices<'i> {
    pub(crate) effects: Vec<Word<'i>>,
    pub(crate) tags: Vec<Word<'i>>,
    pub(crate) ids: Vec<Word<'i>>,
    pub(crate) paths: Vec<Word<'i>>,
}

/// The table `[hours]`.
#[derive(Default)]
pub(crate) struct Hours<'i> {
    pub(crate) days: Words<'i>,
    pub(crate) from: Given<Word<'i>>,
    pub(crate) to: Given<Word<'i>>,
    pub(crate) zone: Given<Word<'i>>,
}

/// The table `[limits]`.
#[derive(Default)]
pub(crate) struct Limits {
    pub(crate) requests_per_second: Given<At<u64>>,
    pub(crate) burst: Given<At<u64>>,
    pub(crate) concurrent: Given<At<u64>>,
    pub(crate) per_day: Given<At<u64>>,
}

/// The tables `[projects]` and `[spaces]`.
#[derive(Default)]
pub(crate) struct Places<'i> {
    pub(crate) allow: Names<'i>,
    pub(crate) deny: Names<'i>,
}

/// The table `[issues]`.
#[derive(Default)]
pub(crate) struct Issues<'i> {
    pub(crate) types: Names<'i>,
    pub(crate) deny_types: Names<'i>,
    pub(crate) labels: Words<'i>,
    pub(crate) deny_labels: Words<'i>,
    pub(crate) security_levels: Names<'i>,
    pub(crate) deny_security_levels: Names<'i>,
    pub(crate) jql: Given<Word<'i>>,
}

/// The table `[fields]`.
#[derive(Default)]
pub(crate) struct FieldLists<'i> {
    pub(crate) write: Words<'i>,
    pub(crate) deny_write: Words<'i>,
    pub(crate) redact: Words<'i>,
}

/// The table `[comments]`.
#[derive(Default)]
pub(crate) struct Comments<'i> {
    pub(crate) visibility: Given<Word<'i>>,
    pub(crate) roles: Words<'i>,
    pub(crate) groups: Words<'i>,
}

/// The table `[attachments]`.
#[derive(Default)]
pub(crate) struct Attachments<'i> {
    pub(crate) types: Words<'i>,
    pub(crate) max_bytes: Given<At<u64>>,
}

/// One `[[transitions]]`.
#[derive(Default)]
pub(crate) struct Transition<'i> {
    pub(crate) project: Given<At<Name<'i>>>,
    pub(crate) from: Given<At<Name<'i>>>,
    pub(crate) to: Given<At<Name<'i>>>,
    pub(crate) id: Given<At<Name<'i>>>,
    pub(crate) name: Given<Word<'i>>,
    pub(crate) deny: Given<At<bool>>,
}

/// `guardrails.toml`.
#[derive(Default)]
pub(crate) struct Guardrails<'i> {
    pub(crate) require: Words<'i>,
    pub(crate) max_days: Given<At<u64>>,
    pub(crate) deny: Choices<'i>,
    pub(crate) projects: Names<'i>,
    pub(crate) spaces: Names<'i>,
    pub(crate) deny_write: Words<'i>,
    pub(crate) redact: Words<'i>,
    pub(crate) limits: Given<At<Limits>>,
    pub(crate) approval: Approval<'i>,
}

/// The table `[approval]` of the guardrails.
#[derive(Default)]
pub(crate) struct Approval<'i> {
    pub(crate) operations: Choices<'i>,
    pub(crate) bulk: Given<At<bool>>,
}

impl<'i> Typed<'i> {
    /// `extends` has been followed before.
    pub(crate) fn of(mut fields: Fields<'i>) -> Self {
        let fields = &mut fields;
        Self {
            client: fields.word("client"),
            owner: fields.word("owner"),
            purpose: fields.word("purpose"),
            starts: fields.date("starts"),
            expires: fields.date("expires"),
            site: fields.word("site"),
            sites: fields.words("sites"),
            grant: fields.word("grant"),
            on_behalf_of: fields.words("on_behalf_of"),
            scopes: fields.words("scopes"),
            read_only: fields.flag("read_only"),
            priority: fields.word("priority"),
            observe: fields.flag("observe"),
            vending: fields.flag("vending"),
            attribution: fields.flag("attribution"),
            operations: fields.table("operations", operations),
            hours: fields.table("hours", |hours| Hours {
                days: hours.words("days"),
                from: hours.word("from"),
                to: hours.word("to"),
                zone: hours.word("zone"),
            }),
            limits: fields.table("limits", limits),
            projects: fields.table("projects", places),
            spaces: fields.table("spaces", places),
            issues: fields.table("issues", issues),
            fields: fields.table("fields", |lists| FieldLists {
                write: lists.words("write"),
                deny_write: lists.words("deny_write"),
                redact: lists.words("redact"),
            }),
            comments: fields.table("comments", |comments| Comments {
                visibility: comments.word("visibility"),
                roles: comments.words("roles"),
                groups: comments.words("groups"),
            }),
            attachments: fields.table("attachments", |attachments| Attachments {
                types: attachments.words("types"),
                max_bytes: attachments.number("max_bytes"),
            }),
            transitions: fields.tables("transitions", transition),
        }
    }
}

fn operations<'i>(fields: &mut Fields<'i>) -> Operations<'i> {
    Operations {
        products: fields.words("products").into_value(),
        deny: fields.table("deny", choices).into_value().map(|deny| deny.value).unwrap_or_default(),
        allow: choices(fields),
    }
}

fn choices<'i>(fields: &mut Fields<'i>) -> Choices<'i> {
    Choices {
        effects: fields.list("effects"),
        tags: fields.list("tags"),
        ids: fields.list("ids"),
        paths: fields.list("paths"),
    }
}

fn limits(fields: &mut Fields<'_>) -> Limits {
    Limits {
        requests_per_second: fields.number("requests_per_second"),
        burst: fields.number("burst"),
        concurrent: fields.number("concurrent"),
        per_day: fields.number("per_day"),
    }
}

fn places<'i>(fields: &mut Fields<'i>) -> Places<'i> {
    Places { allow: fields.names("allow"), deny: fields.names("deny") }
}

fn issues<'i>(fields: &mut Fields<'i>) -> Issues<'i> {
    Issues {
        types: fields.names("types"),
        deny_types: fields.names("deny_types"),
        labels: fields.words("labels"),
        deny_labels: fields.words("deny_labels"),
        security_levels: fields.names("security_levels"),
        deny_security_levels: fields.names("deny_security_levels"),
        jql: fields.word("jql"),
    }
}

fn transition<'i>(fields: &mut Fields<'i>) -> Transition<'i> {
    Transition {
        project: fields.name("project"),
        from: fields.name("from"),
        to: fields.name("to"),
        id: fields.name("id"),
        name: fields.word("name"),
        deny: fields.flag("deny"),
    }
}

impl<'i> Guardrails<'i> {
    pub(crate) fn of(mut fields: Fields<'i>) -> Self {
        let fields = &mut fields;
        let only = |given: Given<At<Names<'i>>>| given.into_value().map(|at| at.value).unwrap_or_default();
        let operations = fields.table("operations", |table| table.table("deny", choices));
        let deny = operations.into_value().and_then(|table| table.value.into_value());
        let lists = fields.table("fields", |lists| (lists.words("deny_write"), lists.words("redact")));
        let (deny_write, redact) = lists.into_value().map(|lists| lists.value).unwrap_or_default();
        let approval = fields.table("approval", |approval| Approval {
            operations: approval
                .table("operations", choices)
                .into_value()
                .map(|operations| operations.value)
                .unwrap_or_default(),
            bulk: approval.flag("bulk"),
        });
        Self {
            require: fields.words("require"),
            max_days: fields.number("max_days"),
            deny: deny.map(|deny| deny.value).unwrap_or_default(),
            projects: only(fields.table("projects", |table| table.names("deny"))),
            spaces: only(fields.table("spaces", |table| table.names("deny"))),
            deny_write,
            redact,
            limits: fields.table("limits", limits),
            approval: approval.into_value().map(|approval| approval.value).unwrap_or_default(),
        }
    }
}
