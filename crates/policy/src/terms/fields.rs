//! Which fields of issues may be set, and which nobody sees.

use std::sync::Arc;

use super::names::Texts;

/// What `[fields]` says, with the guardrails' denies. Fields go by id: `summary`, `customfield_10010`.
#[derive(Debug, Default)]
pub struct FieldRules {
    /// `None`: all.
    pub(crate) write: Option<Texts>,
    pub(crate) deny_write: Texts,
    pub(crate) redact: Texts,
    /// Where `write` stands.
    pub(crate) label: Option<Arc<str>>,
}

fn has(list: &Texts, field: &str) -> bool {
    list.iter().any(|(known, _)| known.eq_ignore_ascii_case(field))
}

impl FieldRules {
    pub(crate) const FREE: Self =
        Self { write: None, deny_write: Vec::new(), redact: Vec::new(), label: None };

    /// Whether there are none: all may be set and all are seen.
    #[must_use]
    pub const fn is_free(&self) -> bool {
        !self.bounds_writing() && !self.redacts_any()
    }

    /// Whether some fields may not be set.
    #[must_use]
    pub const fn bounds_writing(&self) -> bool {
        self.write.is_some() || !self.deny_write.is_empty()
    }

    /// Whether some fields are taken out of answers.
    #[must_use]
    pub const fn redacts_any(&self) -> bool {
        !self.redact.is_empty()
    }

    /// Whether a field may be set. What is allowed is compared as it is spelt, what is denied however it is
    /// capitalised.
    #[must_use]
    pub fn may_write(&self, field: &str) -> bool {
        let allowed = |list: &Texts| list.iter().any(|(known, _)| **known == *field);
        !has(&self.deny_write, field) && self.write.as_ref().is_none_or(allowed)
    }

    /// Whether a field is taken out of answers.
    #[must_use]
    pub fn redacts(&self, field: &str) -> bool {
        has(&self.redact, field)
    }

    /// The fields that are taken out of answers, by id.
    pub fn redacted(&self) -> impl Iterator<Item = &str> {
        self.redact.iter().map(|(field, _)| &**field)
    }

    /// The fields that may be set; `None`: all but those that are denied.
    pub fn writable(&self) -> Option<impl Iterator<Item = &str>> {
        Some(self.write.as_ref()?.iter().map(|(field, _)| &**field).filter(|field| self.may_write(field)))
    }

    /// Where it says no to setting a field, and whether an entry denies it.
    pub(crate) fn objector(&self, field: &str) -> (Option<&Arc<str>>, bool) {
        let denying = self.deny_write.iter().find(|(known, _)| known.eq_ignore_ascii_case(field));
        denying.map_or((self.label.as_ref(), false), |(_, label)| (Some(label), true))
    }
}
