//! Answers that say no: what they say must not tell of something the client did not name.

use std::collections::{BTreeSet, HashMap};

use ::boundary::{Json, Name, Reference};
use catalogue::Kind;
use types::{IssueKey, Refusal};

use super::judge::Judge;

/// How many keys in one error are looked at.
const MOST: usize = 50;

/// Whether an error speaks of an issue outside that the request did not name: `The parent PART-7 is closed`.
///
/// # Errors
/// When nobody can say.
pub(super) async fn tell_of_outside(
    judge: &Judge<'_>,
    named: &[Name],
    json: &Json<'_>,
) -> Result<bool, Refusal> {
    let mut keys = BTreeSet::new();
    collect(json, &mut keys);
    keys.retain(|key| !named.iter().any(|name| name.text.eq_ignore_ascii_case(key)));
    if keys.len() > MOST {
        return Ok(true);
    }
    let issue = |key| Reference { kind: Some(Kind::Issue), key: Some(key), ..Reference::default() };
    let verdicts = judge.references(keys.into_iter().map(issue).collect(), &HashMap::new()).await?;
    Ok(verdicts.values().any(|inside| !inside))
}

/// What stands in its place.
pub(super) fn without_words<'j>() -> Json<'j> {
    let mut json = Json::Object(Vec::new());
    json.set("errorMessages", Json::List(vec![Json::text_of("The request could not be carried out.")]));
    json.set("errors", Json::Object(Vec::new()));
    json
}

/// As deep as JSON may be nested.
fn collect(json: &Json<'_>, keys: &mut BTreeSet<String>) {
    match json {
        Json::Object(members) => members.iter().for_each(|member| {
            words(&member.name, keys);
            collect(&member.value, keys);
        }),
        Json::List(items) => items.iter().for_each(|item| collect(item, keys)),
        Json::Scalar(_) => words(&json.text().unwrap_or_default(), keys),
    }
}

fn words(text: &str, keys: &mut BTreeSet<String>) {
    let apart = text.split(|letter: char| !(letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_')));
    let upper = apart.map(str::to_ascii_uppercase);
    keys.extend(upper.filter(|word| word.parse::<IssueKey>().is_ok()).take(MOST + 1));
}
