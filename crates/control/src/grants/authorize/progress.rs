//! What became of consents that were asked for, for whoever waits.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use audit::Kind as RecordKind;
use audit::query::Filter;
use serde_json::Value;
use types::GrantName;

use super::{ASKED, DROPPED, TAKEN, Wish};
use crate::views::{ConsentProgress, ConsentState};
use crate::{Control, ControlError, Kind};

/// So many are remembered; what is older is looked up in the records.
const MOST: usize = 1_000;

/// How far back the records are looked through: longer than a consent can take.
const LOOK_BACK: Duration = Duration::from_secs(45 * 60);

/// What became of the latest consents, by their ids. Records hold the same; reading them at each question would cost more.
#[derive(Default)]
pub(crate) struct Waiting(Mutex<Known>);

#[derive(Default)]
struct Known {
    by_id: BTreeMap<String, ConsentProgress>,
    order: VecDeque<String>,
}

impl Waiting {
    pub(super) fn begin(&self, wish: &Wish) {
        self.ended(begun(&wish.id, &wish.grant));
    }

    pub(super) fn ended(&self, progress: ConsentProgress) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let id = progress.id.clone();
        if known.by_id.insert(id.clone(), progress).is_none() {
            known.order.push_back(id);
        }
        while known.order.len() > MOST {
            if let Some(oldest) = known.order.pop_front() {
                known.by_id.remove(&oldest);
            }
        }
    }

    fn get(&self, id: &str) -> Option<ConsentProgress> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).by_id.get(id).cloned()
    }
}

impl Control {
    /// What became of a consent that was asked for.
    ///
    /// # Errors
    /// When none of that name was asked for lately, or the records cannot be read.
    pub async fn consent_progress(
        &self,
        grant: &GrantName,
        id: &str,
    ) -> Result<ConsentProgress, ControlError> {
        let known = match self.0.waiting.get(id) {
            Some(known) => Some(known),
            None => self.recorded_progress(grant, id).await?,
        };
        known.filter(|progress| progress.grant == *grant).ok_or_else(|| {
            ControlError::new(
                Kind::Missing,
                format!("No consent of that id was asked for lately, for {grant}."),
                "Ask for one with `ticketgate grant authorize`.",
            )
        })
    }

    /// From the records: this process has not seen it, or has forgotten it.
    async fn recorded_progress(
        &self,
        grant: &GrantName,
        id: &str,
    ) -> Result<Option<ConsentProgress>, ControlError> {
        if id.len() != 32 || !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Ok(None);
        }
        let since = self.parts().clock.now().checked_sub(LOOK_BACK).ok();
        let filter =
            Filter { kind: Some(RecordKind::Change), since, limit: Some(10_000), ..Filter::default() };
        let found = self.search(&filter).await?;
        let mut progress = None;
        for change in found.iter().filter_map(|found| found.record.change.as_ref()) {
            let after: Value = change
                .after
                .as_ref()
                .and_then(|text| serde_json::from_str(text.as_str()).ok())
                .unwrap_or_default();
            if change.target.as_str() != grant.as_str()
                || after.get("asked").and_then(Value::as_str) != Some(id)
            {
                continue;
            }
            progress = match change.action.as_str() {
                ASKED => Some(begun(id, grant)),
                TAKEN => Some(taken(id, grant, &after)),
                DROPPED => Some(dropped(id, grant, &after)),
                _ => progress,
            };
        }
        if let Some(progress) = &progress {
            self.0.waiting.ended(progress.clone());
        }
        Ok(progress)
    }
}

/// Nobody has come back yet.
pub(super) fn begun(id: &str, grant: &GrantName) -> ConsentProgress {
    ConsentProgress {
        id: id.to_owned(),
        grant: grant.clone(),
        state: ConsentState::Waiting,
        words: "Nobody has come back yet.".to_owned(),
        account: None,
        name: None,
        sites: Vec::new(),
        reaches_too: Vec::new(),
        scopes: Vec::new(),
        scopes_missing: Vec::new(),
    }
}

fn taken(id: &str, grant: &GrantName, after: &Value) -> ConsentProgress {
    let text = |name: &str| after.get(name).and_then(Value::as_str).map(str::to_owned);
    let list =
        |name: &str| serde_json::from_value(after.get(name).cloned().unwrap_or_default()).unwrap_or_default();
    let sites = after.get("sites").cloned().unwrap_or_default();
    ConsentProgress {
        state: ConsentState::Granted,
        words: format!("{} consented.", text("name").unwrap_or_default()),
        account: text("account"),
        name: text("name"),
        sites: serde_json::from_value(sites).unwrap_or_default(),
        reaches_too: list("reaches_too"),
        scopes: list("scopes"),
        scopes_missing: list("scopes_missing"),
        ..begun(id, grant)
    }
}

fn dropped(id: &str, grant: &GrantName, after: &Value) -> ConsentProgress {
    let words = after.get("why").and_then(Value::as_str).unwrap_or_default().to_owned();
    ConsentProgress { state: ConsentState::NotGranted, words, ..begun(id, grant) }
}
