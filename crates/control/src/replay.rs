//! What manifests would have refused, had they been in force: every call on record, asked once more.
//!
//! Records hold which operation a call was, and which issue or project it named, but neither bodies nor queries nor the scopes
//! of a token that was asked for with fewer. So where the answer hangs on these, it is given only if the manifest is no
//! narrower there than the one of then; otherwise the call counts as one of which nothing can be said.

mod calls;

use std::collections::HashMap;

use audit::query::{self, Found};
use audit::{Decision, Kind as Of, Record};
use catalogue::{Confinement, IssueBody, Place as Where};
use jiff::Timestamp;
use policy::difference::difference_among;
use policy::{Rulebook, Step};
use types::{ClientId, Code};

use crate::explain::Again;
use crate::manifests::Sources;
use crate::usage::LONGEST;
use crate::views::{AskForReplay, ReplayView, WhichManifests};
use crate::{Control, ControlError, Kind};
use calls::Calls;

/// The highest number of a record that JSON of every language holds.
const LAST_RECORD: u64 = (1 << 53) - 1;

/// How many pages of blocks one answer looks at.
const PAGES: usize = 16;

/// How many versions of the past are compiled for one answer; calls under others count as those of which nothing can be said.
const VERSIONS: usize = 16;

/// Facets that say what exists for a client.
const BOUNDARY: &[&str] =
    &["projects", "spaces", "issue types", "labels", "security levels", "issues by jql", "observe"];

/// Facets of which records do not say enough, and the step of the walk that asks about them.
const DEPENDS: [(&str, &[&str]); 5] = [
    ("boundary", BOUNDARY),
    ("fields", &["fields written", "fields seen", "observe"]),
    ("transitions", &["transitions", "observe"]),
    ("comments", &["comments for", "observe"]),
    ("attachments", &["attachment types", "attachment size", "observe"]),
];

/// What becomes of a call that the decision permits.
enum Beyond {
    Inside,
    /// And why.
    Outside(String),
    Unsure,
}

/// The facets on which it hangs what becomes of a call, of those records do not say enough about.
fn depends(again: &Again) -> Vec<&'static str> {
    let operation = again.call.operation();
    let shape = operation.issue_body().filter(|_| operation.effect().changes_something());
    // What the path names is on record, what stands in bodies and queries is not.
    let names_more =
        operation.names().iter().any(|naming| matches!(naming.place, Where::Body | Where::Query))
            || operation.confinement() != Confinement::Named;
    let unknown = |rule: &str| {
        let is_open = |step: &Step| {
            step.holds.is_none()
                || (rule == "boundary" && names_more && !step.at.is_empty() && step.holds == Some(true))
        };
        again.steps.iter().any(|step| step.rule == rule && is_open(step))
    };
    let of_rules =
        DEPENDS.iter().filter(|(rule, _)| unknown(rule)).flat_map(|(_, facets)| facets.iter().copied());
    of_rules.filter(|facet| may_weigh(shape, facet)).collect()
}

/// Whether a facet that is about what changes say can weigh on this body; every other one can.
fn may_weigh(shape: Option<IssueBody>, facet: &str) -> bool {
    let only_talk = matches!(shape, Some(IssueBody::Comment | IssueBody::Worklog | IssueBody::Link));
    let file = shape == Some(IssueBody::Attachment);
    match facet {
        "comments for" => shape.is_some(),
        "attachment types" | "attachment size" => file,
        "fields written" | "transitions" => shape.is_some() && !only_talk && !file,
        _ => true,
    }
}

/// Rulebooks of the past, as far as they were asked for, and what of them a client's manifest has made narrower.
struct Past<'c> {
    control: &'c Control,
    proposed: &'c Rulebook,
    /// Number and time, the latest first.
    versions: Vec<(u64, Timestamp)>,
    rulebooks: HashMap<u64, Option<Rulebook>>,
    narrower: HashMap<(u64, ClientId), Vec<&'static str>>,
}

