//! Who may see the comments a client writes.

use std::sync::Arc;

use super::names::Texts;

/// What `[comments]` says.
#[derive(Debug, Default)]
pub struct CommentRules {
    pub(crate) visibility: Visibility,
    pub(crate) roles: Texts,
    pub(crate) groups: Texts,
    pub(crate) label: Option<Arc<str>>,
}

/// How comments must be written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Visibility {
    /// In any way.
    #[default]
    Any,
    /// Seen by everybody who sees the issue.
    Public,
    /// Seen by a role or a group only.
    Restricted,
}

/// To whom a comment is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience<'a> {
    /// To everybody who sees the issue.
    Everybody,
    /// To those who have a role in the project, by its name.
    Role(&'a str),
    /// To a group, by its name or id.
    Group(&'a str),
}

impl CommentRules {
    pub(crate) const FREE: Self =
        Self { visibility: Visibility::Any, roles: Vec::new(), groups: Vec::new(), label: None };

    /// Whether comments may be written in any way.
    #[must_use]
    pub const fn is_free(&self) -> bool {
        matches!(self.visibility, Visibility::Any)
    }

    /// How comments must be written.
    #[must_use]
    pub const fn visibility(&self) -> Visibility {
        self.visibility
    }

    /// Whether a comment may be written for this audience. With `restricted` and no names, any role or group will do.
    #[must_use]
    pub fn allows(&self, audience: Audience<'_>) -> bool {
        let named = |list: &Texts, name: &str| {
            let any = self.roles.is_empty() && self.groups.is_empty();
            !name.is_empty() && (any || list.iter().any(|(known, _)| **known == *name))
        };
        match (self.visibility, audience) {
            (Visibility::Any, _) | (Visibility::Public, Audience::Everybody) => true,
            (Visibility::Restricted, Audience::Role(name)) => named(&self.roles, name),
            (Visibility::Restricted, Audience::Group(name)) => named(&self.groups, name),
            (Visibility::Public, _) | (Visibility::Restricted, Audience::Everybody) => false,
        }
    }
}
