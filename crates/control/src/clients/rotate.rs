//! A client's secrets: a new one, and the end of an old one.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use oauth::{Close, Rotation};
use serde_json::{Value, json};
use store::SecretRow;
use types::ClientId;

use super::show::view_secret;
use crate::views::{CloseSecret, Registered, RotateSecret};
use crate::{By, Control, ControlError, Kind};

/// The longest overlap. Longer, and the old secret has simply not been rotated.
const LONGEST_OVERLAP: Duration = Duration::from_secs(90 * 86_400);

/// A secret used within so long counts as in use.
const IN_USE: SignedDuration = SignedDuration::from_hours(7 * 24);

impl Control {
    /// Makes a new secret for a client. The one so far stays good for the overlap, or until it falls silent.
    ///
    /// # Errors
    /// When there is no such client, it has changed since it was seen, it has two live secrets already, or it cannot be recorded or kept.
    pub async fn rotate_secret(
        &self,
        by: impl Into<By<'_>>,
        client: &ClientId,
        asked: RotateSecret,
    ) -> Result<Registered, ControlError> {
        let seconds = |seconds: u64| Duration::from_secs(seconds);
        let rotation = Rotation {
            overlap: seconds(asked.overlap_seconds),
            silent_for: asked.silent_for_seconds.map(seconds),
        };
        if rotation.overlap > LONGEST_OVERLAP {
            return Err(ControlError::new(
                Kind::Invalid,
                "The overlap is longer than 90 days.",
                "Choose a shorter one; a secret that is good for longer has not been rotated.",
            ));
        }
        let by = by.into();
        let _turn = self.0.turn.lock().await;
        by.check(&format!("Client {client}"), Some(self.client_row(client).await?.version))?;
        let after = json!({ "overlap_seconds": asked.overlap_seconds, "silent_for_seconds": asked.silent_for_seconds });
        self.record(by.operator, ("client rotate", client.as_str()), Value::Null, after).await?;
        let made = self.parts().clients.rotate(client, rotation).await?;
        Ok(Registered { client: self.client(client).await?, secret: Some(made.secret) })
    }

    /// Ends a secret, named by its id or its hint. Retiring one that is still used needs `force`; revoking one does not,
    /// because that is what is done in an emergency, and takes the tokens fetched with it along.
    ///
    /// # Errors
    /// When there is no such client or secret, the client has changed since it was seen, the secret is still used, or it cannot be recorded or kept.
    pub async fn close_secret(
        &self,
        by: impl Into<By<'_>>,
        client: &ClientId,
        asked: CloseSecret,
    ) -> Result<(), ControlError> {
        self.parts().clients.tend().await?;
        let by = by.into();
        let _turn = self.0.turn.lock().await;
        by.check(&format!("Client {client}"), Some(self.client_row(client).await?.version))?;
        let secrets = self.parts().store.client_secrets().list_for(client).await?;
        let secret = named(&secrets, &asked.secret, client)?;
        let (action, how) =
            if asked.revoke { ("secret revoke", Close::Revoke) } else { ("secret close", Close::Retire) };
        if how == Close::Retire && !asked.force {
            refuse_in_use(secret, self.parts().clock.now())?;
        }
        let before = json!(view_secret(secret.clone()));
        self.record(by.operator, (action, &format!("{client} {}", secret.hint)), before, Value::Null).await?;
        Ok(self.parts().clients.close_secret(client, &secret.id, how).await?)
    }
}

fn named<'a>(secrets: &'a [SecretRow], name: &str, client: &ClientId) -> Result<&'a SecretRow, ControlError> {
    let mut found =
        secrets.iter().filter(|secret| secret.id == name || secret.hint == name || ends(&secret.hint, name));
    match (found.next(), found.next()) {
        (Some(secret), None) => Ok(secret),
        (None, _) => Err(ControlError::new(
            Kind::Missing,
            format!("Client {client} has no secret by that name."),
            format!("Name one by its id or hint, as `ticketgate client show {client}` prints them."),
        )),
        (Some(_), Some(_)) => Err(ControlError::new(
            Kind::Invalid,
            "Two secrets of this client have the same hint.",
            "Name the one you mean by its id.",
        )),
    }
}

/// `ab12` means the secret whose hint ends so: the dots between are hard to type.
fn ends(hint: &str, name: &str) -> bool {
    name.len() == 4 && hint.ends_with(name)
}

fn refuse_in_use(secret: &SecretRow, now: Timestamp) -> Result<(), ControlError> {
    let Some(at) = secret.last_used_at.filter(|at| now.duration_since(*at) < IN_USE) else { return Ok(()) };
    let from = secret.last_used_from.as_deref().unwrap_or("an unknown address");
    Err(ControlError::new(
        Kind::Conflict,
        format!(
            "Secret {} is still used: last at {at:.0} from {from}, {} times in all.",
            secret.hint, secret.used
        ),
        "Move that program to the new secret first, or close it all the same with --force.",
    ))
}
