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
