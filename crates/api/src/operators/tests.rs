use http::HeaderValue;

use super::*;

fn headers(values: &[&str]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for value in values {
        headers.append(header::AUTHORIZATION, HeaderValue::from_str(value).unwrap());
    }
    headers
}

#[test]
fn only_an_operators_token_sent_once_as_bearer_is_presented() {
    let operator = token::mint(Kind::OperatorToken, [7; 32]);
    let bearer = format!("Bearer {}", operator.text.open());
    assert_eq!(presented(&headers(&[&bearer])), Some(operator.digest));
    assert_eq!(presented(&headers(&[&bearer, &bearer])), None);
    assert_eq!(presented(&headers(&[&format!("Basic {}", operator.text.open())])), None);
    assert_eq!(presented(&headers(&[])), None);
    for kind in [Kind::ClientSecret, Kind::AccessToken] {
        let of_a_client = token::mint(kind, [7; 32]);
        assert_eq!(presented(&headers(&[&format!("Bearer {}", of_a_client.text.open())])), None);
    }
}

#[test]
fn only_a_sensible_challenge_is_answered_and_the_answer_belongs_to_the_token() {
    let minted = token::mint(Kind::OperatorToken, [7; 32]);
    let asked = |challenge: &str| {
        let name = http::HeaderName::from_static(CHALLENGE);
        proof(&minted.digest, &HeaderMap::from_iter([(name, challenge.parse().unwrap())]))
    };
    let challenge = "0123456789abcdef";
    assert_eq!(asked(challenge), Some(proof::of(&minted.digest, challenge)));
    for nonsense in ["", "short", "0123456789abcde,", &"a".repeat(129)] {
        assert_eq!(asked(nonsense), None, "{nonsense}");
    }
    assert_eq!(proof(&minted.digest, &HeaderMap::new()), None);
}
