//! What callers can prove themselves with. All of it is made up from the seed; none of it opens anything else.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::Arc;

use jiff::Timestamp;
use types::Secret;

use crate::world::people::{AccountId, People};
use crate::world::random::Random;

/// A set of scopes as a token holds it.
pub(crate) type Scopes = Arc<BTreeSet<String>>;

/// How many access tokens are remembered at once; beyond that the expired ones are forgotten, then the oldest.
const ISSUED_MAX: usize = 20_000;

/// A user's API token, or a personal access token of Data Center.
#[derive(Debug)]
pub(crate) struct Token {
    pub(crate) text: Secret,
    pub(crate) account: AccountId,
    /// `None` for tokens without scopes, which may do whatever the account may.
    pub(crate) scopes: Option<Scopes>,
}

/// An OAuth 2.0 credential of a service account.
#[derive(Debug)]
pub(crate) struct ServiceApp {
    pub(crate) name: &'static str,
    pub(crate) client_id: String,
    pub(crate) client_secret: Secret,
    pub(crate) account: AccountId,
    pub(crate) scopes: Scopes,
    /// Names of the sites where the app is installed.
    pub(crate) sites: &'static [&'static str],
}

/// What an access token stands for.
#[derive(Debug, Clone)]
pub(crate) struct Issued {
    pub(crate) account: AccountId,
    pub(crate) scopes: Scopes,
    pub(crate) origin: Origin,
    pub(crate) expires_at: Timestamp,
}

/// What an access token came of.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Origin {
    /// A credential of the service account, good at these sites.
    ServiceApp(&'static [&'static str]),
    /// A person's consent: which family, and which of its pairs.
    Consent { family: u64, pair: u64 },
}

/// Every credential of the world.
#[derive(Debug)]
pub(crate) struct Credentials {
    pub(crate) api_tokens: Vec<Token>,
    pub(crate) personal_access_tokens: Vec<Token>,
    pub(crate) service_apps: Vec<ServiceApp>,
    issued: HashMap<Arc<str>, Issued>,
    /// The same, oldest first.
    order: VecDeque<Arc<str>>,
    random: Random,
}

/// What the wide service account may do, and what applications of people may ask for: everything the stand-in answers,
/// except administration.
pub(crate) const WIDE: &str = "read:jira-work write:jira-work read:jira-user manage:jira-project manage:jira-configuration \
    read:servicedesk-request write:servicedesk-request manage:servicedesk-customer read:me \
    read:board-scope:jira-software write:board-scope:jira-software read:sprint:jira-software write:sprint:jira-software \
    delete:sprint:jira-software read:epic:jira-software write:epic:jira-software read:issue:jira-software \
    write:issue:jira-software read:project:jira read:issue-details:jira read:jql:jira \
    read:board-scope.admin:jira-software write:board-scope.admin:jira-software \
    read:confluence-content.all read:confluence-content.summary read:confluence-space.summary read:confluence-user \
    read:confluence-props read:confluence-groups read:confluence-content.permission search:confluence \
    write:confluence-content write:confluence-file write:confluence-props write:confluence-space \
    readonly:content.attachment:confluence \
    read:page:confluence write:page:confluence delete:page:confluence read:space:confluence read:comment:confluence \
    write:comment:confluence delete:comment:confluence read:attachment:confluence write:attachment:confluence \
    delete:attachment:confluence read:label:confluence write:label:confluence read:content.metadata:confluence \
    read:content-details:confluence read:user:confluence read:blogpost:confluence write:blogpost:confluence \
    delete:blogpost:confluence read:hierarchical-content:confluence read:content.property:confluence \
    write:content.property:confluence read:space.permission:confluence read:content:confluence \
    write:content:confluence";

/// What the narrow service account and the scoped API tokens may do.
const NARROW: &str = "read:jira-work read:jira-user read:confluence-content.all search:confluence \
    read:confluence-space.summary read:page:confluence read:space:confluence";

