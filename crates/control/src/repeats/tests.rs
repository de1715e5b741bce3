use super::*;

fn fingerprints(operator: &str, key: &str, body: &str) -> Fingerprints {
    Fingerprints::of(&operator.parse().unwrap(), key, &[b"POST", body.as_bytes()])
}

fn known(answer: Option<Answer>) -> RepeatRow {
    let Fingerprints { place, request } = fingerprints("ada", "key", "{}");
    let started_at = "2026-11-22T10:00:00Z".parse().unwrap();
    RepeatRow { place, fingerprint: request, asked_by: "ada".parse().unwrap(), started_at, answer }
}

#[test]
fn a_key_means_something_else_for_another_operator_and_a_request_for_another_key() {
    let one = fingerprints("ada", "key", "{}");
    assert_eq!(one.place, fingerprints("ada", "key", "other").place, "the place is the key's");
    assert_ne!(one.request, fingerprints("ada", "key", "other").request);
    assert_ne!(one.place, fingerprints("bob", "key", "{}").place);
    assert_ne!(one.request, fingerprints("ada", "yek", "{}").request);
}

#[test]
fn what_is_known_answers_the_same_request_only_and_only_with_what_was_kept() {
    let kind = |row, asked: &Fingerprints| known_already(row, asked).map_err(|error| error.kind());
    let same = fingerprints("ada", "key", "{}");
    let answer = |body: Option<&[u8]>| Answer { status: 200, etag: None, body: body.map(<[u8]>::to_vec) };
    assert_eq!(kind(known(Some(answer(Some(b"[]")))), &same), Ok(answer(Some(b"[]"))));
    assert_eq!(kind(known(Some(answer(None))), &same), Err(Kind::AnswerNotKept));
    assert_eq!(kind(known(None), &same), Err(Kind::OutcomeUnknown));
    let other = fingerprints("ada", "key", "other");
    assert_eq!(kind(known(Some(answer(Some(b"[]")))), &other), Err(Kind::KeyReused));
}
