//! A grant somebody consents to: from an operator's wish to the address a browser is sent to.
//!
//! ```text
//! ask_for_consent -> ticket -> (browser, Atlassian) -> take_consent | drop_consent
//! ```
//!
//! All that was chosen travels along, sealed ([`oauth::Passes`]); nothing of it is kept here meanwhile but, for whoever waits,
//! what became of it.

mod finish;
mod progress;

use std::sync::Arc;
use std::time::Duration;

use broker::App;
use clock::random;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use types::{AppName, Deployment, GrantName, OperatorName, SiteName};

pub use finish::{NotTaken, Taken};
pub(crate) use progress::Waiting;

use crate::views::{AskForConsent, ConsentAsked, GrantView};
use crate::{Control, ControlError, Kind};

/// How long a ticket is good.
pub const TICKET_LIFE: Duration = Duration::from_secs(600);

/// What tickets are sealed for.
pub const TICKET: &str = "ticket to consent";

/// The most scopes that are asked for: each makes the address longer people are sent to.
const MOST_SCOPES: usize = 60;

/// What an operator chose before anybody consented. Travels sealed, in a ticket and then in the `state`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wish {
    /// What to ask by what became of it.
    pub id: String,
    /// Whose grant it will be: the operator who asked.
    pub operator: OperatorName,
    /// The grant.
    pub grant: GrantName,
    /// The app.
    pub app: AppName,
    /// The sites the grant is for.
    pub sites: Vec<SiteName>,
    /// What is asked for.
    pub scopes: Vec<String>,
    /// Whether another account's grant of the name may be replaced.
    pub replace: bool,
}

impl Control {
    /// Asks for a consent that becomes the grant `name`. The record says who asks for what.
    ///
    /// # Errors
    /// When it cannot become a grant, or cannot be recorded.
    pub async fn ask_for_consent(
        &self,
        operator: &OperatorName,
        name: GrantName,
        asked: AskForConsent,
    ) -> Result<ConsentAsked, ControlError> {
        let app = self.app(&asked.app)?;
        let wish = self.wish(operator, name, asked, &app)?;
        let origin = origin(&app.redirect_uri).ok_or_else(|| {
            ControlError::new(
                Kind::Invalid,
                format!("The redirect URI of the app {} is no address.", app.name),
                "Correct `redirect_uri` in the settings.",
            )
        })?;
        let _turn = self.0.turn.lock().await;
        let before = self.grants().into_iter().find(|grant| grant.name == wish.grant);
        if let Some(before) = before.as_ref().filter(|_| !wish.replace)
            && before.kind != THREE_LEGGED
        {
            return Err(taken_by_another(before));
        }
        let after = json!({
            "asked": wish.id, "app": wish.app, "sites": wish.sites, "scopes": wish.scopes, "replace": wish.replace,
        });
        self.record(operator, (ASKED, wish.grant.as_str()), shown(before.as_ref()), after).await?;
        let (ticket, expires_at) =
            self.parts().passes.issue(TICKET, TICKET_LIFE, &wish).map_err(|error| {
                ControlError::new(
                    Kind::Failed,
                    format!("No ticket can be made: {error}."),
                    "Look at the gateway's log.",
                )
            })?;
        self.0.waiting.begin(&wish);
        let Wish { id, grant, app, sites, scopes, .. } = wish;
        let url = format!("{origin}/auth/connect/{ticket}");
        Ok(ConsentAsked { id, grant, app, sites, scopes, url, expires_at })
    }

    /// An app of the settings.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn app(&self, name: &AppName) -> Result<Arc<App>, ControlError> {
        self.parts().broker.apps().get(name).cloned().ok_or_else(|| {
            ControlError::new(
                Kind::Missing,
                format!("There is no app {name} in the settings."),
                "Add a section [apps.NAME], with the id and the secret its page at Atlassian shows.",
            )
        })
    }

    fn wish(
        &self,
        operator: &OperatorName,
        grant: GrantName,
        asked: AskForConsent,
        app: &App,
    ) -> Result<Wish, ControlError> {
        let invalid = |what: String| Err(ControlError::new(Kind::Invalid, what, "Correct it and ask again."));
        if grant.is_reserved() {
            return Err(name_of_people(&grant));
        }
        let AskForConsent { mut sites, mut scopes, replace, .. } = asked;
        sites.sort();
        sites.dedup();
        if sites.is_empty() {
            return invalid("A grant needs at least one site it may be used for.".to_owned());
        }
        for site in &sites {
            self.suits(app, site)?;
        }
        if scopes.is_empty() {
            scopes.clone_from(&app.scopes);
        }
        let plain =
            |scope: &String| (1..=200).contains(&scope.len()) && scope.bytes().all(|b| b.is_ascii_graphic());
        if scopes.len() > MOST_SCOPES || !scopes.iter().all(plain) {
            return invalid(format!(
                "Scopes must be {MOST_SCOPES} at most, one name each, of visible ASCII characters without blanks."
            ));
        }
        let id = random::bytes::<16>().map_err(|error| {
            ControlError::new(Kind::Failed, format!("{error}."), "Look at the gateway's log.")
        })?;
        let id = id.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
        let (operator, app) = (operator.clone(), app.name.clone());
        Ok(Wish { id, operator, grant, app, sites, scopes, replace })
    }

    /// Whether a consent to the app can be for this site.
    fn suits(&self, app: &App, name: &SiteName) -> Result<(), ControlError> {
        let sites = self.parts().sites.load();
        let site = sites.get(name).ok_or_else(|| {
            ControlError::new(
                Kind::Missing,
                format!("No site {name} is configured."),
                "Add a section [sites.NAME] to the settings, or name one of `ticketgate site list`.",
            )
        })?;
        let fits = match &app.provider {
            broker::Provider::Cloud { .. } => matches!(site.deployment, Deployment::Cloud { .. }),
            broker::Provider::DataCenter { site: its, .. } => its == name,
        };
        if fits {
            return Ok(());
        }
        let what = format!("What people consent to of the app {} is not for {name}.", app.name);
        Err(ControlError::new(
            Kind::Conflict,
            what,
            "Name a site of the app's own kind: `ticketgate site list`.",
        ))
    }
}

/// The kind of grants people consented to.
const THREE_LEGGED: &str = "three-legged";

/// What records call it.
const ASKED: &str = "grant authorize";
const TAKEN: &str = "grant authorized";
const DROPPED: &str = "grant not authorized";

/// An operator must not be able to put another credential where a person's own is expected.
pub(super) fn name_of_people(name: &GrantName) -> ControlError {
    ControlError::new(
        Kind::Invalid,
        format!("{name} is a name for the grants of people who sign in."),
        "Take another name.",
    )
}

fn taken_by_another(before: &GrantView) -> ControlError {
    ControlError::new(
        Kind::Conflict,
        format!(
            "There already is a grant {}, {} that is somebody else's or of another kind.",
            before.name, before.kind
        ),
        "Take another name, or say --replace (`replace`) to put this consent in its place.",
    )
}

fn shown(grant: Option<&GrantView>) -> Value {
    grant.map_or(Value::Null, |grant| json!({ "sites": grant.sites, "facts": grant.facts }))
}

/// Scheme and authority of a URL.
fn origin(url: &str) -> Option<String> {
    let uri: http::Uri = url.parse().ok()?;
    Some(format!("{}://{}", uri.scheme_str()?, uri.authority()?))
}
