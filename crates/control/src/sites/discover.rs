//! A Cloud site's id, asked of the site itself.
//!
//! Every Cloud site answers `GET /_edge/tenant_info` without a credential: `{"cloudId": "..."}`. It is not documented
//! by Atlassian, which is why settings may name the id and why a remembered one is good enough.

use std::time::Duration;

use egress::{Egress, RequestBody};
use http::{Request, header};
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use types::CloudId;

/// The longest wait.
const PATIENCE: Duration = Duration::from_secs(15);

/// The largest answer, in bytes. The real one has about sixty.
const LARGEST: usize = 16 * 1024;

/// What the site said, and when it thinks it is.
#[derive(Clone, Debug)]
pub struct Discovered {
    /// The site's id.
    pub cloud_id: CloudId,
    /// Its `Date` header, unread.
    pub date: Option<String>,
}

/// Asks the site at `origin` (no slash at the end).
///
/// # Errors
/// Half a sentence: what came instead of an id.
pub async fn cloud_id(egress: &Egress, origin: &str) -> Result<Discovered, String> {
    #[derive(serde::Deserialize)]
    struct TenantInfo {
        #[serde(rename = "cloudId")]
        cloud_id: CloudId,
    }
    let request = Request::get(format!("{origin}/_edge/tenant_info"))
        .header(header::ACCEPT, "application/json")
        .body(RequestBody::empty())
        .map_err(|error| error.to_string())?;
    let (head, body) = egress.fetch(request, PATIENCE, LARGEST).await.map_err(|error| error.to_string())?;
    if !head.status.is_success() {
        return Err(format!("it answered {} where a Cloud site names its id", head.status));
    }
    let info: TenantInfo =
        serde_json::from_slice(&body).map_err(|_| "its answer does not name a cloud id".to_owned())?;
    let date = head.headers.get(header::DATE).and_then(|date| date.to_str().ok()).map(str::to_owned);
    Ok(Discovered { cloud_id: info.cloud_id, date })
}

/// Seconds by which a `Date` header (RFC 9110 §5.6.7) is ahead of `now`.
#[must_use]
pub fn ahead(date: &str, now: Timestamp) -> Option<i64> {
    let theirs = DateTimeParser::new().relaxed_weekday(true).parse_timestamp(date).ok()?;
    Some(theirs.as_second() - now.as_second())
}

#[cfg(test)]
mod tests;
