//! Variables with plain names: enough to start without a settings file, and the only way to hand over a secret in the environment.
//!
//! Each stands for a key, or for a secret that has no key, because a secret in a settings file lies open. A variable that is empty is
//! not there: that is how compose files pass on what nobody has set.

use types::Secret;

use super::typed::{Place, Typed, Written};
use super::{Fault, keys};

/// The app the variables define.
const APP: &str = "atlassian";

/// The shortest `SECRET_KEY`, in characters.
const SHORTEST: usize = 16;

/// Every one, with what it does, for the reference page.
pub(super) const VARIABLES: [(&str, &str); 8] = [
    ("APP_MODE", "the key `mode`; `TICKETGATE_MODE` wins"),
    ("JIRA_OAUTH_CLIENT_ID", "`client_id` of an app `atlassian` (`[apps.atlassian]`)"),
    ("JIRA_OAUTH_CLIENT_SECRET", "that app's secret, in place of `client_secret_file`"),
    ("JIRA_OAUTH_REDIRECT_URI", "that app's `redirect_uri`"),
    (
        "JIRA_URL",
        "the site, when `mode` is `single_user` or `multi_user`; where no section of `[sites]` has this URL, one is made, called as the host's first part (`acme` for `https://acme.atlassian.net`), or `jira`",
    ),
    ("JIRA_EMAIL", "with `single_user`: whose API token it is"),
    ("JIRA_API_TOKEN", "with `single_user`: the token, which becomes the grant `single-user` at each start"),
    (
        "SECRET_KEY",
        "accepted for those who set it everywhere, refused with fewer than 16 characters, and used for nothing: a session is a token of 256 random bits of which only a digest is kept, so there is nothing to sign; and what is sealed in the database is sealed with the root key, which is never made from a text somebody thought of",
    ),
];

/// Whether a variable is one of these.
pub(super) fn is_one(name: &str) -> bool {
    VARIABLES.iter().any(|(known, _)| *known == name)
}

/// What the plain variables say.
#[derive(Default)]
pub(super) struct Plain {
    /// Name and text of those that are no secrets.
    open: Vec<(String, String)>,
    client_secret: Option<Secret>,
    api_token: Option<Secret>,
}

impl Plain {
    /// Takes them out of the environment; the others are the second part of the answer.
    pub(super) fn take(
        environment: impl IntoIterator<Item = (String, String)>,
        faults: &mut Vec<Fault>,
    ) -> (Self, Vec<(String, String)>) {
        let (mut plain, mut others) = (Self::default(), Vec::new());
        for (name, text) in environment {
            if !is_one(&name) {
                others.push((name, text));
                continue;
            }
            match name.as_str() {
                _ if text.trim().is_empty() => {}
                "JIRA_OAUTH_CLIENT_SECRET" => plain.client_secret = Some(Secret::new(text.trim().to_owned())),
                "JIRA_API_TOKEN" => plain.api_token = Some(Secret::new(text.trim().to_owned())),
                "SECRET_KEY" if text.trim().chars().count() < SHORTEST => faults.push(Fault {
                    place: Place::Variable(name),
                    words: format!("must be {SHORTEST} characters or more, or be left out: nothing needs it"),
                }),
                "SECRET_KEY" => {}
                "APP_MODE" if !is_mode(text.trim()) => faults.push(Fault {
                    place: Place::Variable(name),
                    words: "must be `clients`, `multi_user` or `single_user`".to_owned(),
                }),
                _ => plain.open.push((name, text.trim().to_owned())),
            }
        }
        (plain, others)
    }

    /// Those that override the file, and are overridden by variables of our own; returns the names of those that did.
    pub(super) fn put_first(&self, typed: &mut Typed) -> Vec<String> {
        let key = |name: &str| match name {
            "APP_MODE" => Some("mode".to_owned()),
            "JIRA_OAUTH_CLIENT_ID" => Some(format!("apps.{APP}.client_id")),
            "JIRA_OAUTH_REDIRECT_URI" => Some(format!("apps.{APP}.redirect_uri")),
            _ => None,
        };
        let put = self
            .open
            .iter()
            .filter(|(name, text)| key(name).is_some_and(|path| typed.put(&path, name, text)));
        put.map(|(name, _)| name.clone()).collect()
    }

    /// What depends on everything else: a site, unless there is one with this address.
    pub(super) fn put_last(&self, typed: &mut Typed) {
        let text = |path: &str| match typed.value(path) {
            Some((Written::Text(text), _)) => Some(text),
            _ => None,
        };
        let Some(url) = self.site().filter(|_| text("mode").is_some_and(|mode| mode != "clients")) else {
            return;
        };
        let sites = typed.named("sites");
        let same = |name: &String| {
            text(&format!("sites.{name}.url")).is_some_and(|known| known.trim_end_matches('/') == url)
        };
        if !sites.keys().any(same) {
            typed.put(&format!("sites.{}.url", site_name(&url)), "JIRA_URL", &url);
        }
    }

    /// The address in `JIRA_URL`, as settings have it.
    pub(super) fn site(&self) -> Option<String> {
        self.text("JIRA_URL").map(|url| url.trim_end_matches('/').to_owned())
    }

    /// The secret of the app these variables define.
    pub(super) fn secret_of_app(&self, app: &str) -> Option<Secret> {
        self.client_secret.clone().filter(|_| app == APP)
    }

    /// Whether there is one of the two variables of `single_user` without the other.
    pub(super) fn is_half_a_user(&self) -> bool {
        self.text("JIRA_EMAIL").is_some() != self.api_token.is_some()
    }

    /// E-mail address and API token of `single_user`.
    pub(super) fn single_user(&self) -> Option<(String, Secret)> {
        Some((self.text("JIRA_EMAIL")?.to_owned(), self.api_token.clone()?))
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.open.iter().find(|(known, _)| known == name).map(|(_, text)| text.as_str())
    }
}

fn is_mode(text: &str) -> bool {
    matches!(keys::find("mode").map(|key| key.kind), Some(keys::Kind::Word(words)) if words.contains(&text))
}

/// `acme` of `https://acme.atlassian.net`; `jira` elsewhere.
fn site_name(url: &str) -> String {
    let host = url.parse::<http::Uri>().ok().and_then(|uri| uri.host().map(str::to_ascii_lowercase));
    let name = host.as_deref().and_then(|host| host.strip_suffix(".atlassian.net"));
    let name = name.filter(|name| name.parse::<types::SiteName>().is_ok());
    name.unwrap_or("jira").to_owned()
}
