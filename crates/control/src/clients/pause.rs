//! Stopping a client for a while, and letting it go on.

use jiff::SignedDuration;
use types::ClientId;

use crate::views::{ClientView, PauseClient};
use crate::{By, Control, ControlError, Kind};

impl Control {
    /// Pauses a client, in place of a pause it may have. In effect for every request and every token already issued when
    /// this answers.
    ///
    /// # Errors
    /// When there is no such client, it has changed since it was seen, the end has passed, or it cannot be recorded or
    /// kept.
    pub async fn pause_client(
        &self,
        by: By<'_>,
        client: &ClientId,
        asked: PauseClient,
    ) -> Result<ClientView, ControlError> {
        self.change_client(by, "client pause", client, |row, now| {
            let after = |seconds: u32| now.checked_add(SignedDuration::from_secs(i64::from(seconds))).ok();
            let until = asked.until.or_else(|| asked.for_seconds.and_then(after));
            if until.is_some_and(|until| until <= now) {
                return Err(ControlError::new(
                    Kind::Conflict,
                    "The end of the pause has passed already.",
                    "Name a later time.",
                ));
            }
            row.paused = Some(asked.mode.as_str().to_owned());
            row.paused_until = until;
            Ok(())
        })
        .await
    }

    /// Ends a pause. A client that is not paused stays as it is.
    ///
    /// # Errors
    /// When there is no such client, it has changed since it was seen, or it cannot be recorded or kept.
    pub async fn resume_client(&self, by: By<'_>, client: &ClientId) -> Result<ClientView, ControlError> {
        self.change_client(by, "client resume", client, |row, _| {
            row.paused = None;
            row.paused_until = None;
            Ok(())
        })
        .await
    }

    /// Ends a client for good: its secrets and tokens are worth nothing from now on, and its id is not given again.
    ///
    /// # Errors
    /// When there is no such client, it has changed since it was seen, or it cannot be recorded or kept.
    pub async fn revoke_client(&self, by: By<'_>, client: &ClientId) -> Result<ClientView, ControlError> {
        self.change_client(by, "client revoke", client, |row, _| {
            row.state = oauth::REVOKED.to_owned();
            Ok(())
        })
        .await
    }
}
