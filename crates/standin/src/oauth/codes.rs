//! Authorization codes: short-lived, for one use, and only for whom they were made.

use std::collections::{HashMap, VecDeque};

use jiff::Timestamp;

use super::apps::ClientId;
use super::grants::GrantKey;
use crate::credentials::Scopes;

/// How many codes wait at once; the oldest is forgotten first.
const CODES_MAX: usize = 10_000;

/// What a code stands for.
#[derive(Debug, Clone)]
pub(crate) struct Code {
    pub(crate) client_id: ClientId,
    pub(crate) redirect_uri: String,
    pub(crate) grant: GrantKey,
    pub(crate) scopes: Scopes,
    pub(crate) expires_at: Timestamp,
    /// The challenge and its method; only Data Center looks at it.
    pub(crate) challenge: Option<(String, String)>,
}

/// The codes that wait.
#[derive(Debug, Default)]
pub(crate) struct Codes {
    waiting: HashMap<String, Code>,
    order: VecDeque<String>,
}

impl Codes {
    /// Remembers a code.
    pub(crate) fn keep(&mut self, text: String, code: Code) {
        if self.order.len() >= CODES_MAX
            && let Some(oldest) = self.order.pop_front()
        {
            self.waiting.remove(&oldest);
        }
        self.order.push_back(text.clone());
        self.waiting.insert(text, code);
    }

    /// Redeems a code: it is gone afterwards, unless it was not for this application.
    pub(crate) fn take(
        &mut self,
        text: &str,
        (client_id, redirect_uri): (&str, &str),
        now: Timestamp,
    ) -> Option<Code> {
        let code = self.waiting.get(text)?;
        if &*code.client_id != client_id || code.redirect_uri != redirect_uri {
            return None;
        }
        self.waiting.remove(text).filter(|code| code.expires_at > now)
    }

    /// Forgets the codes of a consent that was withdrawn.
    pub(crate) fn forget(&mut self, gone: impl Fn(&GrantKey) -> bool) {
        self.waiting.retain(|_, code| !gone(&code.grant));
    }
}
