//! What the gateway does about clients by itself, and what it warns of.

use jiff::{SignedDuration, Timestamp};
use oauth::Profile;
use serde_json::{Value, json};
use store::{ClientRow, SecretRow};
use types::OperatorName;

use crate::{Control, ControlError};

/// A client's end is warned of this long before it, a day at a time.
const WARN_BEFORE: SignedDuration = days(30);

/// Something that wants an operator's eye.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Warning {
    /// The client ends soon.
    Expires { client: String, owner: String, contact: String, at: Timestamp },
    /// Its secret is older than its rotation says.
    RotationDue { client: String, owner: String, contact: String, hint: String, since: Timestamp },
}

impl Control {
    /// Writes down uses of secrets and of operators' tokens, ends those that have fallen silent, and records that. To be called every few seconds,
    /// and once before the end.
    ///
    /// # Errors
    /// When the store or the audit fails; what was not done is done the next time.
    pub async fn tend(&self, gateway: &OperatorName) -> Result<(), ControlError> {
        self.parts().operators.note_uses(&self.parts().store).await?;
        let tended = self.parts().clients.tend().await?;
        for closed in tended.closed {
            let target = format!("{} {}", closed.client, closed.hint);
            let before = json!({ "last_used_at": closed.last_used_at });
            self.record(gateway, ("secret fell silent", &target), before, Value::Null).await?;
            tracing::info!(client = %closed.client, secret = closed.hint, "a replaced secret fell silent and has ended");
        }
        Ok(())
    }

    /// Says in the log and in metrics which clients end soon and which secrets want replacing. To be called once a day, and
    /// at the start. What is put on record about that is [`Control::give_notice`]'s.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn warn_of_clients(&self) -> Result<(), ControlError> {
        let now = self.parts().clock.now();
        let clients = self.parts().store.clients().list().await?;
        let secrets = self.parts().store.client_secrets().all_live(now).await?;
        let metrics = self.parts().recorder.metrics();
        for client in &clients {
            metrics.client_expires(&client.id, client.expires_at);
        }
        for warning in warnings(&clients, &secrets, now) {
            match warning {
                Warning::Expires { client, owner, contact, at } => tracing::warn!(
                    target: "ticketgate::event",
                    event = "client-expires", client, owner, contact, at = %at,
                    "a client ends soon; extend it with ticketgate client describe --expires"
                ),
                Warning::RotationDue { client, owner, contact, hint, since } => tracing::warn!(
                    target: "ticketgate::event",
                    event = "rotation-due", client, owner, contact, secret = hint, since = %since,
                    "a secret is older than its rotation says; replace it with ticketgate client rotate"
                ),
            }
        }
        Ok(())
    }
}

fn warnings(clients: &[ClientRow], secrets: &[SecretRow], now: Timestamp) -> Vec<Warning> {
    let mut warnings = Vec::new();
    for client in clients.iter().filter(|client| client.state != oauth::REVOKED) {
        let (id, owner, contact) = (client.id.to_string(), client.owner.clone(), client.contact.clone());
        if let Some(at) = client.expires_at.filter(|at| *at > now && at.duration_since(now) <= WARN_BEFORE) {
            warnings.push(Warning::Expires {
                client: id.clone(),
                owner: owner.clone(),
                contact: contact.clone(),
                at,
            });
        }
        let Some(life) = rotation(client) else { continue };
        let due = |secret: &&SecretRow| {
            secret.client == client.id
                && secret.replaced_at.is_none()
                && now.duration_since(secret.created_at) >= life
        };
        for secret in secrets.iter().filter(due) {
            let since = secret.created_at.checked_add(life).unwrap_or(now);
            let (client, owner, contact) = (id.clone(), owner.clone(), contact.clone());
            warnings.push(Warning::RotationDue { client, owner, contact, hint: secret.hint.clone(), since });
        }
    }
    warnings
}

/// How long a secret of this client may be used, where it says so.
pub(super) fn rotation(client: &ClientRow) -> Option<SignedDuration> {
    Profile::parse(&client.profile).ok().and_then(|profile| profile.rotate_every_days).map(days)
}

pub(super) const fn days(count: u32) -> SignedDuration {
    SignedDuration::from_secs(count as i64 * 86_400)
}

#[cfg(test)]
pub(super) mod tests;
