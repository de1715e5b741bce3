//! Which changes of manifests need whose approval.

use std::collections::BTreeMap;
use std::time::Duration;

use control::manifests::{Approval, DigestIn, Entitled, Required, Signer, SignersKey, Ticket, WhenItLeaves};
use types::SiteName;

use super::Meaning;
use crate::settings::{SiteKind, SiteSettings};

impl Meaning<'_> {
    pub(super) fn approval(&mut self, sites: &BTreeMap<SiteName, SiteSettings>) -> Approval {
        let required = match self.text("approval.required").as_deref() {
            Some("widening") => Required::Widening,
            Some("always") => Required::Always,
            _ => Required::Never,
        };
        let one_step = self.text("approval.rollback_without_approval").as_deref() == Some("true");
        Approval {
            required,
            rollback_without_approval: one_step,
            signers: self.signers(),
            ticket: self.ticket(sites),
            accounts: self.accounts(),
        }
    }

    /// `None` without `approval.ticket.site`, or with a fault.
    fn ticket(&mut self, sites: &BTreeMap<SiteName, SiteSettings>) -> Option<Ticket> {
        self.text("approval.ticket.site")?;
        let site = self.parsed("approval.ticket.site", "the name of a site of [sites]");
        if site.as_ref().is_some_and(|site| sites.get(site).is_none_or(|site| site.kind != SiteKind::Cloud)) {
            self.fault("approval.ticket.site", "names no Cloud site of [sites]");
        }
        let grant = self.parsed("approval.ticket.grant", "the name of a grant");
        let mut need = |path: &str| {
            let text = self.text(path).filter(|text| !text.is_empty());
            if text.is_none() {
                self.fault("approval.ticket.site", format_args!("needs `{path}` beside it"));
            }
            text
        };
        let (project, status) = (need("approval.ticket.project"), need("approval.ticket.status"));
        need("approval.ticket.grant");
        let approved_by: Vec<_> =
            self.list("approval.ticket.approved_by").iter().map(|word| entitled(word)).collect();
        if approved_by.is_empty() {
            self.fault("approval.ticket.site", "needs `approval.ticket.approved_by` beside it");
        }
        let digest_in = match self.text("approval.ticket.digest_in").as_deref() {
            None | Some("description") => DigestIn::Description,
            Some("comment") => DigestIn::Comment,
            Some(field) if is_field(field) => DigestIn::Field(field.to_owned()),
            Some(_) => {
                self.fault(
                    "approval.ticket.digest_in",
                    "must be `description`, `comment` or a field such as customfield_10050",
                );
                return None;
            }
        };
        let fields = approved_by
            .iter()
            .filter_map(|one| if let Entitled::Field(name) = one { Some(name) } else { None });
        if !fields.into_iter().all(|name| is_field(name)) {
            self.fault(
                "approval.ticket.approved_by",
                "names a field that is none: `field:assignee`, `field:customfield_10050`",
            );
        }
        let rolls_back = self.text("approval.ticket.when_it_leaves").as_deref() == Some("roll-back");
        let recheck =
            self.duration("approval.ticket.recheck", Duration::from_secs(1), Duration::from_secs(86_400));
        Some(Ticket {
            site: site?,
            grant: grant?,
            project: project?,
            status: status?,
            approved_by,
            digest_in,
            when_it_leaves: if rolls_back { WhenItLeaves::RollBack } else { WhenItLeaves::Report },
            recheck: recheck?,
        })
    }

    fn accounts(&mut self) -> BTreeMap<String, String> {
        let mut accounts = BTreeMap::new();
        for line in self.list("approval.accounts") {
            match line.split_once('=') {
                Some((operator, account)) => {
                    drop(accounts.insert(operator.trim().to_owned(), account.trim().to_owned()))
                }
                None => self.fault("approval.accounts", "has an entry that is not OPERATOR=ACCOUNT"),
            }
        }
        accounts
    }

    fn signers(&mut self) -> Vec<Signer> {
        let mut signers: Vec<Signer> = Vec::new();
        for line in self.list("approval.signers") {
            let Some((name, key)) = line.trim().split_once(char::is_whitespace) else {
                self.fault("approval.signers", "has an entry that is not a name and a public key");
                continue;
            };
            match SignersKey::parse(key.trim()) {
                Ok(_) if signers.iter().any(|known| known.name == name) => {
                    self.fault("approval.signers", format_args!("names {name:?} twice"));
                }
                Ok(key) => signers.push(Signer { name: name.to_owned(), key }),
                Err(why) => {
                    self.fault("approval.signers", format_args!("has no usable key for {name:?}: {why}"))
                }
            }
        }
        signers
    }
}

fn entitled(word: &str) -> Entitled {
    match word.split_once(':') {
        Some(("group", name)) => Entitled::Group(name.to_owned()),
        Some(("field", name)) => Entitled::Field(name.to_owned()),
        // Ids of accounts have colons, too.
        _ => Entitled::Account(word.to_owned()),
    }
}

/// What Jira calls a field; it goes into an address.
fn is_field(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 100
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
