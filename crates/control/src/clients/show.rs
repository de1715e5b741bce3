//! One client.

use policy::Rulebook;
use store::{ClientRow, SecretRow};
use types::ClientId;

use crate::manifests::status::manifest_view;
use crate::views::{ClientView, SecretView};
use crate::{Control, ControlError, Kind};

impl Control {
    /// One client with its secrets (never their text) and its manifest.
    ///
    /// # Errors
    /// When there is no such client, or the store cannot be read.
    pub async fn client(&self, client: &ClientId) -> Result<ClientView, ControlError> {
        let Some(row) = self.parts().store.clients().get(client).await? else {
            return Err(ControlError::new(
                Kind::Missing,
                format!("There is no client {client}."),
                "List the clients with `ticketgate client list`.",
            ));
        };
        let secrets = self.parts().store.client_secrets().list_for(client).await?;
        Ok(view(row, secrets, &self.parts().rulebook.load()))
    }
}

pub(super) fn view(row: ClientRow, secrets: Vec<SecretRow>, rulebook: &Rulebook) -> ClientView {
    let secrets = secrets.into_iter().map(|secret| SecretView {
        hint: secret.hint,
        created_at: secret.created_at,
        expires_at: secret.expires_at,
        revoked_at: secret.revoked_at,
    });
    ClientView {
        secrets: secrets.collect(),
        manifest: rulebook.manifest(&row.id).map(manifest_view),
        client: row.id,
        owner: row.owner,
        purpose: row.purpose,
        state: row.state,
        created_at: row.created_at,
        expires_at: row.expires_at,
    }
}
