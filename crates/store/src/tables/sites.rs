use types::{CloudId, SiteName};

use crate::dialect::{Row, explain};
use crate::read::Columns;
use crate::tables::statements;
use crate::{Store, StoreError};

const TABLE: &str = "sites";

statements! {
    PUT = "INSERT INTO sites (name, url, cloud_id) VALUES ($1, $2, $3) ON CONFLICT (name) DO UPDATE SET url = excluded.url, cloud_id = excluded.cloud_id";
    GET = "SELECT name, url, cloud_id FROM sites WHERE name = $1";
}

/// What was found out about a site, so that it need not be asked at every start. A cache: may be thrown away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteFactsRow {
    /// The site.
    pub name: SiteName,
    /// The URL it was found out for; another URL in the settings makes this row worthless.
    pub url: String,
    /// Its cloud id; `None` for Data Center.
    pub cloud_id: Option<CloudId>,
}

impl SiteFactsRow {
    fn read(row: &Row) -> Result<Self, StoreError> {
        let columns = Columns { table: TABLE, row };
        let cloud_id = columns.get::<Option<&str>>("cloud_id")?.map(str::parse);
        Ok(Self {
            name: columns.parsed("name")?,
            url: columns.get("url")?,
            cloud_id: cloud_id.transpose().map_err(|_| columns.damaged("cloud_id"))?,
        })
    }
}

/// The table of sites.
#[derive(Clone, Copy, Debug)]
pub struct Sites<'s>(pub(crate) &'s Store);

impl Sites<'_> {
    /// Keeps what was found out, in place of what was known.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put(self, site: &SiteFactsRow) -> Result<(), StoreError> {
        let done = sqlx::query(PUT)
            .bind(site.name.as_str())
            .bind(&site.url)
            .bind(site.cloud_id.as_ref().map(CloudId::as_str))
            .execute(self.0.writer())
            .await;
        done.map(drop).map_err(|e| explain(TABLE, &e))
    }

    /// What is known.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn get(self, name: &SiteName) -> Result<Option<SiteFactsRow>, StoreError> {
        let row = sqlx::query(GET).bind(name.as_str()).fetch_optional(self.0.readers()).await;
        row.map_err(|e| explain(TABLE, &e))?.as_ref().map(SiteFactsRow::read).transpose()
    }
}
