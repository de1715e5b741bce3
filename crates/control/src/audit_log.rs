//! Reading what happened. Nothing here changes anything, and nobody can.

pub use audit::query::{Filter, Found};

use audit::query;
use audit::verify::Export;
use tokio::sync::mpsc;

use crate::{Control, ControlError};

/// Pages of an export that wait to be sent. Two: one on its way, one being read.
const PAGES: usize = 2;

/// An export as it is read: pages of lines, or the sentence it broke off with.
pub type Pages = mpsc::Receiver<Result<Vec<u8>, ControlError>>;

impl Control {
    /// The latest records that fit, oldest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn search(&self, filter: &Filter) -> Result<Vec<Found>, ControlError> {
        Ok(query::search(&self.parts().store, filter).await?)
    }

    /// The records after number `after`, oldest first; without it, the latest ones.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn tail(&self, after: Option<u64>, limit: usize) -> Result<Vec<Found>, ControlError> {
        let store = &self.parts().store;
        let after = match after {
            Some(after) => after,
            None => query::last_seq(store).await?.saturating_sub(u64::try_from(limit).unwrap_or(u64::MAX)),
        };
        Ok(query::tail(store, after, limit).await?)
    }

    /// Every record in the form `ticketgate audit verify` reads, page by page. Reading stops when the receiver is
    /// dropped.
    #[must_use]
    pub fn export(&self) -> Pages {
        let (sender, pages) = mpsc::channel(PAGES);
        let store = self.parts().store.clone();
        tokio::spawn(async move {
            let mut export = Export::new(&store);
            while let Some(page) = export.next().await.transpose() {
                let failed = page.is_err();
                if sender.send(page.map_err(ControlError::from)).await.is_err() || failed {
                    return;
                }
            }
        });
        pages
    }
}
