use std::io::Write;

use store::{Store, StoreError};

use crate::packed;

/// Stands in an export for a block that cannot be unpacked.
const UNREADABLE: &[u8] = b"{\"unreadable\":\"a block of the audit cannot be unpacked\"}\n";

/// Blocks read at once.
const PAGE: u32 = 16;

/// A log, page by page, as lines: for an answer that streams.
#[derive(Debug)]
pub struct Export<'s> {
    store: &'s Store,
    after: Option<u64>,
}

impl<'s> Export<'s> {
    /// From the first record on.
    #[must_use]
    pub const fn new(store: &'s Store) -> Self {
        Self { store, after: None }
    }

    /// The next lines, a few megabytes at most; `None` at the end. What is written meanwhile is included.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        let blocks = self.store.audit().rows_after(self.after, PAGE).await?;
        let Some(last) = blocks.last() else { return Ok(None) };
        self.after = Some(last.first_seq);
        let mut lines = Vec::new();
        for block in &blocks {
            // No silent gap: it is a broken line, which verification names, and the numbers behind it do not follow.
            match packed::unpack(&block.records) {
                Some(unpacked) => lines.extend_from_slice(&unpacked),
                None => lines.extend_from_slice(UNREADABLE),
            }
        }
        Ok(Some(lines))
    }
}

/// Writes the whole log as lines.
///
/// # Errors
/// When the store cannot be read, or `to` not be written.
pub async fn export(store: &Store, to: &mut impl Write) -> std::io::Result<()> {
    let mut pages = Export::new(store);
    while let Some(page) = pages.next().await.map_err(std::io::Error::other)? {
        to.write_all(&page)?;
    }
    to.flush()
}
