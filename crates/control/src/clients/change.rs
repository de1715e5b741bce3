//! What all changes of a client have in common: read, decide, record, replace.

use jiff::Timestamp;
use oauth::ChangeError;
use serde_json::{Value, json};
use store::{ClientRow, StoreError};
use types::ClientId;

use super::missing;
use crate::views::ClientView;
use crate::{By, Control, ControlError, Kind};

impl Control {
    /// Lets `change` alter a client's row, and puts the result in force. A row that is as it was is not recorded.
    pub(super) async fn change_client(
        &self,
        by: By<'_>,
        action: &'static str,
        client: &ClientId,
        change: impl FnOnce(&mut ClientRow, Timestamp) -> Result<(), ControlError>,
    ) -> Result<ClientView, ControlError> {
        let _turn = self.0.turn.lock().await;
        let before = self.client_row(client).await?;
        by.check(&format!("Client {client}"), Some(before.version))?;
        let mut after = before.clone();
        change(&mut after, self.parts().clock.now())?;
        if after == before {
            return self.client(client).await;
        }
        let (was, is) = difference(&before, &after);
        self.record(by.operator, (action, client.as_str()), was, is).await?;
        self.parts().clients.replace(&after).await?;
        self.client(client).await
    }

    /// A client's row.
    pub(super) async fn client_row(&self, client: &ClientId) -> Result<ClientRow, ControlError> {
        self.parts().store.clients().get(client).await?.ok_or_else(|| missing(client))
    }
}

/// The fields that differ, before and after.
fn difference(before: &ClientRow, after: &ClientRow) -> (Value, Value) {
    let fields = |row: &ClientRow| {
        let profile = serde_json::from_str(&row.profile).unwrap_or(Value::Null);
        json!({
            "owner": row.owner, "contact": row.contact, "purpose": row.purpose, "expires_at": row.expires_at,
            "state": row.state, "paused": row.paused, "paused_until": row.paused_until, "profile": profile,
        })
    };
    let (mut was, mut is) = (fields(before), fields(after));
    if let (Some(was), Some(is)) = (was.as_object_mut(), is.as_object_mut()) {
        let same: Vec<String> = was
            .iter()
            .filter(|(name, value)| is.get(*name) == Some(*value))
            .map(|(name, _)| name.clone())
            .collect();
        for name in same {
            was.remove(&name);
            is.remove(&name);
        }
    }
    (was, is)
}

impl From<ChangeError> for ControlError {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::TwoLive { client, live: [old, new] } => Self::new(
                Kind::Conflict,
                format!("Client {client} already has two live secrets, {old} and {new}."),
                format!("Close the older one first: `ticketgate client close {client} {old}`."),
            ),
            ChangeError::BuiltIn(client) => super::register::built_in(&client),
            ChangeError::Public(client) => Self::new(
                Kind::Conflict,
                format!("Client {client} is public: it has no secret that could be replaced."),
                "Its users' consents are what it works with; end those, or revoke the client.",
            ),
            ChangeError::Revoked(client) => Self::new(
                Kind::Conflict,
                format!("Client {client} was revoked, which is for good."),
                "Register a new client under another id.",
            ),
            ChangeError::Randomness(error) => {
                Self::new(Kind::Failed, format!("{error}."), "Look at the log.")
            }
            ChangeError::Store(StoreError::Stale { .. }) => Self::new(
                Kind::Stale,
                "Somebody else has changed the client meanwhile.",
                "Look at it again, and decide anew.",
            ),
            ChangeError::Store(error) => error.into(),
        }
    }
}
