//! A yes by a Jira ticket: read with a grant of the gateway's own, when the yes is given, when the change takes effect, and from
//! time to time after that.

mod rules;
mod watch;

use std::time::Duration;

use broker::Looked;
use serde_json::Value;
use types::{GrantName, SiteName};

use super::Author;
use crate::views::PlanDigest;
use crate::{Control, ControlError, Kind};
pub(crate) use watch::Watching;

/// Entries of a ticket's history that are read; a longer one approves nothing.
const LONGEST_HISTORY: usize = 1_000;
const PAGE: usize = 100;

/// Which tickets approve, and what becomes of a change whose ticket does not any more.
#[derive(Clone, Debug)]
pub struct Ticket {
    /// Where they are.
    pub site: SiteName,
    /// What they are read with.
    pub grant: GrantName,
    /// The key of their project.
    pub project: String,
    /// The status that approves.
    pub status: String,
    /// Who has to have moved them there.
    pub approved_by: Vec<Entitled>,
    /// Where the digest stands.
    pub digest_in: DigestIn,
    /// What happens when one does not approve any more what is in force.
    pub when_it_leaves: WhenItLeaves,
    /// How often they are read again.
    pub recheck: Duration,
}

/// Somebody whose move approves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entitled {
    /// This account.
    Account(String),
    /// Whoever is in this group.
    Group(String),
    /// Whoever is in this field of the ticket.
    Field(String),
}

/// Where the digest stands in a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DigestIn {
    /// In its description.
    Description,
    /// In a comment.
    Comment,
    /// In this field.
    Field(String),
}

/// What happens when a ticket does not approve any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhenItLeaves {
    /// It is told.
    Report,
    /// The same, and the version before is put in force.
    RollBack,
}

/// Why a ticket does not approve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Not {
    /// It says so itself, or is not there.
    Approved(String),
    /// It cannot be read.
    Readable(String),
}

impl Ticket {
    /// The fields that must not change after the approval.
    fn fields(&self) -> impl Iterator<Item = &str> {
        let digest = match &self.digest_in {
            DigestIn::Description => Some("description"),
            DigestIn::Comment => None,
            DigestIn::Field(name) => Some(name.as_str()),
        };
        let people = self.approved_by.iter().filter_map(|one| match one {
            Entitled::Field(name) => Some(name.as_str()),
            Entitled::Account(_) | Entitled::Group(_) => None,
        });
        digest.into_iter().chain(people).chain(["project"])
    }
}

impl Control {
    /// Whether a ticket approves a plan now; the account of whoever did.
    pub(super) async fn ticket_approves(
        &self,
        plan: &PlanDigest,
        author: Author<'_>,
        key: &str,
    ) -> Result<String, Not> {
        let settings = self.parts().approval.ticket.as_ref();
        let settings = settings.ok_or_else(|| Not::Approved("the settings name no tickets".to_owned()))?;
        if !is_key(key) {
            return Err(Not::Approved("it is no key of a ticket".to_owned()));
        }
        let account = self.account_of(author).ok_or_else(|| {
            Not::Approved(format!(
                "it is not known whether {author}, who proposed it, is who approved it: `approval.accounts` has no account of {author}"
            ))
        })?;
        let issue = self
            .read_ticket(settings, &format!("/rest/api/3/issue/{key}?fields={}", fields_of(settings)))
            .await?;
        let history = self.read_history(settings, key).await?;
        let by = rules::approver(settings, plan, account, (&issue, &history)).map_err(Not::Approved)?;
        if self.is_entitled(settings, &issue, &by).await? {
            return Ok(by);
        }
        Err(Not::Approved(format!("{by}, who moved it to {:?}, may not approve", settings.status)))
    }

    /// The Atlassian account of an author, empty for who has none; `None`: nobody has said which it is.
    fn account_of<'a>(&'a self, author: Author<'a>) -> Option<&'a str> {
        match author {
            Author::Operator(name) => self.parts().approval.accounts.get(name.as_str()).map(String::as_str),
            Author::User(account) => Some(account),
            Author::Client(_) => Some(""),
        }
    }

