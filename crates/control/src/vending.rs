//! Atlassian's own token, handed out: only where a manifest says so.

use oauth::Vended;
use types::{ClientId, Code, Refusal, SiteName};

use crate::Control;

impl Control {
    /// The upstream token of a client's grant, for one of its sites, with its remaining life.
    ///
    /// # Errors
    /// [`Code::OperationNotPermitted`] when the manifest does not say so any more; otherwise as the broker says.
    pub async fn vend(&self, client: &ClientId, site: &SiteName) -> Result<Vended, Refusal> {
        let parts = self.parts();
        let permit = parts.rulebook.load().vend(client, site, parts.clock.now());
        let permit = permit.ok_or_else(|| {
            Refusal::new(
                Code::OperationNotPermitted,
                "The manifest does not let this client have upstream tokens.",
            )
        })?;
        let (token, life) = parts.broker.vend(&permit).await?;
        Ok(Vended { token, life, grant: permit.grant().clone() })
    }
}
