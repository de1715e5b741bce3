//! Who the gateway is for.

use std::collections::BTreeMap;

use types::{AppName, SiteName};

use super::Meaning;
use crate::settings::{AppSettings, Mode, SingleUser, SiteKind, SiteSettings};

impl Meaning<'_> {
    /// `None` only together with a fault.
    pub(super) fn mode(
        &mut self,
        sites: &BTreeMap<SiteName, SiteSettings>,
        apps: &BTreeMap<AppName, AppSettings>,
    ) -> Option<Mode> {
        match self.text("mode").as_deref() {
            Some("multi_user") => self.app_of_people(apps).map(|app| Mode::MultiUser { app }),
            Some("single_user") => self.single_user(sites).map(Mode::SingleUser),
            _ => Some(Mode::Clients),
        }
    }

    fn app_of_people(&mut self, apps: &BTreeMap<AppName, AppSettings>) -> Option<AppName> {
        let named = self.text("people.app");
        let found = match &named {
            Some(name) => apps.keys().find(|app| app.as_str() == name),
            None => apps.keys().next().filter(|_| apps.len() == 1),
        };
        if found.is_none() {
            match (named, apps.len()) {
                (Some(_), _) => self.fault("people.app", "names no section of [apps]"),
                (None, 0) => self.fault(
                    "mode",
                    "is `multi_user`, which needs an app people sign in with: a section [apps.NAME], or JIRA_OAUTH_CLIENT_ID and JIRA_OAUTH_CLIENT_SECRET",
                ),
                (None, _) => self.fault("mode", "is `multi_user`, and there are several apps: say which with `people.app`"),
            }
        }
        found.cloned()
    }

    fn single_user(&mut self, sites: &BTreeMap<SiteName, SiteSettings>) -> Option<SingleUser> {
        let of_variable = self.plain.site();
        let site = match &of_variable {
            Some(url) => sites.iter().find(|(_, site)| site.url == *url),
            None => sites.iter().next().filter(|_| sites.len() == 1),
        };
        let Some((name, written)) = site else {
            let words = match sites.len() {
                0 => "is `single_user`, and there is no site: set JIRA_URL, or add a section [sites.NAME]",
                _ => "is `single_user`, and there are several sites: say which with JIRA_URL",
            };
            self.fault("mode", words);
            return None;
        };
        if written.kind != SiteKind::Cloud {
            self.fault("mode", "is `single_user`, which is for a Cloud site: add a personal access token with `ticketgate grant add` instead");
            return None;
        }
        if self.plain.is_half_a_user() {
            self.fault(
                "mode",
                "is `single_user`, for which JIRA_EMAIL and JIRA_API_TOKEN are needed together",
            );
        }
        Some(SingleUser { credential: self.plain.single_user(), site: name.clone() })
    }

    /// Domains as people write them: with or without an @.
    pub(super) fn email_domains(&mut self) -> Vec<String> {
        let domains: Vec<_> = self
            .list("people.email_domains")
            .iter()
            .map(|domain| domain.trim_start_matches('@').to_ascii_lowercase())
            .collect();
        let plain = |domain: &String| {
            !domain.is_empty()
                && domain.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte))
        };
        if !domains.iter().all(plain) {
            self.fault("people.email_domains", "must be domains such as `example.com`");
        }
        domains
    }
}
