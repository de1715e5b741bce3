//! Notices: records of what comes near, is due, or has ended, of clients and of their secrets.
//!
//! Each belongs to an instant: so many days before an end, the end itself, so many days after a rotation was due. A look takes in
//! what lies between the last look and now, and how far was looked is kept in the store. So each notice is given once, restarts
//! or not, and one that came while the gateway stood still is given at the start; of several about the same end, the
//! latest. Only a crash in the middle of a look repeats some. What lay in the past when an end was set is not
//! told: whoever sets it knows.

use audit::{About, Notice, Text};
use broker::{GrantSummary, Health};
use jiff::{SignedDuration, Timestamp};
use store::{ClientRow, SecretRow};
use types::ClientId;

use super::tend::{days, rotation};
use crate::{Control, ControlError, Kind};

/// An end is announced so many days before it.
const BEFORE_END: [u32; 5] = [30, 14, 7, 3, 1];

/// A rotation is asked for when it is due, and again so many days later.
const AFTER_DUE: [u32; 4] = [0, 7, 30, 90];

/// Where the store keeps how far was looked: milliseconds since 1970, in digits.
const LOOKED_UNTIL: &str = "clients-looked-through-until";

/// How much may be looked through twice. Nothing is given twice by that, and an idle gateway does not write every minute.
const LOOKED_THROUGH_AGAIN: SignedDuration = SignedDuration::from_hours(1);

/// The time since the last look.
#[derive(Clone, Copy, Debug)]
struct Span {
    from: Timestamp,
    until: Timestamp,
}

impl Control {
    /// Records what has come near, is due or has ended since the last look. To be called every minute or so, and at the start.
    ///
    /// # Errors
    /// When the store or the audit fails; what was not recorded is the next time.
    pub async fn give_notice(&self) -> Result<(), ControlError> {
        let (store, until) = (&self.parts().store, self.parts().clock.now());
        let looked_until = store.meta().get(LOOKED_UNTIL).await?.as_deref().and_then(read);
        // The first look ever only says from when on there is something to tell; so does one after the clock was set back.
        if let Some(from) = looked_until.filter(|from| *from <= until) {
            let clients = store.clients().list().await?;
            let secrets = store.client_secrets().all_live(from).await?;
            let notices = notices(&clients, &secrets, Span { from, until });
            let old = self.ends_near(Span { from, until });
            if notices.is_empty() && old.is_empty() && until.duration_since(from) < LOOKED_THROUGH_AGAIN {
                return Ok(());
            }
            for (client, notice) in notices {
                self.tell(&client, notice).await?;
            }
            for (grant, when) in &old {
                self.tell_of_age(grant, *when);
            }
        }
        Ok(store.meta().put(LOOKED_UNTIL, until.as_millisecond().to_string().as_bytes()).await?)
    }

    /// Grants that may end for their age, at the same days before as clients.
    fn ends_near(&self, span: Span) -> Vec<(GrantSummary, Timestamp)> {
        let grants = self.parts().broker.list().into_iter();
        let near = grants.filter_map(|grant| {
            let end = grant.consent.as_ref()?.may_end_at?;
            let lives = !matches!(grant.health, Health::ReconnectRequired { .. } | Health::Revoked);
            let (ended, end) = span.meets_end(end).filter(|_| lives)?;
            (!ended).then_some((grant, end))
        });
        near.collect()
    }

    pub(crate) async fn tell(&self, client: &ClientId, notice: Notice) -> Result<(), ControlError> {
        let recorded = self.parts().recorder.notice(client, notice).await;
        recorded.map(|_receipt| ()).map_err(|refusal| {
            ControlError::new(
                Kind::Unavailable,
                format!("A notice could not be recorded. {}", refusal.detail()),
                refusal.advice(),
            )
        })
    }
}

fn read(kept: &[u8]) -> Option<Timestamp> {
    let millis = std::str::from_utf8(kept).ok()?.parse().ok()?;
    Timestamp::from_millisecond(millis).ok()
}

/// Revoked clients and secrets are not told of: their end was somebody's doing, at once and on record.
fn notices(clients: &[ClientRow], secrets: &[SecretRow], span: Span) -> Vec<(ClientId, Notice)> {
    let mut notices = Vec::new();
    for client in clients.iter().filter(|client| client.state != oauth::REVOKED) {
        let mut note = |about, when, secret: Option<&SecretRow>| {
            let notice = Notice {
                about,
                when,
                secret: secret.map(|secret| Text::untrusted(&secret.hint)),
                owner: Text::untrusted(&client.owner),
                contact: Text::untrusted(&client.contact),
            };
            notices.push((client.id.clone(), notice));
        };
        if let Some((ended, end)) = client.expires_at.and_then(|end| span.meets_end(end)) {
            note(if ended { About::ClientEnded } else { About::ClientEnds }, end, None);
        }
        if client.expires_at.is_some_and(|end| end <= span.until) {
            // Its secrets have ended with it.
            continue;
        }
        let rotation = rotation(client);
        for secret in secrets.iter().filter(|secret| secret.client == client.id) {
            if let Some((ended, end)) = secret.expires_at.and_then(|end| span.meets_end(end)) {
                note(if ended { About::SecretEnded } else { About::SecretEnds }, end, Some(secret));
            }
            let due = rotation.filter(|_| secret.replaced_at.is_none());
            let due = due.and_then(|life| secret.created_at.checked_add(life).ok());
            if let Some(due) = due.filter(|due| span.meets_due(*due)) {
                note(About::RotationDue, due, Some(secret));
            }
        }
    }
    notices
}

impl Span {
    fn has(self, at: Timestamp) -> bool {
        self.from < at && at <= self.until
    }

    /// Whether something is to be told of an end, and whether it has come.
    fn meets_end(self, end: Timestamp) -> Option<(bool, Timestamp)> {
        let near = || BEFORE_END.iter().filter_map(|n| end.checked_sub(days(*n)).ok()).any(|at| self.has(at));
        if self.has(end) { Some((true, end)) } else { (end > self.until && near()).then_some((false, end)) }
    }

    fn meets_due(self, due: Timestamp) -> bool {
        AFTER_DUE.iter().filter_map(|n| due.checked_add(days(*n)).ok()).any(|at| self.has(at))
    }
}

#[cfg(test)]
mod tests;
