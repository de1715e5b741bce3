//! From "Allow" to a grant: where people are sent, and what becomes of the code they come back with.

use std::sync::Arc;
use std::time::Duration;

use egress::RequestBody;
use http::{Request, StatusCode, header};
use jiff::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use store::FamilyRow;
use types::{CloudId, Deployment, GrantName, Secret, SiteName};

use crate::app::{App, Apps, Provider};
use crate::broker::Broker;
use crate::family::end::End;
use crate::family::pair::Pair;
use crate::family::protocol;
use crate::grant::{Facts, GrantError, GrantSummary};
use crate::pair_answer::{self, PairAnswer};
use crate::sources::token_request::{Asked, request};
use crate::token_answer;

/// How long one answer may take while a person waits.
const ANSWER_WITHIN: Duration = Duration::from_secs(20);

/// The longest answer that is read, in bytes.
const LONGEST: usize = 256 * 1_024;

/// The longest code that is taken, in bytes.
const LONGEST_CODE: usize = 8 * 1_024;

/// A consent, redeemed and not yet anybody's grant. Dropped, its tokens are lost, and at Atlassian so is what the same
/// account had consented to before.
pub struct Consented {
    app: Arc<App>,
    pair: Pair,
    /// Who consented: their account id, or their user name at a Data Center.
    pub account: String,
    /// What they are called.
    pub name: String,
    /// Their mail address, if they show it.
    pub email: String,
    /// What it reaches.
    pub reaches: Vec<Reached>,
}

impl Consented {
    /// The app that was consented to.
    #[must_use]
    pub const fn app(&self) -> &Arc<App> {
        &self.app
    }

    /// What the provider says was granted; nothing where it does not say.
    #[must_use]
    pub fn scopes(&self) -> &[String] {
        &self.pair.scopes
    }
}

/// A site a consent reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reached {
    /// Its cloud id; none at a Data Center.
    pub cloud_id: Option<CloudId>,
    /// Its address.
    pub url: String,
    /// What the gateway calls it, where it knows it.
    pub site: Option<SiteName>,
    /// What was granted there, both products together.
    pub scopes: Vec<String>,
}

/// Why a consent did not become a grant.
#[derive(Debug, thiserror::Error)]
pub enum ConsentError {
    /// Nothing like a code.
    #[error("what came back is no authorization code")]
    NoCode,
    /// It was used, is too old, or is another app's.
    #[error(
        "Atlassian does not accept the authorization code: it was used before, is too old, or belongs to another app"
    )]
    CodeRefused,
    /// The app's id and secret are not what the provider knows.
    #[error("Atlassian does not know this app by its id and secret ({0}); look at the settings")]
    AppRefused(&'static str),
    /// No usable answer.
    #[error("{0}")]
    Unavailable(String),
    /// The account could not be found out.
    #[error("Atlassian does not say whose consent it is: {0}; is the scope read:me among the app's?")]
    Nobody(String),
}

impl Broker {
    /// The apps of the settings.
    #[must_use]
    pub fn apps(&self) -> &Apps {
        &self.0.apps
    }

    /// Redeems the code somebody came back with, and asks whose it is and what it reaches. `verifier` is what the challenge in
    /// [`App::consent_url`] was made of.
    ///
    /// # Errors
    /// When the code is not good, or the provider cannot say.
    pub async fn redeem_code(
        &self,
        app: &Arc<App>,
        code: &Secret,
        verifier: Option<&Secret>,
    ) -> Result<Consented, ConsentError> {
        let plain = code.open();
        let fits = (1..=LONGEST_CODE).contains(&plain.len()) && plain.bytes().all(|b| b.is_ascii_graphic());
        let asked = Asked::Code(code, verifier);
        let request = Some(&asked).filter(|_| fits).and_then(|asked| request(app, asked));
        let request = request.ok_or(ConsentError::NoCode)?;
        let asked_at = self.0.means.clock.now();
        let answer = self.0.means.egress.fetch(request, ANSWER_WITHIN, token_answer::LONGEST).await;
        let (parts, body) = answer.map_err(|error| ConsentError::Unavailable(error.to_string()))?;
        let pair = match pair_answer::read(parts.status, &parts.headers, &body, (asked_at, None)) {
            PairAnswer::Pair(pair, None) => pair,
            PairAnswer::Pair(_, Some(odd)) => return Err(ConsentError::Unavailable(odd.to_owned())),
            PairAnswer::Refused => return Err(ConsentError::CodeRefused),
            PairAnswer::AppRefused(error) => return Err(ConsentError::AppRefused(error)),
            PairAnswer::Unavailable { why, .. } => return Err(ConsentError::Unavailable(why)),
        };
        self.look_at(app, pair).await
    }

