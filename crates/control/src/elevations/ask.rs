//! Asking for more, and saying yes to it.

use serde_json::json;
use store::ElevationRow;
use types::{ClientId, OperatorName};

use super::sum::Sum;
use super::{
    Asker, KEPT, KEPT_FOR_OPERATORS, LASTS, LIVING, LONGEST, MOST, WAITING_OF_CALLER, WAITING_OF_OPERATOR,
    WAITS, asked_by, author, holds, is_forgotten, view,
};
use crate::manifests::{approvals_to_text, stored_approvals};
use crate::views::{ApprovalView, ApprovePlan, AskForElevation, ElevationView, PlanDigest};
use crate::{Control, ControlError, ITSELF, Kind};

impl Control {
    /// Asks for more for a client, for a time. Where the settings want no approval of what an operator changes, it holds from now on;
    /// what a client or a user asks for always waits for a yes.
    ///
    /// # Errors
    /// When it makes no sense, adds nothing or takes something away, or too much is asked for already.
    pub async fn elevate(
        &self,
        asker: Asker<'_>,
        asked: AskForElevation,
    ) -> Result<ElevationView, ControlError> {
        let (client, account) = whose(asker, &asked)?;
        check(&asked)?;
        let sum = {
            // What costs something comes before anybody else has to wait for it.
            let _place = match asker {
                Asker::Operator(_) => None,
                Asker::Caller { client, account } => Some(self.0.elevating.begin(client, account)?),
            };
            self.sum(&self.live_sources(), (&client, account.as_deref()), &asked.adds)?
        };
        let _turn = self.0.turn.lock().await;
        let now = self.now();
        let table = self.parts().store.elevations();
        let rows = table.living().await?;
        let asked_by_text = serde_json::to_string(&asker.view()).map_err(|_| super::damaged())?;
        let waiting: Vec<_> =
            rows.iter().filter(|row| row.begun_at.is_none() && !is_forgotten(row, now)).collect();
        let same = waiting.iter().find(|row| {
            let what = (&row.client, row.account.as_deref(), row.adds.as_str(), row.seconds);
            what == (&client, account.as_deref(), asked.adds.as_str(), asked.seconds)
                && (row.reason.as_str(), &row.asked_by) == (asked.reason.trim(), &asked_by_text)
                && sum.is_that_of(row)
        });
        if let Some(same) = same {
            return view(same, now);
        }
        let holding = rows.iter().filter(|row| holds(row, now)).count();
        let own = waiting.iter().filter(|row| row.client == client && row.asked_by == asked_by_text).count();
        room(asker, own, waiting.len().saturating_add(holding))?;
        let difference = sum.changes()?;
        let row = ElevationRow {
            plan: digest(&sum, (&client, account.as_deref()), &asked, (&asked_by_text, now))?,
            client,
            account,
            adds: asked.adds,
            reason: asked.reason.trim().to_owned(),
            seconds: asked.seconds,
            asked_by: asked_by_text,
            asked_at: now,
            waits_until: now.checked_add(WAITS).unwrap_or(now),
            base: *sum.base.as_bytes(),
            difference,
            approvals: "[]".to_owned(),
            begun_at: None,
            until: None,
            ended_at: None,
            ended_why: None,
        };
        let itself = itself()?;
        let who = if let Asker::Operator(operator) = asker { operator } else { &itself };
        let after = json!({
            "client": row.client, "account": row.account, "asked_by": asker.view(), "reason": row.reason,
            "seconds": row.seconds, "adds": row.adds,
        });
        let target = PlanDigest::from_bytes(row.plan).to_string();
        self.record(who, ("elevation ask", &target), json!(null), after).await?;
        table.insert(&row).await?;
        table.forget(now, now.checked_sub(KEPT).unwrap_or(now), MOST).await?;
        let free =
            matches!(asker, Asker::Operator(_)) && !self.parts().approval.is_needed(&sum.difference, true);
        if free {
            return self.let_hold(who, row, Vec::new()).await;
        }
        tracing::info!(
            event = "elevation-asked", client = %row.client, reason = row.reason, plan = target,
            "more was asked for; it waits for a yes: ticketgate approve"
        );
        view(&row, now)
    }

