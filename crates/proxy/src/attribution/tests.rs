use http::HeaderValue;
use proptest::prelude::*;
use serde_json::Value;

use super::*;

fn put(body: &[u8]) -> Result<Bytes, Refusal> {
    Attribution(br#"{"type":"t"}"#.to_vec()).put(body, &HeaderMap::new())
}

#[test]
fn everything_else_stays_as_it_was_written() {
    let body = br#" { "fields": {"x": 1.000, "big": 12345678901234567890123},
        "a\"b" : [ 1 ,2] } "#;
    let expected = r#"{"fields":{"x": 1.000, "big": 12345678901234567890123},"a\"b":[ 1 ,2],"historyMetadata":{"type":"t"}}"#;
    assert_eq!(put(body).unwrap(), expected);
    assert_eq!(put(b"{}").unwrap(), r#"{"historyMetadata":{"type":"t"}}"#);
}

#[test]
fn what_the_client_says_of_itself_is_replaced_however_it_is_written() {
    for body in [
        r#"{"historyMetadata":{"actor":{"id":"someone else"}}}"#,
        r#"{"historyMetadata":1,"historyMetadata":{"actor":{"id":"someone else"}}}"#,
        r#"{"history\u004detadata":{"actor":{"id":"someone else"}}}"#,
    ] {
        assert_eq!(put(body.as_bytes()).unwrap(), r#"{"historyMetadata":{"type":"t"}}"#, "{body}");
    }
}

#[test]
fn what_cannot_be_read_is_not_sent() {
    for body in
        ["", "[]", "null", "{", "{}{}", "{} x", "{a:1}", "{'a':1}", "{\"a\":1,}", "/**/{}", "\u{feff}{}"]
    {
        assert_eq!(put(body.as_bytes()).unwrap_err().code(), Code::MalformedRequest, "{body}");
    }
    let packed = HeaderMap::from_iter([(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"))]);
    assert!(Attribution(b"{}".to_vec()).put(b"{}", &packed).is_err());
}

proptest! {
    #[test]
    fn no_bytes_make_it_fail_otherwise_and_what_comes_out_is_json_with_our_word(body in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(written) = put(&body) {
            let read: Value = serde_json::from_slice(&written).unwrap();
            prop_assert_eq!(&read["historyMetadata"]["type"], "t");
        }
    }
}
