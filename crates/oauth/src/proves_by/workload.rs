use jose::{ClaimMatch, ClaimPath, Verified};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use types::IssuerName;

use super::Origin;
use crate::digest;

/// A workload that is this client: whoever shows a token of that issuer in which all of the claims match.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Workload {
    /// Who issues its tokens, as the settings call it.
    pub issuer: IssuerName,
    /// What its tokens say of it, 1 to 16 claims, normally `sub` among them.
    pub claims: Vec<ClaimRule>,
}

/// One claim of a workload's token, and what it has to be. Exactly one of `is` and `like`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClaimRule {
    /// Its name, or names from the outside in: `["kubernetes.io", "namespace"]`.
    pub claim: Vec<String>,
    /// Exactly this text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is: Option<String>,
    /// A pattern that covers all of it: `*` within a segment, up to the next `/` or `:`, and `**` across segments.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub like: Option<String>,
}

/// A binding, ready for use.
#[derive(Debug)]
pub(crate) struct Binding {
    issuer: IssuerName,
    claims: Vec<ClaimMatch>,
    origin: Origin,
}

impl Binding {
    /// Claims of one binding at most.
    const MOST_CLAIMS: usize = 16;

    pub(crate) fn of(written: &Workload) -> Result<Self, String> {
        let issuer = &written.issuer;
        if !(1..=Self::MOST_CLAIMS).contains(&written.claims.len()) {
            return Err(format!(
                "binds {issuer} without a claim, or with more than {}; an issuer vouches for many workloads, so say which",
                Self::MOST_CLAIMS
            ));
        }
        let claims = written.claims.iter().map(rule).collect::<Result<_, _>>();
        let claims = claims.map_err(|what| format!("binds {issuer} to a claim {what}"))?;
        // What it says is what it is: a binding with other claims is another origin, and the tokens of this one end.
        let content = serde_json::to_vec(&written.claims).map_err(|error| error.to_string())?;
        let origin = Origin {
            id: format!("workload:{issuer}:{}", digest::name(&content)),
            hint: format!("workload:{issuer}"),
        };
        Ok(Self { issuer: issuer.clone(), claims, origin })
    }

    pub(crate) const fn issuer(&self) -> &IssuerName {
        &self.issuer
    }

    pub(crate) const fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Whether a token of the issuer is this workload's.
    pub(crate) fn fits(&self, token: &Verified) -> bool {
        self.claims.iter().all(|claim| claim.matches(token))
    }
}

fn rule(written: &ClaimRule) -> Result<ClaimMatch, String> {
    let path =
        ClaimPath::new(written.claim.iter()).map_err(|error| format!("whose name is none: {error}"))?;
    let shown = path.to_string();
    // They say who issued it and for whom, which is the same for every workload there.
    if matches!(written.claim.as_slice(), [name] if matches!(name.as_str(), "iss" | "aud" | "exp" | "iat" | "nbf"))
    {
        return Err(format!("{shown}, which tells no workload from another"));
    }
    match (&written.is, &written.like) {
        (Some(text), None) if !text.is_empty() => Ok(ClaimMatch::exactly(path, text)),
        (None, Some(pattern)) if pattern.contains(|c| !matches!(c, '*' | '/' | ':')) => {
            ClaimMatch::like(path, pattern)
                .map_err(|error| format!("{shown} with a pattern that is none: {error}"))
        }
        (None, Some(_)) => Err(format!("{shown} with a pattern that fits everything")),
        _ => Err(format!("{shown} that needs exactly one of `is` and `like`, and not empty")),
    }
}