    /// Says yes to an elevation, as the operator or with the proof that is handed in. It holds from now on.
    ///
    /// # Errors
    /// When there is no such elevation that waits, it comes to something else by now, or whoever approves is not entitled to:
    /// whoever asked above all.
    pub async fn approve_elevation(
        &self,
        operator: &OperatorName,
        plan: &PlanDigest,
        asked: ApprovePlan,
    ) -> Result<ElevationView, ControlError> {
        let _turn = self.0.turn.lock().await;
        let row = self.elevation_row(plan).await?;
        if row.begun_at.is_some() {
            return Err(ControlError::new(
                Kind::Conflict,
                "It has been approved before.",
                "Have it asked for again.",
            ));
        }
        self.is_what_it_was(&row)?;
        let asked_by = asked_by(&row)?;
        let author = author(&row, &asked_by);
        let approval = self.approval_of(operator, (plan, author), asked).await?;
        self.counts(plan, author, &approval).await?;
        let mut all = stored_approvals(&row.approvals)?;
        all.push(approval);
        self.let_hold(operator, row, all).await
    }

    /// Refuses where the manifest has changed since, or the elevation comes to something else for another reason.
    fn is_what_it_was(&self, row: &ElevationRow) -> Result<(), ControlError> {
        if self.comes_to_the_same(&self.live_sources(), row) {
            return Ok(());
        }
        Err(ControlError::new(
            Kind::Conflict,
            "The manifest it is added to has changed since it was asked for, so it comes to something else now.",
            "Have it asked for again, and look at what it comes to.",
        ))
    }

    /// Lets it hold from now on. The caller has the turn.
    async fn let_hold(
        &self,
        operator: &OperatorName,
        row: ElevationRow,
        approvals: Vec<ApprovalView>,
    ) -> Result<ElevationView, ControlError> {
        let now = self.now();
        let lasts = i64::try_from(row.seconds).unwrap_or(0);
        let until = now.checked_add(jiff::SignedDuration::from_secs(lasts)).unwrap_or(now);
        let table = self.parts().store.elevations();
        let before = self.replaced_by(&row, now).await?;
        let plan = PlanDigest::from_bytes(row.plan);
        let after = json!({
            "client": row.client, "account": row.account, "reason": row.reason, "until": until,
            "asked_by": asked_by(&row)?, "approvals": approvals,
        });
        self.record(operator, ("elevation begin", &plan.to_string()), json!(null), after).await?;
        for replaced in &before {
            self.end_row(operator, replaced, &format!("another took its place: {plan}")).await?;
        }
        table.begin(&row.plan, &approvals_to_text(&approvals)?, (now, until)).await?;
        self.renew_elevations(operator).await?;
        tracing::info!(
            event = "elevation-begun", client = %row.client, until = %until, reason = row.reason, plan = %plan,
            "a client has more, for a time"
        );
        self.elevation(&plan).await
    }

    /// Those that hold for the same calls, whose place it takes.
    async fn replaced_by(
        &self,
        row: &ElevationRow,
        now: jiff::Timestamp,
    ) -> Result<Vec<ElevationRow>, ControlError> {
        let rows = self.parts().store.elevations().living().await?;
        let theirs: Vec<_> =
            rows.into_iter().filter(|one| one.client == row.client && holds(one, now)).collect();
        if row.account.is_some()
            && let Some(wider) = theirs.iter().find(|one| one.account.is_none())
        {
            return Err(ControlError::new(
                Kind::Conflict,
                format!(
                    "An elevation of all calls of {} holds: {}. Two are never added up.",
                    row.client,
                    PlanDigest::from_bytes(wider.plan)
                ),
                "Wait for its end, or end it: `ticketgate elevations DIGEST --end`.",
            ));
        }
        Ok(theirs.into_iter().filter(|one| row.account.is_none() || one.account == row.account).collect())
    }
}

