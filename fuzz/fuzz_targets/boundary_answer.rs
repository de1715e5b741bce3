//! Answers: what is left of one speaks of nothing outside, and is left as it is when it is looked at once more.
#![no_main]

use boundary::{Filter, Json, Redaction, Reference, redact, references, take_out};
use libfuzzer_sys::fuzz_target;

fn inside(reference: &Reference) -> bool {
    let by_key = reference.key.as_deref().is_some_and(|key| key.starts_with("REL"));
    let by_id = reference.id.as_deref().is_some_and(|id| id.starts_with('1'));
    reference.kind.is_some() && (by_key || (reference.key.is_none() && by_id))
}

fuzz_target!(|data: &[u8]| {
    let Ok(mut json) = Json::parse(data) else { return };
    let filter = Filter { inside: &inside, lists: &[] };
    if take_out(&mut json, &filter).is_err() {
        return;
    }
    let left = references(&json, &[]).unwrap_or_default();
    assert!(left.iter().all(inside), "{left:?} of {json}");
    let before = json.to_string();
    assert_eq!(take_out(&mut json, &filter), Ok(0), "{before}");
    redact(&mut json, &Redaction { field: &|field| field == "summary", any_custom: true });
});
