use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// Why a text is not a name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{given:?} is not a {what} name: use 1 to {LONGEST} lower-case letters, digits and single hyphens, starting and ending with a letter or digit"
)]
pub struct NameError {
    given: String,
    what: &'static str,
}

/// The longest name, in bytes: what fits a DNS label, so a name can become part of a host name later.
const LONGEST: usize = 63;

/// How much of a refused text an error repeats, in characters.
const QUOTED: usize = 80;

fn is_name(text: &str) -> bool {
    let edge = |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    let bytes = text.as_bytes();
    bytes.len() <= LONGEST
        && edge(bytes.first())
        && edge(bytes.last())
        && bytes.iter().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'-')
        && !text.contains("--")
}

/// One type per kind of name, so that a grant's name cannot be passed for a site's.
macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
        #[serde(transparent)]
        pub struct $name(Arc<str>);

        impl $name {
            /// The name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = NameError;

            fn from_str(text: &str) -> Result<Self, NameError> {
                if is_name(text) {
                    Ok(Self(text.into()))
                } else {
                    Err(NameError { given: text.chars().take(QUOTED).collect(), what: $what })
                }
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($what, " {}"), self.0)
            }
        }

        /// So that maps keyed by the name can be asked with a `&str`.
        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    };
}

name!(
    /// A registered program that calls the gateway: an OAuth 2.0 client id (RFC 6749 §2.2).
    ClientId,
    "client"
);
name!(
    /// What Atlassian gave the gateway to act with: a service account, an API token, a personal access token.
    GrantName,
    "grant"
);
name!(
    /// One Atlassian Cloud site or one Data Center base URL, as settings call it.
    SiteName,
    "site"
);
name!(
    /// A person who runs the gateway.
    OperatorName,
    "operator"
);

name!(
    /// A platform that vouches for workloads, as settings call it.
    IssuerName,
    "issuer"
);

name!(
    /// An OAuth app people consent to, as settings call it.
    AppName,
    "app"
);

impl ClientId {
    /// The client the calls of signed-in people are made as, where people sign in. It is built in: nobody registers it.
    pub const PEOPLE: &str = "people";

    /// [`ClientId::PEOPLE`].
    #[must_use]
    pub fn people() -> Self {
        Self(Self::PEOPLE.into())
    }

    /// Whether it is built in, so that no program can be registered by it.
    #[must_use]
    pub fn is_built_in(&self) -> bool {
        &*self.0 == Self::PEOPLE
    }
}

impl GrantName {
    /// What manifests write instead of a name for "as the user the call is made for". No grant has this name.
    pub const USER: &str = "user";

    /// How the names of people's own grants begin. Nobody else's begin like this.
    const PERSON: &str = "person-";

    /// The own grant of a person, by the SHA-256 of their account id: account ids hold characters names do not.
    #[must_use]
    pub fn of_person(digest: &[u8; 32]) -> Self {
        use fmt::Write as _;
        let mut name = String::with_capacity(Self::PERSON.len() + 32);
        name.push_str(Self::PERSON);
        for byte in digest.iter().take(16) {
            // Writing into a string cannot fail.
            let _ = write!(name, "{byte:02x}");
        }
        Self(name.into())
    }

    /// Whether it is a person's own.
    #[must_use]
    pub fn is_of_person(&self) -> bool {
        self.0.starts_with(Self::PERSON)
    }

    /// Whether operators cannot give it to a grant: it means something already.
    #[must_use]
    pub fn is_reserved(&self) -> bool {
        &*self.0 == Self::USER || self.is_of_person()
    }
}

/// Atlassian's id of a Cloud site (`cloudId`), as it stands in `/ex/jira/{cloudId}/...`. Public, not a secret.
///
/// Atlassian hands out UUIDs; anything of 1 to 64 letters, digits and hyphens is accepted, compared by its letters in
/// lower case.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct CloudId(Arc<str>);

impl CloudId {
    /// The id as text, lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for CloudId {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let fits =
            (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if fits {
            Ok(Self(text.to_ascii_lowercase().into()))
        } else {
            Err(NameError { given: text.chars().take(QUOTED).collect(), what: "cloud id" })
        }
    }
}

impl<'de> serde::Deserialize<'de> for CloudId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl fmt::Display for CloudId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for CloudId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cloud {}", self.0)
    }
}

impl Borrow<str> for CloudId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests;