/// Whose manifest it is for, and whose calls.
fn whose(asker: Asker<'_>, asked: &AskForElevation) -> Result<(ClientId, Option<String>), ControlError> {
    match asker {
        Asker::Operator(_) => {
            let client =
                asked.client.clone().ok_or_else(|| invalid("It is not said which client is meant."))?;
            Ok((client, asked.account.clone()))
        }
        Asker::Caller { client, account } => {
            let others = asked.client.as_ref().is_some_and(|named| named != client);
            let of_another =
                account.is_some() && asked.account.is_some() && asked.account.as_deref() != account;
            if others || of_another {
                return Err(invalid("A client asks for itself, and a user's token for that user."));
            }
            Ok((client.clone(), account.map(str::to_owned).or_else(|| asked.account.clone())))
        }
    }
}

fn check(asked: &AskForElevation) -> Result<(), ControlError> {
    if !LASTS.contains(&asked.seconds) {
        return Err(invalid("An elevation lasts for a second at least and for a day at most."));
    }
    let reason = asked.reason.trim();
    if reason.is_empty() || reason.chars().count() > 500 || asked.reason.contains(char::is_control) {
        return Err(invalid("The reason has to be one line of at most 500 characters."));
    }
    if asked.adds.trim().is_empty() || asked.adds.len() > LONGEST {
        return Err(invalid("What it adds is a text of at most 16 KiB in the language of manifests."));
    }
    let odd = |account: &String| {
        account.is_empty() || account.len() > 128 || !account.bytes().all(|b| b.is_ascii_graphic())
    };
    if asked.account.as_ref().is_some_and(odd) {
        return Err(invalid("The account is no Atlassian account id."));
    }
    Ok(())
}

/// Whether there is room for another one; `own` are those of whoever asks that wait, `all` everybody's that wait or hold.
fn room(asker: Asker<'_>, own: usize, all: usize) -> Result<(), ControlError> {
    // Whoever looks after an incident is not kept from it by what programs ask for.
    let (most_own, most) = match asker {
        Asker::Operator(_) => (WAITING_OF_OPERATOR, LIVING),
        Asker::Caller { .. } => (WAITING_OF_CALLER, LIVING - KEPT_FOR_OPERATORS),
    };
    if own < most_own && all < most {
        return Ok(());
    }
    Err(ControlError::new(
        Kind::Conflict,
        "Too many elevations wait or hold.",
        "Have those decided that wait, or withdraw them: `ticketgate elevations`.",
    ))
}

/// The time and who asks are in it: the yes to one is no yes to another that says the same.
fn digest(
    sum: &Sum,
    (client, account): (&ClientId, Option<&str>),
    asked: &AskForElevation,
    (asked_by, at): (&str, jiff::Timestamp),
) -> Result<[u8; 32], ControlError> {
    let said = serde_json::to_vec(&sum.difference).map_err(|_| super::damaged())?;
    Ok(seal::digest_of::of(
        "ticketgate elevation 1",
        &[
            sum.base.as_bytes(),
            client.as_str().as_bytes(),
            account.unwrap_or_default().as_bytes(),
            asked.adds.as_bytes(),
            &asked.seconds.to_be_bytes(),
            asked.reason.trim().as_bytes(),
            asked_by.as_bytes(),
            &at.as_millisecond().to_be_bytes(),
            said.as_slice(),
        ],
    ))
}

fn invalid(what: &str) -> ControlError {
    ControlError::new(Kind::Invalid, what, "See docs/changes.md#more-for-an-hour.")
}

/// Who records what no operator did.
pub(super) fn itself() -> Result<OperatorName, ControlError> {
    ITSELF.parse().map_err(|_| super::damaged())
}
