use http::HeaderValue;
use types::Code;

/// The realm of every challenge (RFC 9110 §11.5).
pub const REALM: &str = "ticketgate";

/// Basic is named as well because many Jira clients send credentials only when asked for Basic.
static CHALLENGES: [HeaderValue; 3] = [
    HeaderValue::from_static("Bearer realm=\"ticketgate\""),
    HeaderValue::from_static("Basic realm=\"ticketgate\", charset=\"UTF-8\""),
    HeaderValue::from_static(
        "DPoP realm=\"ticketgate\", algs=\"EdDSA ES256 ES384 RS256 RS384 RS512 PS256 PS384 PS512\"",
    ),
];

/// After a credential that is not good. Whoever sent a token that is bound, without its key, reads it in the same words as
/// whoever made one up.
static INVALID: [HeaderValue; 3] = [
    HeaderValue::from_static("Bearer realm=\"ticketgate\", error=\"invalid_token\""),
    HeaderValue::from_static("Basic realm=\"ticketgate\", charset=\"UTF-8\""),
    HeaderValue::from_static(
        "DPoP realm=\"ticketgate\", error=\"invalid_token\", algs=\"EdDSA ES256 ES384 RS256 RS384 RS512 PS256 PS384 PS512\"",
    ),
];

/// After a proof of possession that does not hold (RFC 9449 §7.1).
static PROOF: [HeaderValue; 1] = [HeaderValue::from_static(
    "DPoP realm=\"ticketgate\", error=\"invalid_dpop_proof\", algs=\"EdDSA ES256 ES384 RS256 RS384 RS512 PS256 PS384 PS512\"",
)];

/// The values of `WWW-Authenticate` on a 401 of the data plane.
#[must_use]
pub fn challenges(code: Code) -> &'static [HeaderValue] {
    match code {
        Code::ProofInvalid => &PROOF,
        Code::CredentialInvalid => &INVALID,
        _ => &CHALLENGES,
    }
}

/// The same for the token endpoint, where only Basic carries a client id and secret (RFC 6749 §5.2).
pub(crate) static TOKEN_ENDPOINT_CHALLENGE: HeaderValue =
    HeaderValue::from_static("Basic realm=\"ticketgate\"");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_challenge_names_the_realm_and_dpop_its_algorithms() {
        let realm = format!("realm=\"{REALM}\"");
        let algorithms = format!("algs=\"{}\"", crate::signing_algorithms().join(" "));
        for challenge in CHALLENGES.iter().chain(&INVALID).chain(&PROOF).chain([&TOKEN_ENDPOINT_CHALLENGE]) {
            let said = challenge.to_str().unwrap();
            assert!(said.contains(&realm), "{said}");
            assert_eq!(said.contains(&algorithms), said.starts_with("DPoP "), "{said}");
        }
    }

    #[test]
    fn what_was_wrong_is_said_in_the_words_of_the_standards() {
        let said = |code| {
            challenges(code).iter().map(|value| value.to_str().unwrap()).collect::<Vec<_>>().join(", ")
        };
        assert!(said(Code::ProofInvalid).contains("DPoP realm=\"ticketgate\", error=\"invalid_dpop_proof\""));
        assert_eq!(said(Code::CredentialInvalid).matches("error=\"invalid_token\"").count(), 2);
        assert!(!said(Code::CredentialMissing).contains("error="), "RFC 6750 §3.1");
    }
}
