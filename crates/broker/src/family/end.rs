//! Why a family is good for nothing any more, in words for the person who has to consent again.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Why a three-legged grant ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum End {
    /// The provider refuses the refresh token, and nothing here explains it: access was revoked, or the password changed.
    RevokedUpstream,
    /// Nobody refreshed it for longer than the provider keeps a silent token.
    Inactivity,
    /// The family was as old as the provider lets one become.
    Age,
    /// An answer of the provider was lost, and it could not be asked again in time.
    AnswerLost,
    /// The same account consented to the same app once more, for another grant.
    Superseded,
    /// The app was taken off the site.
    AppRemoved,
    /// The consent no longer has any scope.
    ScopesLost,
    /// Ended here, by its user or an operator.
    Revoked,
    /// The stored tokens cannot be opened.
    Damaged,
}

impl End {
    /// Every one.
    pub const ALL: [Self; 9] = [
        Self::RevokedUpstream,
        Self::Inactivity,
        Self::Age,
        Self::AnswerLost,
        Self::Superseded,
        Self::AppRemoved,
        Self::ScopesLost,
        Self::Revoked,
        Self::Damaged,
    ];

    /// The word in rows, records and metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RevokedUpstream => "revoked-upstream",
            Self::Inactivity => "inactivity",
            Self::Age => "age",
            Self::AnswerLost => "answer-lost",
            Self::Superseded => "superseded",
            Self::AppRemoved => "app-removed",
            Self::ScopesLost => "scopes-lost",
            Self::Revoked => "revoked",
            Self::Damaged => "damaged",
        }
    }

    /// What happened, one sentence without a subject in doubt.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::RevokedUpstream => {
                "Atlassian no longer accepts it: its user revoked the access or changed their password"
            }
            Self::Inactivity => "it expired because it was not refreshed for too long",
            Self::Age => "it reached the greatest age Atlassian lets such an access become",
            Self::AnswerLost => {
                "an answer of Atlassian's was lost, and the gateway could not ask again in time"
            }
            Self::Superseded => "its user consented to the same app again, for another grant",
            Self::AppRemoved => "the app was removed from the site",
            Self::ScopesLost => "its consent no longer covers any scope",
            Self::Revoked => "it was ended at the gateway",
            Self::Damaged => "its stored tokens cannot be opened",
        }
    }

    /// What explains that the provider refuses a refresh token.
    #[must_use]
    pub(crate) fn of_refused(past: &Past) -> Self {
        // The last ones looked at are the surest: what the provider itself says it does.
        if past.unanswered.is_some_and(|since| since >= past.leeway) {
            return Self::AnswerLost;
        }
        if past.idle >= past.inactivity {
            return Self::Inactivity;
        }
        if past.age >= OLDEST {
            return Self::Age;
        }
        Self::RevokedUpstream
    }
}

/// How old Atlassian let a family become, as long as it said so: whether it still does is not known.
pub(crate) const OLDEST: Duration = Duration::from_secs(365 * 24 * 3_600);

/// What is known of a family whose refresh token is refused.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Past {
    /// Since its present pair was obtained.
    pub(crate) idle: Duration,
    /// Since it began.
    pub(crate) age: Duration,
    /// Since the token was first sent without an answer, if it was before this time.
    pub(crate) unanswered: Option<Duration>,
    /// How long a token may be sent again.
    pub(crate) leeway: Duration,
    /// How long a silent token is kept.
    pub(crate) inactivity: Duration,
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for End {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|end| end.as_str() == text).ok_or(())
    }
}
