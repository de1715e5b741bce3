use control::views::RotateSecret;

use super::*;

#[test]
fn an_integer_is_an_integer_however_it_is_written() {
    for text in ["60", "60.0", "6e1", "6.0E+1"] {
        let body = format!("{{\"overlap_seconds\": {text}}}");
        assert_eq!(parse::<RotateSecret>(body.as_bytes()).unwrap().overlap_seconds, 60, "{text}");
    }
    for text in ["60.5", "-60.0", "1e300", "\"60\"", "true"] {
        let body = format!("{{\"overlap_seconds\": {text}}}");
        assert!(parse::<RotateSecret>(body.as_bytes()).is_err(), "{text}");
    }
}

#[test]
fn what_does_not_fit_is_named_by_place_and_never_repeated() {
    let error = parse::<RotateSecret>(b"{\"overlap_seconds\": \"sesame\"}").unwrap_err();
    assert!(error.to_string().contains("sesame"), "serde quotes it: {error}");
    let said = words(&error);
    assert!(said.contains("line 1") && !said.contains("sesame"), "{said}");
}

#[tokio::test]
async fn a_body_is_an_object_or_nothing() {
    let read = async |body: &'static str| {
        Asked::<RotateSecret>::from_request(Request::new(body.into()), &()).await.is_ok()
    };
    assert!(read("").await && read("{}").await && read(" \r\n\t{\"overlap_seconds\": 60}").await);
    for other in ["[]", "[60]", "null", "60", "\"60\"", "  "] {
        assert!(!read(other).await, "{other}");
    }
}
