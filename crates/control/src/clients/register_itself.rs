//! A client that registers itself (RFC 7591).

use std::time::Duration;

use jiff::Timestamp;
use types::{ClientId, OperatorName};

use crate::views::{RegisterClient, RegisterItself, Registered};
use crate::{Control, ControlError, Kind};

/// What ids of such clients begin with, so that operators see at once which are not theirs.
const PREFIX: &str = "app-";

/// So many of them that have not expired; whoever holds the initial access token could otherwise fill the store.
const MOST: usize = 1_000;

impl Control {
    /// Registers a client that asked for it itself. It ends after `life`, and until an operator publishes a manifest for it, it can
    /// do nothing: nobody can even be asked to allow it something. What it says of itself is taken down and believed by nobody.
    ///
    /// # Errors
    /// As [`Control::register_client`]; [`Kind::Conflict`] when there are 1,000 such clients already.
    pub async fn register_itself(
        &self,
        registrar: &OperatorName,
        asked: RegisterItself,
        life: Duration,
    ) -> Result<Registered, ControlError> {
        let now = self.parts().clock.now();
        let clients = self.parts().store.clients().list().await?;
        let living = clients.iter().filter(|client| {
            client.id.as_str().starts_with(PREFIX) && client.expires_at.is_none_or(|end| end > now)
        });
        if living.count() >= MOST {
            return Err(ControlError::new(
                Kind::Conflict,
                "There are 1,000 clients that registered themselves.",
                "Revoke those nobody uses, or wait until some expire.",
            ));
        }
        let contact = asked.contact.unwrap_or_default();
        let owner =
            if contact.is_empty() { "nobody named (registered itself)".to_owned() } else { contact.clone() };
        let asked = RegisterClient {
            owner: Some(owner),
            purpose: Some(asked.name.unwrap_or_else(|| "not said (registered itself)".to_owned())),
            contact,
            expires_at: Some(now.checked_add(life).unwrap_or(Timestamp::MAX)),
            redirect_uris: asked.redirect_uris,
            public: asked.public,
            ..RegisterClient::of(self.fresh_id()?)
        };
        self.register_client(registrar, asked).await
    }

    fn fresh_id(&self) -> Result<ClientId, ControlError> {
        let id = self.parts().clock.request_id().uuid().simple();
        let made = format!("{PREFIX}{id}").parse();
        made.map_err(|_| ControlError::new(Kind::Failed, "No client id could be made.", "Look at the log."))
    }
}
