//! What a test or the demo has to know about the world to knock at its doors.

use serde::{Serialize, Serializer};
use types::Secret;

use crate::oauth::apps::App;
use crate::world::people::People;
use crate::world::{DATA_CENTER, World};

/// One of the people every world has.
#[derive(Clone, Debug)]
pub struct Resident {
    /// Atlassian account id.
    pub account_id: String,
    /// What they are called.
    pub display_name: String,
    /// Their mail address.
    pub email: String,
}

/// The people of every world who have not been deactivated, without service accounts; no stand-in has to run for that.
#[must_use]
pub fn residents() -> Vec<Resident> {
    let people = People::seed();
    let active = people.all().filter(|account| account.active && account.kind == "atlassian");
    let resident = |account: &crate::world::people::Account| Resident {
        account_id: account.id.to_string(),
        display_name: account.display_name.clone(),
        email: account.email.clone(),
    };
    active.map(resident).collect()
}

/// Everything needed to talk to a stand-in. Serialising it shows the made-up secrets: that is what it is for.
#[derive(Debug, Serialize)]
pub struct Facts {
    /// API gateway and authorization server: no trailing slash.
    pub api_origin: String,
    /// The Cloud sites; the first one is also served at the root of the origin.
    pub sites: Vec<SiteFacts>,
    /// Credentials of the service account.
    pub service_accounts: Vec<ServiceAccountFacts>,
    /// Applications that people give consent to: `people` and `second` cover every site of a person, `picky` those that
    /// are picked, and one of each Data Center.
    pub apps: Vec<AppFacts>,
    /// The people, with their tokens.
    pub users: Vec<UserFacts>,
    /// Base URL of Jira Data Center.
    pub data_center_jira: String,
    /// Base URL of Confluence Data Center.
    pub data_center_confluence: String,
}

/// A Cloud site.
#[derive(Debug, Serialize)]
pub struct SiteFacts {
    /// Its name: `demo`, `other`.
    pub name: String,
    /// The id in `/ex/jira/{cloudId}/...`.
    pub cloud_id: String,
    /// Where the site's own host is served: no trailing slash.
    pub origin: String,
}

/// An OAuth 2.0 credential of the service account.
#[derive(Debug, Serialize)]
pub struct ServiceAccountFacts {
    /// `wide` may do everything but administer, `narrow` reads Jira and Confluence of the first site.
    pub name: String,
    /// The account that acts.
    pub account_id: String,
    /// OAuth client id.
    pub client_id: String,
    /// OAuth client secret.
    #[serde(serialize_with = "shown")]
    pub client_secret: Secret,
    /// The scopes every token of this credential has.
    pub scopes: Vec<String>,
}

/// An application for OAuth 2.0 with people's consent.
#[derive(Debug, Serialize)]
pub struct AppFacts {
    /// How steering calls it.
    pub name: String,
    /// OAuth client id.
    pub client_id: String,
    /// OAuth client secret.
    #[serde(serialize_with = "shown")]
    pub client_secret: Secret,
    /// `cloud`, `jira_data_center` or `confluence_data_center`.
    pub kind: &'static str,
    /// `account`: a consent covers every site of the person; `resource`: the sites that were picked.
    pub level: &'static str,
    /// What it may ask for.
    pub scopes: Vec<String>,
    /// The one callback URL; `None` takes any on this machine and any with https.
    pub callback: Option<String>,
}

/// A person, or the service account as a user.
#[derive(Debug, Serialize)]
pub struct UserFacts {
    /// User name on Data Center; also how tests call the person.
    pub name: String,
    /// Atlassian account id.
    pub account_id: String,
    /// The user part of Basic.
    pub email: String,
    /// Deactivated people keep their tokens; the tokens no longer work.
    pub active: bool,
    /// An API token without scopes: works on the site host and at the API gateway.
    #[serde(serialize_with = "shown")]
    pub api_token: Secret,
    /// An API token with scopes: works at the API gateway only.
    #[serde(serialize_with = "shown")]
    pub scoped_api_token: Secret,
    /// What the scoped token may do.
    pub scopes: Vec<String>,
    /// A personal access token of Data Center.
    #[serde(serialize_with = "shown")]
    pub personal_access_token: Secret,
}

fn shown<S: Serializer>(secret: &Secret, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(secret.open())
}

impl Facts {
    /// A user by name.
    #[must_use]
    pub fn user(&self, name: &str) -> Option<&UserFacts> {
        self.users.iter().find(|user| user.name == name)
    }

    /// A service account credential by name.
    #[must_use]
    pub fn service_account(&self, name: &str) -> Option<&ServiceAccountFacts> {
        self.service_accounts.iter().find(|app| app.name == name)
    }

    /// An application by name.
    #[must_use]
    pub fn app(&self, name: &str) -> Option<&AppFacts> {
        self.apps.iter().find(|app| app.name == name)
    }

    /// A site by name.
    #[must_use]
    pub fn site(&self, name: &str) -> Option<&SiteFacts> {
        self.sites.iter().find(|site| site.name == name)
    }

    pub(crate) fn of(world: &World) -> Self {
        let sites = world.cloud_sites().map(|(_, site)| SiteFacts {
            name: site.name.clone(),
            cloud_id: site.cloud_id.clone(),
            origin: site.base.clone(),
        });
        let service_accounts = world.credentials.service_apps.iter().map(|app| ServiceAccountFacts {
            name: app.name.to_owned(),
            account_id: app.account.to_string(),
            client_id: app.client_id.clone(),
            client_secret: app.client_secret.clone(),
            scopes: app.scopes.iter().cloned().collect(),
        });
        Self {
            api_origin: world.origin.clone(),
            sites: sites.collect(),
            service_accounts: service_accounts.collect(),
            apps: world.oauth.apps.iter().map(app).collect(),
            users: world.people.all().filter_map(|account| user(world, account)).collect(),
            data_center_jira: world.site(DATA_CENTER).base.clone(),
            data_center_confluence: format!("{}/dc/confluence", world.origin),
        }
    }
}

/// What is shown of an application.
pub(crate) fn app(app: &App) -> AppFacts {
    AppFacts {
        name: app.name.clone(),
        client_id: app.client_id.to_string(),
        client_secret: Secret::new(app.client_secret.clone()),
        kind: app.kind.as_str(),
        level: app.level.as_str(),
        scopes: app.scopes.iter().cloned().collect(),
        callback: app.callback.clone(),
    }
}

fn user(world: &World, account: &crate::world::people::Account) -> Option<UserFacts> {
    let held = &world.credentials;
    let mut api_tokens = held.api_tokens.iter().filter(|token| token.account == account.id);
    let unscoped = api_tokens.next()?;
    let scoped = api_tokens.next()?;
    let personal = held.personal_access_tokens.iter().find(|token| token.account == account.id)?;
    Some(UserFacts {
        name: account.username.clone(),
        account_id: account.id.to_string(),
        email: account.email.clone(),
        active: account.active,
        api_token: unscoped.text.clone(),
        scoped_api_token: scoped.text.clone(),
        scopes: scoped.scopes.iter().flat_map(|scopes| scopes.iter().cloned()).collect(),
        personal_access_token: personal.text.clone(),
    })
}
