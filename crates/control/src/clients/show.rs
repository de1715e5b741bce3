//! One client.

use oauth::Profile;
use policy::Rulebook;
use store::{ClientRow, SecretRow};
use types::ClientId;

use crate::manifests::status::manifest_view;
use crate::views::{ClientView, SecretView};
use crate::{Control, ControlError};

impl Control {
    /// One client with its secrets (never their text) and its manifest.
    ///
    /// # Errors
    /// When there is no such client, or the store cannot be read.
    pub async fn client(&self, client: &ClientId) -> Result<ClientView, ControlError> {
        let row = self.client_row(client).await?;
        let secrets = self.parts().store.client_secrets().list_for(client).await?;
        Ok(view(row, secrets, &self.parts().rulebook.load()))
    }
}

pub(super) fn view(row: ClientRow, secrets: Vec<SecretRow>, rulebook: &Rulebook) -> ClientView {
    let profile = Profile::parse(&row.profile).unwrap_or_default();
    ClientView {
        secrets: secrets.into_iter().map(view_secret).collect(),
        manifest: rulebook.manifest(&row.id).map(manifest_view),
        client: row.id,
        owner: row.owner,
        contact: row.contact,
        purpose: row.purpose,
        state: row.state,
        paused: row.paused,
        paused_until: row.paused_until,
        created_at: row.created_at,
        expires_at: row.expires_at,
        networks: profile.networks,
        token_life: profile.token_life,
        token_form: profile.token_form,
        exchanges: profile.exchanges,
        rotate_every_days: profile.rotate_every_days,
        bound_tokens: profile.bound_tokens,
        proves_by: profile.proves_by,
        redirect_uris: profile.redirect_uris.into_iter().map(String::from).collect(),
        public: profile.public,
        version: row.version,
    }
}

pub(super) fn view_secret(secret: SecretRow) -> SecretView {
    SecretView {
        id: secret.id,
        hint: secret.hint,
        created_at: secret.created_at,
        expires_at: secret.expires_at,
        revoked_at: secret.revoked_at,
        replaced_at: secret.replaced_at,
        used: secret.used,
        last_used_at: secret.last_used_at,
        last_used_from: secret.last_used_from,
    }
}
