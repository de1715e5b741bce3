//! Who may operate the gateway.

use http::{HeaderMap, header};
use seal::{Digest, Kind, proof, token};
use types::OperatorName;

/// Header of a question to `/healthz`: a text used once, 16 to 128 letters and digits.
pub const CHALLENGE: &str = "ticketgate-challenge";

/// Header of the answer: for each operator, proof that this gateway knows the operator's token ([`seal::proof`]).
pub const PROOF: &str = "ticketgate-proof";

/// The operators and the digests of their tokens.
#[derive(Clone, Debug, Default)]
pub struct Operators(Vec<(OperatorName, Digest)>);

impl Operators {
    /// Nobody.
    #[must_use]
    pub const fn none() -> Self {
        Self(Vec::new())
    }

    /// The same with one more.
    #[must_use]
    pub fn with(mut self, name: OperatorName, token: Digest) -> Self {
        self.0.push((name, token));
        self
    }

    /// What proves to an operator that this is the gateway the operator's token belongs to, before the token is sent;
    /// `None` when the request does not ask for it.
    pub(crate) fn proofs(&self, headers: &HeaderMap) -> Option<String> {
        let challenge = headers.get(CHALLENGE)?.to_str().ok()?;
        let fits =
            (16..=128).contains(&challenge.len()) && challenge.bytes().all(|b| b.is_ascii_alphanumeric());
        if !fits {
            return None;
        }
        let proofs: Vec<_> = self.0.iter().map(|(_, digest)| proof::of(digest, challenge)).collect();
        Some(proofs.join(", "))
    }

    /// Who sent the request; `None` unless it carries exactly one `Authorization: Bearer tgo_...` of an operator.
    ///
    /// All digests are compared, each in constant time, so that the time taken says nothing about which came near.
    pub(crate) fn who(&self, headers: &HeaderMap) -> Option<&OperatorName> {
        let mut sent = headers.get_all(header::AUTHORIZATION).iter();
        let (Some(sent), None) = (sent.next(), sent.next()) else { return None };
        let (scheme, text) = sent.to_str().ok()?.split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return None;
        }
        let presented = token::parse(text.trim()).ok().filter(|token| token.kind == Kind::OperatorToken)?;
        let mut found = None;
        for (name, digest) in &self.0 {
            if *digest == presented.digest {
                found = Some(name);
            }
        }
        found
    }
}

#[cfg(test)]
mod tests;