/// The scopes of a list with spaces.
pub(crate) fn scopes(list: &str) -> Scopes {
    Arc::new(list.split_whitespace().map(str::to_owned).collect())
}

impl Credentials {
    /// The credentials every world has: an API token with and without scopes for each person, a personal access token
    /// for each person of the Data Center, two credentials of the service account.
    pub(crate) fn seed(random: &mut Random, people: &People) -> Self {
        let mut api_tokens = Vec::new();
        let mut personal_access_tokens = Vec::new();
        for account in people.all() {
            let mut token = |prefix: &str, scopes: Option<Scopes>| Token {
                text: Secret::new(format!("{prefix}{}", random.text(40))),
                account: Arc::clone(&account.id),
                scopes,
            };
            api_tokens.push(token("ATATT3xFfGF0", None));
            api_tokens.push(token("ATATT3xFfGF0", Some(scopes(NARROW))));
            personal_access_tokens.push(token("NDk4", None));
        }
        let gateway = people.id("gateway");
        let mut app = |name, list, sites| ServiceApp {
            name,
            client_id: random.text(32),
            client_secret: Secret::new(format!("ATOA{}", random.text(60))),
            account: Arc::clone(&gateway),
            scopes: scopes(list),
            sites,
        };
        let service_apps =
            vec![app("wide", WIDE, &["demo", "other"][..]), app("narrow", NARROW, &["demo"][..])];
        let random = Random::new(random.next());
        Self {
            api_tokens,
            personal_access_tokens,
            service_apps,
            issued: HashMap::new(),
            order: VecDeque::new(),
            random,
        }
    }

    /// The API token with this text.
    pub(crate) fn api_token(&self, text: &str) -> Option<&Token> {
        self.api_tokens.iter().find(|token| token.text.open() == text)
    }

    /// The personal access token with this text.
    pub(crate) fn personal_access_token(&self, text: &str) -> Option<&Token> {
        self.personal_access_tokens.iter().find(|token| token.text.open() == text)
    }

    /// The service app with this id and secret.
    pub(crate) fn service_app(&self, client_id: &str, client_secret: &str) -> Option<&ServiceApp> {
        let app = self.service_apps.iter().find(|app| app.client_id == client_id)?;
        (app.client_secret.open() == client_secret).then_some(app)
    }

    /// What an access token stood for when it was made; it may be over since.
    pub(crate) fn issued(&self, text: &str) -> Option<&Issued> {
        self.issued.get(text)
    }

    /// Makes an access token. Shaped like the JWT a client would see, and as opaque.
    pub(crate) fn issue(&mut self, now: Timestamp, issued: Issued) -> Arc<str> {
        self.make_room(now);
        let text = format!("eyJhbGciOiJSUzI1NiJ9.{}.{}", self.random.text(300), self.random.text(86));
        let text: Arc<str> = text.into();
        self.order.push_back(Arc::clone(&text));
        self.issued.insert(Arc::clone(&text), issued);
        text
    }

    /// A quarter at once, so that a full house does not look through everything at every token.
    fn make_room(&mut self, now: Timestamp) {
        if self.order.len() < ISSUED_MAX {
            return;
        }
        self.issued.retain(|_, issued| issued.expires_at > now);
        while self.issued.len() > ISSUED_MAX * 3 / 4 {
            let Some(oldest) = self.order.pop_front() else { break };
            self.issued.remove(&oldest);
        }
        self.order.retain(|text| self.issued.contains_key(text));
    }

    /// Every access token that is remembered, in no order.
    pub(crate) fn all_issued(&self) -> impl Iterator<Item = (&str, &Issued)> {
        self.issued.iter().map(|(text, issued)| (&**text, issued))
    }

    /// Forgets every access token, as if all of them had been revoked.
    pub(crate) fn revoke_all(&mut self) {
        self.issued.clear();
        self.order.clear();
    }
}
