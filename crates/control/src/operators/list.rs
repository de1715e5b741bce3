//! All operators.

use seal::Digest;
use store::OperatorRow;
use types::OperatorName;

use super::missing;
use crate::views::OperatorView;
use crate::{Control, ControlError};

impl Control {
    /// Every operator, by name, with those whose token has ended or was revoked. The holder of this run's own token is not
    /// among them: it is whoever may read `gateway.json`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn operators(&self) -> Result<Vec<OperatorView>, ControlError> {
        let rows = self.parts().store.operators().list().await?;
        Ok(rows.into_iter().map(|row| self.view_operator(row)).collect())
    }

    /// One operator.
    ///
    /// # Errors
    /// When there is none of that name, or the store cannot be read.
    pub async fn operator(&self, name: &OperatorName) -> Result<OperatorView, ControlError> {
        let row = self.operator_row(name).await?.ok_or_else(|| missing(name))?;
        Ok(self.view_operator(row))
    }

    fn view_operator(&self, row: OperatorRow) -> OperatorView {
        // What is in memory is written down every few seconds.
        let seen = self.parts().operators.last_used(&Digest::from_bytes(row.digest));
        OperatorView {
            name: row.name,
            role: row.role,
            hint: row.hint,
            created_at: row.created_at,
            expires_at: row.expires_at,
            revoked_at: row.revoked_at,
            last_used_at: seen.max(row.last_used_at),
            version: row.version,
        }
    }
}
