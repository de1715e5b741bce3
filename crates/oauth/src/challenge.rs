use http::HeaderValue;

/// The realm of every challenge (RFC 9110 §11.5).
pub const REALM: &str = "ticketgate";

/// The values of `WWW-Authenticate` on a 401 of the data plane. Basic is named as well because many Jira clients send
/// credentials only when asked for Basic.
pub static CHALLENGES: [HeaderValue; 2] = [
    HeaderValue::from_static("Bearer realm=\"ticketgate\""),
    HeaderValue::from_static("Basic realm=\"ticketgate\", charset=\"UTF-8\""),
];

/// The same for the token endpoint, where only Basic carries a client id and secret (RFC 6749 §5.2).
pub(crate) static TOKEN_ENDPOINT_CHALLENGE: HeaderValue =
    HeaderValue::from_static("Basic realm=\"ticketgate\"");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_challenge_names_the_realm() {
        let realm = format!("realm=\"{REALM}\"");
        for challenge in CHALLENGES.iter().chain([&TOKEN_ENDPOINT_CHALLENGE]) {
            assert!(challenge.to_str().unwrap().contains(&realm));
        }
    }
}
