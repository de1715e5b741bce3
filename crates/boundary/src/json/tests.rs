use super::*;
use proptest::prelude::*;

#[test]
fn what_was_written_stays_as_it_was_written() {
    let text = r#"{"a":1.50e+3,"b":[true,null,"x\u0041\/"],"n":123456789012345678901234567890,"":{}}"#;
    assert_eq!(Json::parse(text.as_bytes()).unwrap().to_string(), text);
}

#[test]
fn a_member_given_twice_is_refused_however_it_is_spelt() {
    for text in [r#"{"a":1,"a":2}"#, r#"{"a":1,"\u0061":2}"#, r#"[{"x":{"k":1,"b":2,"k":1}}]"#] {
        assert_eq!(Json::parse(text.as_bytes()), Err(NotStrict::Twice), "{text}");
    }
    let many: Vec<String> = (0..40).map(|n| format!("\"m{}\":0", n % 39)).collect();
    assert_eq!(Json::parse(format!("{{{}}}", many.join(",")).as_bytes()), Err(NotStrict::Twice));
}

#[test]
fn nesting_beyond_the_limit_is_refused_and_overflows_nothing() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(Json::parse(nested(limits::DEPTH).as_bytes()).is_ok());
    assert_eq!(Json::parse(nested(limits::DEPTH + 1).as_bytes()), Err(NotStrict::TooDeep));
    assert!(Json::parse(nested(1_000_000).as_bytes()).is_err());
}

#[test]
fn more_values_than_the_limit_are_refused() {
    let many = format!("[{}0]", "0,".repeat(limits::VALUES));
    assert_eq!(Json::parse(many.as_bytes()), Err(NotStrict::TooMany));
}

#[test]
fn an_id_is_digits_or_a_text_and_no_other_number() {
    let name = |text: &str| Json::parse(text.as_bytes()).unwrap().name().map(|name| name.into_owned());
    assert_eq!(name("10001").as_deref(), Some("10001"));
    assert_eq!(name(r#""REL-1""#).as_deref(), Some("REL-1"));
    assert_eq!(name(r#""REL\u002d1""#).as_deref(), Some("REL-1"));
    for other in ["1.0e4", "-1", "10001.0", "true", "null", "{}", "[]"] {
        assert_eq!(name(other), None, "{other}");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = Json::parse(&bytes);
    }

    #[test]
    fn what_is_written_says_the_same_to_another_reader(text in json()) {
        let ours = Json::parse(text.as_bytes()).unwrap().to_string();
        let (ours, theirs): (serde_json::Value, serde_json::Value) =
            (serde_json::from_str(&ours).unwrap(), serde_json::from_str(&text).unwrap());
        prop_assert_eq!(ours, theirs);
    }
}

fn json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        any::<i64>().prop_map(|n| n.to_string()),
        any::<String>().prop_map(|text| serde_json::Value::from(text).to_string()),
        Just("null".to_owned()),
        Just("true".to_owned()),
    ];
    leaf.prop_recursive(5, 60, 6, |inner| {
        let names = proptest::collection::btree_map(any::<String>(), inner.clone(), 0..6);
        prop_oneof![
            proptest::collection::vec(inner, 0..6).prop_map(|items| format!("[ {} ]", items.join(" , "))),
            names.prop_map(|pairs| {
                let pairs: Vec<String> = pairs
                    .iter()
                    .map(|(name, value)| format!("{} : {value}", serde_json::Value::from(&**name)))
                    .collect();
                format!("{{ {} }}", pairs.join(","))
            }),
        ]
    })
}

#[test]
fn blanks_escapes_and_brackets_within_texts_end_nothing() {
    let text = "\n{ \"a\\\"}\" : [ \"],\\\\\" , 1 ,\t-2.5e-7 ] , \"b\" : { } }\r\n";
    assert_eq!(Json::parse(text.as_bytes()).unwrap().to_string(), r#"{"a\"}":["],\\",1,-2.5e-7],"b":{}}"#);
}