    async fn look_at(&self, app: &Arc<App>, pair: Pair) -> Result<Consented, ConsentError> {
        let (who, reaches) = match &app.provider {
            Provider::Cloud { api_origin } => {
                let resources: Vec<Resource> =
                    self.ask(&pair, &format!("{api_origin}/oauth/token/accessible-resources")).await?;
                let who = self.who_at_cloud(&pair, api_origin, &resources).await?;
                (who, self.reached(resources))
            }
            Provider::DataCenter { site, .. } => {
                let sites = self.0.sites.load();
                let (base, path) = match sites.get(site).map(|site| &site.deployment) {
                    Some(Deployment::JiraDataCenter { base }) => (base, "/rest/api/2/myself"),
                    Some(Deployment::ConfluenceDataCenter { base }) => (base, "/rest/api/user/current"),
                    _ => return Err(ConsentError::Nobody(format!("no Data Center {site} is configured"))),
                };
                let who: Who = self.ask(&pair, &format!("{base}{path}")).await?;
                let reached = Reached {
                    cloud_id: None,
                    url: base.clone(),
                    site: Some(site.clone()),
                    scopes: pair.scopes.clone(),
                };
                (who, vec![reached])
            }
        };
        let account = who.account_id.or(who.name.clone()).or(who.username);
        let account = account.filter(|id| !id.is_empty() && id.len() <= 128);
        let account =
            account.ok_or_else(|| ConsentError::Nobody("its answer names no account".to_owned()))?;
        let name = who.display_name.or(who.name).unwrap_or_else(|| account.clone());
        let email = who.email.or(who.email_address).unwrap_or_default();
        let name = name.chars().filter(|c| !c.is_control()).take(100).collect();
        Ok(Consented { app: Arc::clone(app), pair, account, name, email, reaches })
    }

    /// `/me` where the consent covers it, the first site's own answer otherwise.
    async fn who_at_cloud(
        &self,
        pair: &Pair,
        api_origin: &str,
        resources: &[Resource],
    ) -> Result<Who, ConsentError> {
        let me = self.ask(pair, &format!("{api_origin}/me")).await;
        match (me, resources.first()) {
            (Err(_), Some(first)) => {
                self.ask(pair, &format!("{api_origin}/ex/jira/{}/rest/api/3/myself", first.id)).await
            }
            (me, _) => me,
        }
    }

    fn reached(&self, resources: Vec<Resource>) -> Vec<Reached> {
        let mut reaches: Vec<Reached> = Vec::new();
        for resource in resources {
            if let Some(known) = reaches.iter_mut().find(|it| it.cloud_id.as_ref() == Some(&resource.id)) {
                known.scopes.extend(resource.scopes);
                continue;
            }
            let sites = self.0.sites.load();
            let here = sites.values().find(|site| {
                matches!(&site.deployment, Deployment::Cloud { cloud_id, .. } if *cloud_id == resource.id)
            });
            reaches.push(Reached {
                site: here.map(|site| site.name.clone()),
                cloud_id: Some(resource.id),
                url: resource.url,
                scopes: resource.scopes,
            });
        }
        reaches
    }

