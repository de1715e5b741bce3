//! Cursors. The next page is announced twice, in the body and in the `Link` header, both relative to the site.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE;
use serde_json::{Value, json};

use crate::confluence::home;
use crate::confluence::trouble::Trouble;
use crate::reply::{Answer, Reply};
use crate::turn::Turn;

const LIMIT_DEFAULT: usize = 25;
const LIMIT_MAX: usize = 250;

/// One page of a list.
pub(crate) fn page<T>(turn: &Turn<'_>, all: &[T], show: impl Fn(&T) -> Value) -> Answer {
    let (start, limit) = (start(turn)?, limit(turn)?);
    let results: Vec<Value> = all.iter().skip(start).take(limit).map(show).collect();
    let (base, end) = (home(turn), start.saturating_add(results.len()));
    let mut links = json!({"base": base});
    let mut header = format!("<{base}>; rel=\"base\"");
    if end < all.len() {
        let kept = turn.ask.query.iter().filter(|(name, _)| name != "cursor" && name != "limit");
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(kept).append_pair("limit", &limit.to_string());
        query.append_pair("cursor", &URL_SAFE.encode(json!({"after": end}).to_string()));
        let next = format!("{}?{}", turn.ask.path, query.finish());
        header = format!("<{next}>; rel=\"next\", {header}");
        if let Some(links) = links.as_object_mut() {
            links.insert("next".into(), next.into());
        }
    }
    Ok(Reply::json(json!({"results": results, "_links": links})).header("link", &header))
}

fn limit(turn: &Turn<'_>) -> Result<usize, Reply> {
    let Some(text) = turn.ask.query("limit") else { return Ok(LIMIT_DEFAULT) };
    let limit = text.parse().ok().filter(|limit| (1..=LIMIT_MAX).contains(limit));
    limit
        .ok_or_else(|| Trouble::Invalid(format!("Provided value {{{text}}} for 'limit' is not allowed")).v2())
}

fn start(turn: &Turn<'_>) -> Result<usize, Reply> {
    let Some(cursor) = turn.ask.query("cursor") else { return Ok(0) };
    let decoded = URL_SAFE.decode(cursor).ok().and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
    let after = decoded.and_then(|cursor| cursor.get("after").and_then(Value::as_u64));
    let after = after.and_then(|after| usize::try_from(after).ok());
    after.ok_or_else(|| Trouble::invalid("The cursor could not be read").v2())
}
