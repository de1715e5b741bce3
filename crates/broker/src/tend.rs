//! What is done for grants without a call: refreshing ahead, keeping dormant ones alive, noticing what other instances did.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::broker::Broker;
use crate::sources::Source;

/// How often.
const EVERY: Duration = Duration::from_secs(1);

/// So much further back than the last change seen is looked for changes: one becomes visible a little after its own time.
const OVERLAP: SignedDuration = SignedDuration::from_secs(30);

impl Broker {
    /// Looks after the grants until it is dropped.
    pub async fn tend(&self) {
        let mut seen_until = Timestamp::UNIX_EPOCH;
        loop {
            seen_until = self.tend_once(seen_until).await;
            tokio::time::sleep(EVERY).await;
        }
    }

    /// Once: takes in what changed since `seen_until`, and renews what is due. Answers how far was seen.
    pub(crate) async fn tend_once(&self, seen_until: Timestamp) -> Timestamp {
        let custody = &self.0.custody;
        let mut latest = seen_until;
        if !custody.is_alone() {
            if let Err(error) = self.take_in_grants().await {
                tracing::warn!(%error, "the shared store cannot be read");
            }
            let since = seen_until.checked_sub(OVERLAP).unwrap_or(Timestamp::UNIX_EPOCH);
            match self.0.store.token_families().changed_since(since).await {
                Ok(rows) => {
                    custody.heard(&self.0.means.clock);
                    for row in rows {
                        latest = latest.max(row.changed_at);
                        let Some(holding) = self.holding(&row.grant) else { continue };
                        if let Some((renewed, family)) = holding.family()
                            && (row.generation, row.fence) >= family.known()
                        {
                            family.see(&row, renewed);
                            renewed.tell_heard();
                        }
                    }
                }
                Err(error) => tracing::warn!(%error, "the shared store cannot be read"),
            }
        }
        for holding in self.holdings() {
            if let Some(Source::Renewed(renewed)) = &holding.source {
                renewed.tend();
                // Some states come by themselves: a token ends.
                renewed.tell();
            }
        }
        latest
    }

    /// Takes in what other instances added, replaced and removed.
    async fn take_in_grants(&self) -> Result<(), store::StoreError> {
        let _changing = self.changing().await;
        let rows = self.0.store.grants().list().await?;
        let gone =
            self.holdings().into_iter().filter(|held| !rows.iter().any(|row| row.name == held.row.name));
        for held in gone.collect::<Vec<_>>() {
            tracing::info!(grant = %held.row.name, "another instance removed a grant");
            self.let_go(&held.row.name);
        }
        for row in rows {
            let is_new = self.holding(&row.name).is_none_or(|held| held.row.changed_at != row.changed_at);
            if is_new {
                tracing::info!(grant = %row.name, "another instance added or replaced a grant");
                let family = self.0.store.token_families().get(&row.name).await?;
                self.hold(row, family);
            }
        }
        Ok(())
    }

    /// Waits until no redemption is under way, so that none is cut off between its answer and its commit.
    pub async fn settled(&self) {
        while self.0.custody.under_way() > 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}
