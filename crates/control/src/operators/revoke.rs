//! The end of an operator's token.

use types::OperatorName;

use super::add::in_short;
use super::missing;
use crate::views::OperatorView;
use crate::{By, Control, ControlError};

impl Control {
    /// Ends an operator's token: the next request with it is refused. One that was revoked already stays as it is.
    ///
    /// # Errors
    /// When there is no such operator, it has changed since it was seen, or it cannot be recorded or kept.
    pub async fn revoke_operator(
        &self,
        by: impl Into<By<'_>>,
        name: &OperatorName,
    ) -> Result<OperatorView, ControlError> {
        let by = by.into();
        let _turn = self.0.turn.lock().await;
        let mut rows = self.parts().store.operators().list().await?;
        let before = rows.iter().find(|row| row.name == *name).ok_or_else(|| missing(name))?;
        by.check(&format!("Operator {name}"), Some(before.version))?;
        if before.revoked_at.is_some() {
            return self.operator(name).await;
        }
        let mut after = before.clone();
        after.revoked_at = Some(self.parts().clock.now());
        after.last_used_at = self.operator(name).await?.last_used_at;
        self.record(by.operator, ("operator revoke", name.as_str()), in_short(before), in_short(&after))
            .await?;
        self.parts().store.operators().replace(&after).await?;
        // Nothing that could fail stands between the store and the roster.
        rows.retain(|row| row.name != *name);
        self.parts().operators.put(&rows);
        self.operator(name).await
    }
}
