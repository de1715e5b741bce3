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
fn only_an_operators_own_token_is_accepted() {
    let operator = token::mint(Kind::OperatorToken, [7; 32]);
    let client = token::mint(Kind::ClientSecret, [7; 32]);
    let operators = Operators::none().with("local".parse().unwrap(), operator.digest);
    let bearer = format!("Bearer {}", operator.text.open());
    assert_eq!(operators.who(&headers(&[&bearer])).unwrap().as_str(), "local");
    assert!(operators.who(&headers(&[&bearer, &bearer])).is_none());
    assert!(operators.who(&headers(&[&format!("Basic {}", operator.text.open())])).is_none());
    assert!(operators.who(&headers(&[&format!("Bearer {}", client.text.open())])).is_none());
    assert!(operators.who(&headers(&[])).is_none());
    let other = token::mint(Kind::OperatorToken, [8; 32]);
    assert!(operators.who(&headers(&[&format!("Bearer {}", other.text.open())])).is_none());
}

#[test]
fn only_a_sensible_challenge_is_answered_and_the_answer_belongs_to_the_operators_token() {
    let minted = token::mint(Kind::OperatorToken, [7; 32]);
    let operators = Operators::none().with("local".parse().unwrap(), minted.digest);
    let proofs = |challenge: &str| {
        operators.proofs(&HeaderMap::from_iter([(
            http::HeaderName::from_static(CHALLENGE),
            challenge.parse().unwrap(),
        )]))
    };
    let challenge = "0123456789abcdef";
    assert_eq!(proofs(challenge), Some(proof::of(&minted.digest, challenge)));
    for nonsense in ["", "short", "0123456789abcde,", &"a".repeat(129)] {
        assert_eq!(proofs(nonsense), None, "{nonsense}");
    }
    assert_eq!(operators.proofs(&HeaderMap::new()), None);
}
