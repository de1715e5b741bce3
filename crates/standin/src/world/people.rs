//! Accounts and groups. One directory for all sites, as an Atlassian organisation has.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

/// An Atlassian account id.
pub(crate) type AccountId = Arc<str>;

/// Who an account is.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    pub(crate) id: AccountId,
    pub(crate) display_name: String,
    pub(crate) email: String,
    /// What Data Center calls the person.
    pub(crate) username: String,
    /// `atlassian` for people, `app` for service accounts.
    pub(crate) kind: &'static str,
    pub(crate) active: bool,
    pub(crate) groups: Vec<&'static str>,
    /// Names of the sites the account has been given.
    pub(crate) sites: Vec<&'static str>,
}

impl Account {
    /// Whether the account is in a group.
    pub(crate) fn in_group(&self, group: &str) -> bool {
        self.groups.contains(&group)
    }

    /// Whether it administers Jira.
    pub(crate) fn is_admin(&self) -> bool {
        self.in_group("jira-administrators")
    }

    /// Jira Cloud's way of showing an account. `version` is the API version segment of `self`.
    pub(crate) fn cloud_json(&self, base: &str, version: &str) -> Value {
        let picture = format!("{base}/avatar/{}.png", self.id);
        json!({
            "self": format!("{base}/rest/api/{version}/user?accountId={}", self.id),
            "accountId": self.id, "accountType": self.kind, "emailAddress": self.email,
            "displayName": self.display_name, "active": self.active, "timeZone": "Etc/UTC",
            "avatarUrls": {"16x16": picture, "24x24": picture, "32x32": picture, "48x48": picture},
        })
    }

    /// Data Center's way: a name and a key instead of an account id.
    pub(crate) fn server_json(&self, base: &str) -> Value {
        let picture = format!("{base}/secure/useravatar?ownerId={}", self.username);
        json!({
            "self": format!("{base}/rest/api/2/user?username={}", self.username),
            "key": format!("JIRAUSER{}", self.number()), "name": self.username, "emailAddress": self.email,
            "displayName": self.display_name, "active": self.active, "timeZone": "Etc/UTC", "locale": "en_US",
            "avatarUrls": {"16x16": picture, "24x24": picture, "32x32": picture, "48x48": picture},
        })
    }

    /// A stable small number per account, for Data Center's user keys.
    fn number(&self) -> u32 {
        self.username
            .bytes()
            .fold(10_000, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()) % 90_000)
    }
}

/// The directory.
#[derive(Debug, Default)]
pub(crate) struct People(BTreeMap<AccountId, Account>);

/// (user name, display name, kind, active, groups, sites)
type Line =
    (&'static str, &'static str, &'static str, bool, &'static [&'static str], &'static [&'static str]);

const EVERYWHERE: &[&str] = &["demo", "other", "datacenter"];
const STAFF: &str = "jira-users";

#[rustfmt::skip]
const DIRECTORY: [Line; 10] = [
    ("admin", "Ada Admin", "atlassian", true, &[STAFF, "jira-administrators", "site-admins", "security"], EVERYWHERE),
    ("rosa", "Rosa Release", "atlassian", true, &[STAFF, "release"], EVERYWHERE),
    ("dan", "Dan Data", "atlassian", true, &[STAFF, "data"], EVERYWHERE),
    ("petra", "Petra Partner", "atlassian", true, &[STAFF, "partners"], &["demo", "datacenter"]),
    ("sven", "Sven Security", "atlassian", true, &[STAFF, "security"], EVERYWHERE),
    ("nora", "Nora Nothing", "atlassian", true, &[], &["demo", "datacenter"]),
    ("olga", "Olga Outside", "atlassian", true, &[STAFF], &["other"]),
    ("gone", "Gus Gone", "atlassian", false, &[STAFF, "release"], EVERYWHERE),
    ("cora", "Cora Customer", "atlassian", true, &["customers"], &["demo"]),
    ("gateway", "Gateway Service Account", "app", true, &[STAFF, "release", "data", "partners", "service-accounts"], &["demo", "other"]),
];

impl People {
    /// The people every world has.
    pub(crate) fn seed() -> Self {
        let account = |(number, line): (usize, Line)| {
            let (username, display_name, kind, active, groups, sites) = line;
            let id: AccountId = format!("5b10ac8d82e05b22cc7d{number:04}").into();
            let email = match kind {
                "app" => format!("{username}@serviceaccount.atlassian.example"),
                _ => format!("{username}@example.com"),
            };
            let account = Account {
                id: Arc::clone(&id),
                display_name: display_name.to_owned(),
                email,
                username: username.to_owned(),
                kind,
                active,
                groups: groups.to_vec(),
                sites: sites.to_vec(),
            };
            (id, account)
        };
        Self(DIRECTORY.into_iter().enumerate().map(account).collect())
    }

    /// An account by id.
    pub(crate) fn get(&self, id: &str) -> Option<&Account> {
        self.0.get(id)
    }

    /// Deactivates an account, or takes it back; false when there is none of that id.
    pub(crate) fn set_active(&mut self, id: &str, active: bool) -> bool {
        self.0.get_mut(id).map(|account| account.active = active).is_some()
    }

    /// An account by its user name (Data Center, and tests).
    pub(crate) fn by_username(&self, name: &str) -> Option<&Account> {
        self.all().find(|account| account.username == name)
    }

    /// An account by e-mail address, in any case.
    pub(crate) fn by_email(&self, email: &str) -> Option<&Account> {
        self.all().find(|account| account.email.eq_ignore_ascii_case(email))
    }

    /// Everyone, by account id.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Account> {
        self.0.values()
    }

    /// The id of a user name that the directory is known to have; empty otherwise.
    pub(crate) fn id(&self, username: &str) -> AccountId {
        self.by_username(username).map_or_else(|| "".into(), |account| Arc::clone(&account.id))
    }
}
