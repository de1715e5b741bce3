use proptest::prelude::*;

use super::*;

#[test]
fn an_object_is_read_as_any_reader_would() {
    let text = r#"{"a":1,"b":[-2,2.5,null,true],"c":{"d":"\u0041"}}"#;
    assert_eq!(Value::Object(object(text.as_bytes()).unwrap()), serde_json::from_str::<Value>(text).unwrap());
}

#[test]
fn a_member_named_twice_is_refused_at_every_depth_and_in_every_spelling() {
    for text in [
        r#"{"a":1,"a":1}"#,
        r#"{"a":1,"\u0061":2}"#,
        r#"{"b":{"a":1,"a":2}}"#,
        r#"{"b":[{"a":1,"a":2}]}"#,
        r#"{"":1,"":2}"#,
    ] {
        assert_eq!(object(text.as_bytes()), Err(NotStrictJson::Duplicate), "{text}");
    }
}

#[test]
fn the_deepest_nesting_is_read_and_one_more_is_not() {
    let nested = |levels: usize| format!(r#"{{"a":{}{}}}"#, "[".repeat(levels - 1), "]".repeat(levels - 1));
    assert!(object(nested(DEEPEST).as_bytes()).is_ok());
    assert_eq!(object(nested(DEEPEST + 1).as_bytes()), Err(NotStrictJson::Depth));
    assert_eq!(object(nested(100_000).as_bytes()), Err(NotStrictJson::Depth));
}

#[test]
fn what_is_not_one_object_is_refused() {
    for text in ["[]", "1", "null", "\"a\""] {
        assert_eq!(object(text.as_bytes()), Err(NotStrictJson::NotAnObject), "{text}");
    }
    for text in [
        &b""[..],
        b"{}x",
        b"{} {}",
        b"{\"a\":\"\xff\"}",
        b"{\"a\":1e999}",
        b"{\"a\":NaN}",
        b"{a:1}",
        b"{\"a\":\"\\ud800\"}",
    ] {
        assert_eq!(object(text), Err(NotStrictJson::Syntax), "{text:?}");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused_and_what_is_read_serde_reads_alike(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(read) = object(&bytes) {
            prop_assert_eq!(Value::Object(read), serde_json::from_slice::<Value>(&bytes).unwrap());
        }
    }
}