    async fn ask<T: DeserializeOwned>(&self, pair: &Pair, url: &str) -> Result<T, ConsentError> {
        let nobody = |why: String| ConsentError::Nobody(why);
        let bearer = pair.access.as_ref().and_then(token_answer::bearer);
        let bearer = bearer.ok_or_else(|| nobody("there is no access token".to_owned()))?;
        let request = Request::get(url)
            .header(header::AUTHORIZATION, bearer)
            .header(header::ACCEPT, "application/json")
            .header(header::USER_AGENT, crate::USER_AGENT)
            .body(RequestBody::empty())
            .map_err(|_| nobody("its address is not a URL".to_owned()))?;
        let answer = self.0.means.egress.fetch(request, ANSWER_WITHIN, LONGEST).await;
        let (parts, body) = answer.map_err(|error| ConsentError::Unavailable(error.to_string()))?;
        if parts.status != StatusCode::OK {
            return Err(nobody(format!("{url} answered {}", parts.status)));
        }
        serde_json::from_slice(&body).map_err(|_| nobody(format!("{url} answered something unexpected")))
    }

    /// Takes a consent into custody as the grant `name`, for `sites`, in place of one with the same name. Whatever the same account
    /// had consented to of the same app, under another name, is over: Atlassian keeps one grant for each account and app.
    ///
    /// # Errors
    /// When it does not reach a site that was chosen, or cannot be kept. Nothing has changed here then.
    pub async fn take(
        &self,
        consented: Consented,
        name: GrantName,
        sites: Vec<SiteName>,
    ) -> Result<GrantSummary, GrantError> {
        let Consented { app, pair, account, name: account_name, reaches, .. } = consented;
        if let Some(site) =
            sites.iter().find(|site| !reaches.iter().any(|it| it.site.as_ref() == Some(*site)))
        {
            return Err(GrantError::NotReached(site.clone()));
        }
        let facts = Facts::ThreeLegged {
            app: app.name.clone(),
            client_id: app.client_id.clone(),
            data_center: !app.is_cloud(),
            account,
            account_name,
        };
        self.keep_consent(name, sites, facts, &pair).await
    }

    /// Keeps the first pair of a family under a grant's name.
    pub(crate) async fn keep_consent(
        &self,
        name: GrantName,
        sites: Vec<SiteName>,
        facts: Facts,
        pair: &Pair,
    ) -> Result<GrantSummary, GrantError> {
        let sites = self.sites_for(&facts, sites)?;
        let sealed = pair.seal(&self.0.means.keyring, &name).ok_or(GrantError::Seal)?;
        let _changing = self.changing().await;
        let (row, _) = self.row(name.clone(), sites, &facts, Vec::new())?;
        let now = row.changed_at;
        let family = first(name.clone(), sealed, pair.asked_at);
        let family = self.0.store.token_families().begin(&row, &family).await?;
        let holding = self.hold(row, Some(family));
        if let Facts::ThreeLegged { client_id, account, .. } = &facts {
            self.supersede(&name, client_id, account, now).await;
        }
        holding.summary().ok_or(GrantError::Seal)
    }

    /// Ends what the same account had consented to before under other names.
    async fn supersede(&self, but: &GrantName, of: &str, account: &str, now: Timestamp) {
        for holding in self.holdings() {
            let same = matches!(
                &holding.facts,
                Some(Facts::ThreeLegged { client_id, account: its, .. })
                    if client_id == of && its == account
            );
            if same
                && holding.row.name != *but
                && let Err(error) = self.end(&holding.row.name, End::Superseded, now).await
            {
                tracing::error!(grant = %holding.row.name, %error, "a grant that was superseded could not be ended; Atlassian will");
            }
        }
    }

    /// Ends a three-legged grant, which stays known as ended: its tokens are wiped. At a Data Center they are revoked too; Atlassian
    /// Cloud has no way to do that but its user's own page of connected apps.
    ///
    /// # Errors
    /// When there is none, it is no three-legged one, or the store fails.
    pub async fn revoke(&self, name: &GrantName) -> Result<(), GrantError> {
        let now = self.0.means.clock.now();
        self.end(name, End::Revoked, now).await
    }

