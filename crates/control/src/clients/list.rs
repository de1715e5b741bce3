//! All clients.

use std::collections::HashMap;

use super::show::view;
use crate::views::ClientView;
use crate::{Control, ControlError};

impl Control {
    /// Every client, by name, with the secrets that are live.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn clients(&self) -> Result<Vec<ClientView>, ControlError> {
        let rulebook = self.parts().rulebook.load();
        let now = self.parts().clock.now();
        let mut secrets: HashMap<_, Vec<_>> = HashMap::new();
        for secret in self.parts().store.client_secrets().all_live(now).await? {
            secrets.entry(secret.client.clone()).or_default().push(secret);
        }
        let clients = self.parts().store.clients().list().await?;
        let views = clients.into_iter().map(|row| {
            let secrets = secrets.remove(&row.id).unwrap_or_default();
            view(row, secrets, &rulebook)
        });
        Ok(views.collect())
    }
}