impl Control {
    /// Lays manifests over the calls on record, a part at a time.
    ///
    /// # Errors
    /// When the manifests do not compile, it is asked for a time before all times, or the store fails.
    pub async fn replay(&self, asked: AskForReplay) -> Result<ReplayView, ControlError> {
        let fits = (1..=LONGEST).contains(&asked.seconds)
            && asked.before.is_none_or(|before| (1..=LAST_RECORD).contains(&before));
        if !fits {
            return Err(ControlError::new(
                Kind::Invalid,
                "It is laid over a second at least and a hundred years at most, up to a record that can be.",
                "Ask for some days: 604800 seconds are seven.",
            ));
        }
        let which = WhichManifests { manifests: asked.manifests, ..WhichManifests::default() };
        let proposed = self.compile_new(&self.sources(which).await?)?.rulebook;
        let since = self.ago(asked.seconds)?;
        let store = &self.parts().store;
        let rows = store.manifest_versions().list().await?;
        let versions = rows.into_iter().map(|row| (row.number, row.activated_at)).collect();
        let mut past = Past {
            control: self,
            proposed: &proposed,
            versions,
            rulebooks: HashMap::new(),
            narrower: HashMap::new(),
        };
        let mut found = Outcome::default();
        let mut before = asked.before.unwrap_or(u64::MAX);
        let mut next = None;
        for _ in 0..PAGES {
            let page = query::page_before(store, before, since).await?;
            next = page.as_ref().map(|page| page.from);
            let Some(page) = page else { break };
            before = page.from;
            for Found { record, .. } in &page.records {
                let meant = asked.client.is_none() || record.client == asked.client;
                if meant && record.kind == Of::Call && record.at >= since {
                    past.look_at(record, &mut found).await?;
                }
            }
        }
        Ok(ReplayView {
            since,
            calls: found.calls,
            refused: found.refused.into_view(),
            let_through: found.let_through.into_view(),
            unsure: found.unsure,
            elevated: found.elevated,
            unknown: found.unknown,
            next,
        })
    }
}

#[derive(Default)]
struct Outcome {
    calls: u64,
    refused: Calls,
    let_through: Calls,
    unsure: u64,
    elevated: u64,
    unknown: u64,
}

