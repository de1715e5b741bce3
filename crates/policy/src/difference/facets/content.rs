//! What may be written, and what is seen: fields, comments, attachments.

use super::among::Entry;
use super::{Allowed, Among, Facet, Most, Subject, Weighs};
use crate::terms::{Texts, Visibility};

pub(super) const WRITTEN: Facet = Facet { name: "fields written", weighs: Weighs::Permits, of: written };
pub(super) const SEEN: Facet = Facet { name: "fields seen", weighs: Weighs::Permits, of: seen };
pub(super) const COMMENTS: Facet = Facet { name: "comments for", weighs: Weighs::Permits, of: comments };
pub(super) const TYPES: Facet = Facet { name: "attachment types", weighs: Weighs::Permits, of: types };
pub(super) const SIZE: Facet = Facet { name: "attachment size", weighs: Weighs::Permits, of: size };

fn fields(texts: &Texts) -> Vec<Entry> {
    texts.iter().map(|(field, _)| Entry::spelt(field, field.to_ascii_lowercase())).collect()
}

fn written(subject: &Subject<'_>) -> Allowed {
    let rules = subject.manifest().terms().fields();
    Allowed::Among(Among::new(rules.write.as_ref().map(fields), fields(&rules.deny_write), "every field"))
}

fn seen(subject: &Subject<'_>) -> Allowed {
    let rules = subject.manifest().terms().fields();
    Allowed::Among(Among::new(None, fields(&rules.redact), "every field"))
}

fn comments(subject: &Subject<'_>) -> Allowed {
    let rules = subject.manifest().terms().comments();
    let restricted = rules.visibility() == Visibility::Restricted;
    let all = rules.roles.is_empty() && rules.groups.is_empty();
    let everybody = if restricted { Vec::new() } else { vec![Entry::spelt("everybody", String::new())] };
    let named = |texts: &Texts, what: &str| match rules.visibility() {
        Visibility::Any => None,
        Visibility::Public => Some(Vec::new()),
        Visibility::Restricted if all => None,
        Visibility::Restricted => Some(
            texts
                .iter()
                .map(|(name, _)| Entry::spelt(name, String::new()).called(format!("the {what} {name:?}")))
                .collect(),
        ),
    };
    let (roles, groups) = (named(&rules.roles, "role"), named(&rules.groups, "group"));
    Allowed::Several(vec![
        Among::new(Some(everybody), Vec::new(), "everybody"),
        Among::new(roles, Vec::new(), "every role"),
        Among::new(groups, Vec::new(), "every group"),
    ])
}

fn types(subject: &Subject<'_>) -> Allowed {
    let rules = subject.manifest().terms().attachments();
    let entry = |text: &str| {
        let text = text.to_ascii_lowercase();
        let family = text.split_once('/').map(|(kind, _)| format!("{kind}/*"));
        Entry::spelt(&text, text.clone()).of_family(family)
    };
    let listed = rules.types.as_ref().map(|types| types.iter().map(|(text, _)| entry(text)).collect());
    Allowed::Among(Among::new(listed, Vec::new(), "every type"))
}

fn size(subject: &Subject<'_>) -> Allowed {
    Allowed::Most(Most::number(subject.manifest().terms().attachments().max_bytes(), "bytes"))
}