    async fn end(&self, name: &GrantName, why: End, now: Timestamp) -> Result<(), GrantError> {
        let holding = self.holding(name).ok_or_else(|| GrantError::Missing(name.clone()))?;
        let (renewed, family) = holding.family().ok_or_else(|| GrantError::NotThreeLegged(name.clone()))?;
        let last = family.row().clone();
        let families = self.0.store.token_families();
        families.change(name, now, |row| protocol::revoke(row, why, now)).await?;
        if let Some(row) = families.get(name).await? {
            family.see(&row, renewed);
        }
        renewed.tell();
        if let Provider::DataCenter { revoke_url, .. } = &family.app().provider
            && let Some(pair) = Pair::open(&self.0.means.keyring, &last)
        {
            self.revoke_there(family.app(), revoke_url, &pair).await;
        }
        Ok(())
    }

    /// RFC 7009, as far as the provider listens. What was ended here is ended, whether it does or not.
    async fn revoke_there(&self, app: &App, url: &http::Uri, pair: &Pair) {
        let form = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("token", pair.refresh.open())
            .append_pair("token_type_hint", "refresh_token")
            .append_pair("client_id", &app.client_id)
            .append_pair("client_secret", app.client_secret.open())
            .finish();
        let request = Request::post(url.clone())
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::USER_AGENT, crate::USER_AGENT)
            .body(RequestBody::full(form.into_bytes()));
        let Ok(request) = request else { return };
        match self.0.means.egress.fetch(request, ANSWER_WITHIN, LONGEST).await {
            Ok((parts, _)) if parts.status.is_success() => {}
            Ok((parts, _)) => {
                tracing::warn!(app = %app.name, status = %parts.status, "a token was not revoked at the provider")
            }
            Err(error) => tracing::warn!(app = %app.name, %error, "a token was not revoked at the provider"),
        }
    }
}

impl App {
    /// Where to send somebody to consent (ATLASSIAN: authorize). `state` comes back with them. A Data Center holds whoever redeems
    /// the code to the `challenge` (RFC 7636, `S256`); Atlassian Cloud does not look at one.
    #[must_use]
    pub fn consent_url(&self, scopes: &[String], state: &str, challenge: Option<&str>) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let mut scopes = scopes.join(" ");
        if self.is_cloud() {
            query.append_pair("audience", "api.atlassian.com");
            // Asked for in the URL only; without it there is no refresh token.
            scopes.push_str(" offline_access");
        }
        query
            .append_pair("client_id", &self.client_id)
            .append_pair("scope", scopes.trim())
            .append_pair("redirect_uri", &self.redirect_uri)
            .append_pair("state", state)
            .append_pair("response_type", "code");
        if self.is_cloud() {
            query.append_pair("prompt", "consent");
        }
        if let Some(challenge) = challenge {
            query.append_pair("code_challenge", challenge).append_pair("code_challenge_method", "S256");
        }
        let joint = if self.authorize_url.contains('?') { '&' } else { '?' };
        format!("{}{joint}{}", self.authorize_url, query.finish())
    }
}

fn first(grant: GrantName, sealed: Vec<u8>, at: Timestamp) -> FamilyRow {
    FamilyRow {
        grant,
        generation: 0,
        fence: 0,
        sealed,
        began_at: at,
        obtained_at: at,
        holder: None,
        first_tried_at: None,
        unproven_since: None,
        ended: None,
        changed_at: at,
    }
}

/// An entry of `accessible-resources`. One site has one for each product, with the same id.
#[derive(Deserialize)]
struct Resource {
    id: CloudId,
    url: String,
    #[serde(default)]
    scopes: Vec<String>,
}

/// Who somebody is, in the words of the four places that say so.
#[derive(Deserialize)]
struct Who {
    #[serde(alias = "accountId")]
    account_id: Option<String>,
    name: Option<String>,
    username: Option<String>,
    #[serde(rename = "displayName")]
    display_name: Option<String>,
    email: Option<String>,
    #[serde(rename = "emailAddress")]
    email_address: Option<String>,
}