impl Past<'_> {
    async fn look_at(&mut self, record: &Record, found: &mut Outcome) -> Result<(), ControlError> {
        // Whom nobody knew is no manifest's matter, nor is what is no operation.
        let (Some(client), Some(operation)) = (&record.client, &record.operation) else { return Ok(()) };
        // The gateway's own answers hang on no operation.
        let (Some(decision), false) = (record.decision, operation.as_str().starts_with("ticketgate:")) else {
            return Ok(());
        };
        found.calls += 1;
        if record.elevation.is_some() {
            found.elevated += 1;
            return Ok(());
        }
        let refusal = record.refusal.as_ref().map(|code| code.as_str());
        let went_through = decision == Decision::Permitted && refusal.is_none();
        if !went_through && !refusal.is_some_and(is_by_decision) {
            // It was refused by what the request said or asked for at a time, and nothing of that is on record.
            return Ok(());
        }
        let Some(again) = self.control.ask_once_more(record, self.proposed) else {
            found.unknown += u64::from(went_through);
            return Ok(());
        };
        let hangs_on = depends(&again);
        match (again.decided.err(), refusal) {
            (Some(denial), None) => {
                found.refused.add(record, denial.code.entry().name, || denial.to_string())
            }
            (Some(_), Some(_)) => {}
            (None, None) => match self.beyond_the_decision(record, client, (&again.steps, hangs_on)).await? {
                Beyond::Inside => {}
                Beyond::Outside(why) => found.refused.add(record, Code::Hidden.entry().name, || why),
                Beyond::Unsure => found.unsure += 1,
            },
            // With which scopes a token came is not on record, and something else may be in its way.
            (None, Some(heard))
                if hangs_on.is_empty()
                    && heard != Code::ScopeMissing.entry().name
                    && again.steps.iter().all(|step| step.holds != Some(false)) =>
            {
                found.let_through.add(record, heard, || "nothing is in its way".to_owned());
            }
            (None, Some(_)) => found.unsure += 1,
        }
        Ok(())
    }

    /// What the decision does not say: where the call lies, what it sets.
    async fn beyond_the_decision(
        &mut self,
        record: &Record,
        client: &ClientId,
        (steps, mut facets): (&[Step], Vec<&'static str>),
    ) -> Result<Beyond, ControlError> {
        if steps.iter().any(|step| step.rule == "observe") {
            // Only the guardrails hold then, and what they say of projects and fields the steps do not tell apart.
            let free = self.proposed.manifest(client).is_none_or(|manifest| manifest.enforced().is_free());
            return Ok(if free { Beyond::Inside } else { Beyond::Unsure });
        }
        if let Some(step) = steps.iter().find(|step| step.holds == Some(false)) {
            // An issue goes by keys of old as well, and it went through: where the boundary is no narrower, so would it.
            let same = step.rule == "boundary" && !self.is_narrower(record.at, client, BOUNDARY).await?;
            return Ok(if same { Beyond::Inside } else { Beyond::Outside(format!("{}.", step.why)) });
        }
        if record.would_refuse.is_none() {
            // Whoever was observed kept to what was written, or it would be on record.
            facets.retain(|facet| *facet != "observe");
        }
        if facets.is_empty() {
            return Ok(Beyond::Inside);
        }
        Ok(if self.is_narrower(record.at, client, &facets).await? { Beyond::Unsure } else { Beyond::Inside })
    }

    /// Whether a client's manifest is, or may be, narrower in one of these facets than the one of then.
    async fn is_narrower(
        &mut self,
        at: Timestamp,
        client: &ClientId,
        facets: &[&str],
    ) -> Result<bool, ControlError> {
        let narrower = self.narrower(at, client).await?;
        Ok(facets.iter().any(|facet| narrower.is_none_or(|all| all.contains(facet))))
    }

    /// The facets in which a client's manifest is narrower than the one of then; `None`: that is not known.
    async fn narrower(
        &mut self,
        at: Timestamp,
        client: &ClientId,
    ) -> Result<Option<&[&'static str]>, ControlError> {
        let Some((number, _)) = self.versions.iter().find(|(_, since)| *since <= at).copied() else {
            return Ok(None);
        };
        let key = (number, client.clone());
        if !self.narrower.contains_key(&key) {
            let proposed = self.proposed;
            let Some(then) = self.rulebook(number).await? else { return Ok(None) };
            let differs = difference_among(then, proposed, |one| one == client);
            let facets = differs.clients.into_iter().flat_map(|one| one.facets);
            let narrower = facets.filter(|facet| facet.takes_away).map(|facet| facet.facet).collect();
            self.narrower.insert(key.clone(), narrower);
        }
        Ok(self.narrower.get(&key).map(Vec::as_slice))
    }

    async fn rulebook(&mut self, number: u64) -> Result<Option<&Rulebook>, ControlError> {
        if !self.rulebooks.contains_key(&number) {
            if self.rulebooks.len() >= VERSIONS {
                return Ok(None);
            }
            let row = self.control.parts().store.manifest_versions().get(number).await?;
            let sources = row.map(|row| Sources::from_bytes(&row.sources)).transpose()?;
            let compiled = sources.and_then(|sources| self.control.compile_kept(&sources).ok());
            self.rulebooks.insert(number, compiled.map(|compiled| compiled.rulebook));
        }
        Ok(self.rulebooks.get(&number).and_then(Option::as_ref))
    }
}

/// What the decision says no with, of operations at sites: what is refused before these are known is not on record as such.
const BY_DECISION: [Code; 7] = [
    Code::OperationNotPermitted,
    Code::ScopeMissing,
    Code::UserMissing,
    Code::UserNotPermitted,
    Code::ManifestExpired,
    Code::ManifestNotStarted,
    Code::OutsideHours,
];

fn is_by_decision(code: &str) -> bool {
    BY_DECISION.iter().any(|one| one.entry().name == code)
}