    /// Why a ticket that approved a plan does not any more; `None` where it still does, or cannot be read.
    pub(crate) async fn ticket_withdrew(
        &self,
        plan: &PlanDigest,
        author: Author<'_>,
        key: &str,
    ) -> Option<String> {
        match self.ticket_approves(plan, author, key).await {
            Ok(_) | Err(Not::Readable(_)) => None,
            Err(Not::Approved(why)) => Some(why),
        }
    }

    async fn read_ticket(&self, settings: &Ticket, path: &str) -> Result<Value, Not> {
        match self.parts().broker.look(&settings.grant, &settings.site, path).await {
            Ok(Looked::Found(value)) => Ok(value),
            Ok(Looked::Nothing) => {
                Err(Not::Approved("there is no such ticket, or the grant does not see it".to_owned()))
            }
            Err(why) => Err(Not::Readable(why)),
        }
    }

    async fn read_history(&self, settings: &Ticket, key: &str) -> Result<Vec<rules::Entry>, Not> {
        let mut history = Vec::new();
        let odd = || Not::Readable("its history cannot be understood".to_owned());
        while history.len() < LONGEST_HISTORY {
            let from = history.len();
            let path = format!("/rest/api/3/issue/{key}/changelog?startAt={from}&maxResults={PAGE}");
            let page = self.read_ticket(settings, &path).await?;
            let more = rules::entries(&page).ok_or_else(odd)?;
            let last = more.is_empty() || page.get("isLast").and_then(Value::as_bool) == Some(true);
            history.extend(more);
            if last {
                // Jira promises the oldest first; what is decided here does not hang on that.
                history.sort_by_key(|entry| entry.at);
                return Ok(history);
            }
        }
        Err(Not::Approved(format!("its history is longer than {LONGEST_HISTORY} entries")))
    }

    async fn is_entitled(&self, settings: &Ticket, issue: &Value, account: &str) -> Result<bool, Not> {
        let mut groups: Option<Vec<String>> = None;
        for one in &settings.approved_by {
            let entitled = match one {
                Entitled::Account(known) => known == account,
                Entitled::Field(name) => {
                    let value = issue.get("fields").and_then(|fields| fields.get(name));
                    value.is_some_and(|value| rules::people(value).contains(&account))
                }
                Entitled::Group(name) => {
                    if groups.is_none() {
                        groups = Some(self.groups_of(settings, account).await?);
                    }
                    groups.iter().flatten().any(|known| known == name)
                }
            };
            if entitled {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn groups_of(&self, settings: &Ticket, account: &str) -> Result<Vec<String>, Not> {
        let plain =
            account.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b':'));
        if !plain {
            return Ok(Vec::new());
        }
        let account = account.replace(':', "%3A");
        let found =
            self.read_ticket(settings, &format!("/rest/api/3/user/groups?accountId={account}")).await?;
        let groups = found.as_array().into_iter().flatten();
        Ok(groups.filter_map(|group| group.get("name")?.as_str().map(str::to_owned)).collect())
    }
}

fn fields_of(settings: &Ticket) -> String {
    let mut fields = vec!["status"];
    fields.extend(settings.fields());
    if settings.digest_in == DigestIn::Comment {
        fields.push("comment");
    }
    fields.join(",")
}

/// What Jira calls an issue; nothing else goes into an address.
fn is_key(text: &str) -> bool {
    let Some((project, number)) = text.split_once('-') else { return false };
    let letters = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    project.starts_with(|c: char| c.is_ascii_uppercase())
        && project.len() <= 100
        && project.bytes().all(letters)
        && (1..=18).contains(&number.len())
        && number.bytes().all(|byte| byte.is_ascii_digit())
        && !number.starts_with('0')
}

pub(super) fn refused(key: &str, not: &Not) -> ControlError {
    let (Not::Approved(why) | Not::Readable(why)) = not;
    ControlError::new(
        Kind::NotEntitled,
        format!("{key} does not approve this plan: {why}."),
        "See docs/changes.md for what a ticket has to be like.",
    )
}
