//! Pairs in files, and the way to the provider.

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use clock::Clock;
use egress::RequestBody;
use http::{Request, header};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Consented, Settings, Without, points};
use crate::http_client::Http;

/// How long the provider may take.
const ANSWER_WITHIN: Duration = Duration::from_secs(2);

/// What is in a grant's file.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Pair {
    pub(super) refresh: String,
    pub(super) access: Option<String>,
    /// Milliseconds of the calendar.
    pub(super) good_until: i64,
    /// The provider refused the refresh token.
    pub(super) over: bool,
}

/// Files and provider.
#[derive(Debug)]
pub(super) struct Keep {
    pub(super) settings: Settings,
    pub(super) http: Http,
    pub(super) clock: Clock,
}

impl Pair {
    pub(super) fn living(&self, now: i64) -> Option<String> {
        self.access.clone().filter(|_| now < self.good_until)
    }
}

impl Keep {
    pub(super) fn now(&self) -> i64 {
        self.clock.now().as_millisecond()
    }

    pub(super) fn file(&self, grant: &str, ending: &str) -> PathBuf {
        self.settings.shared.join(format!("{grant}.{ending}"))
    }

    /// The pair in the grant's file; the one it began with when there is none.
    pub(super) fn read(&self, grant: &str) -> Option<Pair> {
        let given = self.settings.grants.get(grant)?;
        let kept =
            fs::read(self.file(grant, "pair")).ok().and_then(|text| serde_json::from_slice(&text).ok());
        Some(kept.unwrap_or_else(|| Pair { refresh: given.refresh_token.clone(), ..Pair::default() }))
    }

    /// Whole or not at all.
    pub(super) fn write(&self, grant: &str, pair: &Pair) -> std::io::Result<()> {
        let (next, process) = (self.file(grant, "pair"), std::process::id());
        let beside = self.file(grant, &format!("pair.{process}"));
        let mut file = fs::File::create(&beside)?;
        file.write_all(&serde_json::to_vec(pair)?)?;
        file.sync_data()?;
        fs::rename(beside, next)
    }

    /// Redeems a refresh token.
    pub(super) async fn redeem(&self, grant: &str, refresh: &str) -> Result<Pair, Without> {
        let Consented { client_id, client_secret, .. } =
            self.settings.grants.get(grant).ok_or(Without::ForNow)?;
        let body = json!({
            "grant_type": "refresh_token", "client_id": client_id, "client_secret": client_secret,
            "refresh_token": refresh,
        });
        let request = Request::post(&self.settings.token_url)
            .header(header::CONTENT_TYPE, "application/json")
            .body(RequestBody::full(body.to_string()))
            .map_err(|_| Without::ForNow)?;
        points::reached("before-send");
        let asked = self.now();
        let said = self.http.send(request, ANSWER_WITHIN).await.map_err(|_| Without::ForNow)?;
        points::reached("after-answer");
        let answer: Value = serde_json::from_slice(&said.body).map_err(|_| Without::ForNow)?;
        if said.status.is_client_error() {
            return Err(Without::ForGood);
        }
        let text = |name: &str| answer.get(name).and_then(Value::as_str).map(str::to_owned);
        let (Some(access), Some(refresh)) = (text("access_token"), text("refresh_token")) else {
            return Err(Without::ForNow);
        };
        let life = answer.get("expires_in").and_then(Value::as_i64).unwrap_or(1);
        // A token is not used during the last tenth of its life.
        Ok(Pair { refresh, access: Some(access), good_until: asked + life * 900, over: false })
    }
}
