//! Why a call that is on record went as it did, by the manifests that were in force then.

use audit::query;
use audit::{Kind as Of, Record};
use catalogue::{Call, CanonicalPath};
use policy::{Denial, Permit, Question, Rulebook, Step};
use types::{GrantName, IssueKey, RequestId, Verb};

use crate::audit_log::Filter;
use crate::manifests::Sources;
use crate::views::ExplainView;
use crate::{Control, ControlError, Kind};

/// A call on record, asked once more.
pub(crate) struct Again {
    /// The rules on the way.
    pub(crate) steps: Vec<Step>,
    pub(crate) decided: Result<Permit, Denial>,
    pub(crate) call: Call,
}

impl Control {
    /// The walk of a past call through the rules that were in force when it arrived.
    ///
    /// # Errors
    /// When there is no such record, it does not say enough to ask again, or the manifests of then are not kept.
    pub async fn explain(&self, id: RequestId) -> Result<ExplainView, ControlError> {
        let filter = Filter { id: Some(id), kind: Some(Of::Call), limit: Some(1), ..Filter::default() };
        let found = query::search(&self.parts().store, &filter).await?.pop();
        let record = found.ok_or_else(|| missing("There is no record of such a call."))?.record;
        let (version, rulebook) = self.rulebook_of(&record).await?;
        let mut view = ExplainView {
            request: id,
            at: record.at,
            client: record.client.clone(),
            operation: record.operation.as_ref().map(ToString::to_string),
            status: record.status,
            refusal: record.refusal.as_ref().map(ToString::to_string),
            would_refuse: record.would_refuse.as_ref().map(|would| would.code.to_string()),
            rule: record.rule.as_ref().map(ToString::to_string),
            version,
            version_in_force: self.live().number,
            steps: Vec::new(),
            allowed: None,
            words: None,
        };
        if let Some((steps, denial)) = self.ask_again(&record, &rulebook) {
            view.allowed = Some(denial.is_none());
            view.words = denial.as_ref().map(ToString::to_string);
            view.steps = steps.into_iter().map(Into::into).collect();
        }
        Ok(view)
    }

    /// The manifests in force when a record's request arrived, and their number.
    async fn rulebook_of(&self, record: &Record) -> Result<(u64, Rulebook), ControlError> {
        let versions = self.parts().store.manifest_versions();
        let then = versions.list().await?.into_iter().find(|row| row.activated_at <= record.at);
        let row = match then {
            Some(row) => versions.get(row.number).await?,
            None => None,
        };
        let row = row.ok_or_else(|| missing("The manifests that were in force then are not kept."))?;
        let sources = Sources::from_bytes(&row.sources)?;
        // Grants may have come and gone since.
        let compiled = self.compile_kept(&sources).map_err(|_| {
            ControlError::new(
                Kind::NotCompiled,
                format!("Version {} of the manifests does not compile any more.", row.number),
                "A site or an operation it names is gone; look at `ticketgate manifest show`.",
            )
        })?;
        let rulebook = match &record.client {
            Some(client) => {
                let whose = (client, record.at);
                self.with_elevations_of_then(&sources, compiled.rulebook, whose).await?
            }
            None => compiled.rulebook,
        };
        Ok((row.number, rulebook))
    }

    /// Asks what the record says was asked, as far as that is known: the scopes of the token are not. `None` where it is not. What
    /// an observed client would have been refused counts as refused.
    fn ask_again(&self, record: &Record, rulebook: &Rulebook) -> Option<(Vec<Step>, Option<Denial>)> {
        let Again { steps, decided, .. } = self.ask_once_more(record, rulebook)?;
        let denial = match decided {
            Ok(permit) => permit.observed().cloned(),
            Err(denial) => Some(denial),
        };
        Some((steps, denial))
    }

    /// What would become of a call on record by a rulebook. `None` where the record does not say enough.
    pub(crate) fn ask_once_more(&self, record: &Record, rulebook: &Rulebook) -> Option<Again> {
        let client = record.client.as_ref()?;
        let site = self.parts().sites.load().get(record.site.as_ref()?).cloned()?;
        let call = self.call_of(record, &site)?;
        let user = record.user.as_ref().and_then(|_| GrantName::USER.parse().ok());
        let question = Question {
            client,
            token_scopes: None,
            user: user.as_ref(),
            account: record.user.as_ref().map(|user| user.as_str()),
            site: &site,
            call: &call,
            now: record.at,
        };
        let steps = rulebook.walk(&question, project_of(record).as_deref());
        Some(Again { steps, decided: rulebook.decide(question), call })
    }

    fn call_of(&self, record: &Record, site: &types::Site) -> Option<Call> {
        let method = record.method.as_ref()?.as_str();
        let verb: Verb = if method == "HEAD" { "GET" } else { method }.parse().ok()?;
        let path = CanonicalPath::canonicalise(record.path.as_ref()?.as_str()).ok()?;
        let face = site.face(path.as_str().starts_with("/wiki/"))?;
        self.parts().catalogue.recognise(face, verb, &path)
    }
}

/// The project a record names, if it names one by its key.
fn project_of(record: &Record) -> Option<String> {
    let issue = record.issue.as_ref().and_then(|issue| issue.as_str().to_ascii_uppercase().parse().ok());
    let project = issue.map(|issue: IssueKey| issue.project().to_owned());
    let by_key = |key: &&str| !key.bytes().all(|byte| byte.is_ascii_digit());
    project.or_else(|| {
        record.project.as_ref().map(|key| key.as_str()).filter(by_key).map(str::to_ascii_uppercase)
    })
}

fn missing(what: &str) -> ControlError {
    ControlError::new(
        Kind::Missing,
        what,
        "Records are found by the header Ticketgate-Request-Id, a moment after the call; the last 200 versions of manifests are kept.",
    )
}
