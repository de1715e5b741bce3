use serde::Serialize;
use types::{GrantName, SiteName};

/// What a check found out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "verdict", rename_all = "kebab-case")]
pub enum Verdict {
    /// Atlassian knows the grant, at this site.
    Working {
        /// The account calls are made as.
        account_id: String,
        /// Its name, as people see it.
        display_name: String,
    },
    /// The same, for Confluence; Jira is not open to it.
    ConfluenceOnly {
        /// The account calls are made as.
        account_id: String,
        /// Its name, as people see it.
        display_name: String,
    },
    /// The credential is good; it lacks the scope to ask who it is.
    ScopeMissing,
    /// The credential is refused.
    Wrong,
    /// The credential is silently dropped: calls would be answered as nobody's, with 200 and nothing.
    Anonymous,
    /// The credential is good elsewhere.
    WrongSite,
    /// The account is known, and not allowed in.
    NoPermission,
    /// Atlassian, or the way there, gave no answer that says anything.
    Unreachable,
    /// An answer that fits nothing known.
    Unclear,
    /// There is no such grant.
    NoSuchGrant,
    /// The grant was not added for this site, or there is no such site.
    NotForSite,
    /// The stored grant cannot be opened, or is of a kind this site cannot use.
    Damaged,
}

impl Verdict {
    /// Whether the credential is good for calls at this site.
    #[must_use]
    pub const fn is_good(&self) -> bool {
        matches!(self, Self::Working { .. } | Self::ConfluenceOnly { .. } | Self::ScopeMissing)
    }
}

/// What a check found out, with the way there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CheckReport {
    /// The grant.
    pub grant: GrantName,
    /// The site.
    pub site: SiteName,
    /// The conclusion.
    #[serde(flatten)]
    pub verdict: Verdict,
    /// The conclusion, and what to do about it, for people.
    pub words: String,
    /// What was asked, and what was answered.
    pub steps: Vec<Step>,
}

/// One question of a check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// Method and URL.
    pub asked: String,
    /// The answer in a few words.
    pub answer: String,
}

impl CheckReport {
    pub(crate) fn without_asking(
        grant: &GrantName,
        site: &SiteName,
        verdict: Verdict,
        words: String,
    ) -> Self {
        Self { grant: grant.clone(), site: site.clone(), verdict, words, steps: Vec::new() }
    }
}
