//! What a client may attach.

use std::sync::Arc;

use super::names::Texts;

/// What `[attachments]` says.
#[derive(Debug, Default)]
pub struct AttachmentRules {
    /// `image/png`, `text/*`, in lower case. `None`: all.
    pub(crate) types: Option<Texts>,
    /// Bytes, and the label of the line. `None`: as large as the gateway takes.
    pub(crate) max_bytes: Option<(u64, Arc<str>)>,
    /// Where `types` stands.
    pub(crate) label: Option<Arc<str>>,
}

impl AttachmentRules {
    pub(crate) const FREE: Self = Self { types: None, max_bytes: None, label: None };

    /// Whether anything may be attached.
    #[must_use]
    pub const fn is_free(&self) -> bool {
        self.types.is_none() && self.max_bytes.is_none()
    }

    /// The largest file, in bytes; `None`: as large as the gateway takes.
    #[must_use]
    pub fn max_bytes(&self) -> Option<u64> {
        self.max_bytes.as_ref().map(|(bytes, _)| *bytes)
    }

    /// Whether a file of this media type may be attached. Parameters (`; charset=utf-8`) do not count; neither does
    /// letter case.
    #[must_use]
    pub fn allows_type(&self, media: &str) -> bool {
        let Some(types) = &self.types else { return true };
        let media = media.split(';').next().unwrap_or_default().trim();
        let Some((kind, subtype)) =
            media.split_once('/').filter(|(kind, sub)| !kind.is_empty() && !sub.is_empty())
        else {
            return false;
        };
        types.iter().any(|(known, _)| {
            known.split_once('/').is_some_and(|(known_kind, known_sub)| {
                known_kind.eq_ignore_ascii_case(kind)
                    && (known_sub == "*" || known_sub.eq_ignore_ascii_case(subtype))
            })
        })
    }

    /// Whether a file so large may be attached.
    #[must_use]
    pub fn allows_size(&self, bytes: u64) -> bool {
        self.max_bytes().is_none_or(|most| bytes <= most)
    }
}
