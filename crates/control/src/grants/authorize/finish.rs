//! From what somebody came back with to a grant, or to nothing.

use broker::{Consented, Facts};
use serde_json::json;
use types::Secret;

use super::{DROPPED, TAKEN, THREE_LEGGED, Wish, shown, taken_by_another};
use crate::views::{ConsentProgress, ConsentState};
use crate::{Control, ControlError};

/// The longest word of a provider's that is kept, in characters.
const LONGEST: usize = 200;

/// A consent that became a grant.
#[derive(Clone, Debug)]
pub struct Taken {
    /// What became of it.
    pub progress: ConsentProgress,
}

/// A consent that became none, in words for whoever gave it. Recorded already.
#[derive(Clone, Debug)]
pub struct NotTaken {
    /// Why.
    pub words: String,
    /// Addresses of what the consent reaches, when that is why.
    pub reaches: Vec<String>,
}

impl NotTaken {
    fn because(words: impl Into<String>) -> Self {
        Self { words: words.into(), reaches: Vec::new() }
    }
}

impl From<ControlError> for NotTaken {
    fn from(error: ControlError) -> Self {
        Self::because(format!("{} {}", error.what(), error.advice()))
    }
}

impl Control {
    /// Redeems the code somebody came back with, and takes what it is good for as the grant that was wished for. Recorded durably
    /// before it takes effect; so is why it became nothing.
    ///
    /// # Errors
    /// When it became nothing.
    pub async fn take_consent(
        &self,
        wish: &Wish,
        code: &Secret,
        verifier: Option<&Secret>,
    ) -> Result<Taken, NotTaken> {
        match self.redeem(wish, code, verifier).await {
            Ok(taken) => Ok(taken),
            Err(not) => {
                self.note_dropped(wish, &not).await;
                Err(not)
            }
        }
    }

    /// Records that somebody came back without a consent, and with what word of the provider's.
    pub async fn drop_consent(&self, wish: &Wish, said: &str) {
        let words = format!("The provider said: {}.", said.chars().take(LONGEST).collect::<String>());
        self.note_dropped(wish, &NotTaken::because(words)).await;
    }

    async fn note_dropped(&self, wish: &Wish, not: &NotTaken) {
        let after = json!({
            "asked": wish.id, "app": wish.app, "sites": wish.sites, "why": not.words, "reaches": not.reaches,
        });
        let target = (DROPPED, wish.grant.as_str());
        if let Err(error) = self.record(&wish.operator, target, serde_json::Value::Null, after).await {
            tracing::error!(grant = %wish.grant, %error, "a consent that became nothing could not be recorded");
        }
        self.0.waiting.ended(ConsentProgress {
            state: ConsentState::NotGranted,
            words: not.words.clone(),
            reaches_too: not.reaches.clone(),
            ..super::progress::begun(&wish.id, &wish.grant)
        });
    }

    async fn redeem(&self, wish: &Wish, code: &Secret, verifier: Option<&Secret>) -> Result<Taken, NotTaken> {
        let parts = self.parts();
        if !parts.operators.is_living(&wish.operator, parts.clock.now()) {
            return Err(NotTaken::because(format!(
                "{}, who asked for this, is no operator of the gateway any more.",
                wish.operator
            )));
        }
        let app = self.app(&wish.app)?;
        let redeemed = parts.broker.redeem_code(&app, code, verifier).await;
        let consented = redeemed.map_err(|error| NotTaken::because(sentence(&error.to_string())))?;
        let _turn = self.0.turn.lock().await;
        let before = self.grants().into_iter().find(|grant| grant.name == wish.grant);
        let progress = described(wish, &consented);
        let others: Vec<_> =
            wish.sites.iter().filter(|site| !reaches(&consented, site)).map(|site| site.as_str()).collect();
        if !others.is_empty() {
            let words = format!(
                "{} consented, but not for {}. Nothing was taken: a grant is for the sites that were chosen, or for none.",
                consented.name,
                others.join(", ")
            );
            return Err(NotTaken { words, reaches: urls(&consented, |_| true) });
        }
        if let Some(before) = before.as_ref().filter(|_| !wish.replace) {
            let same = before.kind == THREE_LEGGED && is_of(&before.facts, &consented);
            if !same {
                return Err(taken_by_another(before).into());
            }
        }
        let after = json!({
            "asked": wish.id, "account": consented.account, "name": consented.name, "app": wish.app,
            "sites": wish.sites, "scopes": progress.scopes, "scopes_missing": progress.scopes_missing,
            "reaches_too": progress.reaches_too,
        });
        self.record(&wish.operator, (TAKEN, wish.grant.as_str()), shown(before.as_ref()), after).await?;
        parts
            .broker
            .take(consented, wish.grant.clone(), wish.sites.clone())
            .await
            .map_err(|error| NotTaken::from(ControlError::from(error)))?;
        self.0.waiting.ended(progress.clone());
        Ok(Taken { progress })
    }
}

/// What is told of a consent that becomes the grant.
fn described(wish: &Wish, consented: &Consented) -> ConsentProgress {
    let scopes = consented.scopes().to_vec();
    let lacks = |scope: &&String| !scopes.is_empty() && !scopes.contains(scope) && *scope != "offline_access";
    let scopes_missing: Vec<_> = wish.scopes.iter().filter(lacks).cloned().collect();
    let reaches_too = urls(consented, |site| !site.is_some_and(|site| wish.sites.contains(site)));
    let sites: Vec<_> = wish.sites.iter().map(|site| site.as_str()).collect();
    let mut words = format!(
        "{} ({}) consented to {}: the grant {} is good for {}.",
        consented.name,
        consented.account,
        wish.app,
        wish.grant,
        sites.join(", ")
    );
    if !reaches_too.is_empty() {
        words.push_str(&format!(
            " The consent reaches more than that (it is account-level, or covers what was picked before): {}. The gateway does not use it there.",
            reaches_too.join(", ")
        ));
    }
    if !scopes_missing.is_empty() {
        words.push_str(&format!(" Asked for and not granted: {}.", scopes_missing.join(", ")));
    }
    ConsentProgress {
        state: ConsentState::Granted,
        words,
        account: Some(consented.account.clone()),
        name: Some(consented.name.clone()),
        sites: wish.sites.clone(),
        reaches_too,
        scopes,
        scopes_missing,
        ..super::progress::begun(&wish.id, &wish.grant)
    }
}

fn reaches(consented: &Consented, site: &types::SiteName) -> bool {
    consented.reaches.iter().any(|reached| reached.site.as_ref() == Some(site))
}

fn urls(consented: &Consented, which: impl Fn(Option<&types::SiteName>) -> bool) -> Vec<String> {
    let reached = consented.reaches.iter().filter(|reached| which(reached.site.as_ref()));
    reached.map(|reached| reached.url.clone()).collect()
}

/// Whether a grant is of the account that consented.
fn is_of(facts: &serde_json::Value, consented: &Consented) -> bool {
    let facts: Option<Facts> = serde_json::from_value(facts.clone()).ok();
    matches!(
        facts,
        Some(Facts::ThreeLegged { account, data_center, .. })
            if account == consented.account && data_center != consented.app().is_cloud()
    )
}

/// An error's words, as a sentence.
fn sentence(words: &str) -> String {
    let mut chars = words.chars();
    let first: String = chars.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
    let rest = chars.as_str();
    let end = if rest.ends_with(['.', '?', '!']) { "" } else { "." };
    format!("{first}{rest}{end}")
}
