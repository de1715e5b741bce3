//! Attachments: their content is served where they are, without a media host.

use http::StatusCode;

use crate::jira::access;
use crate::media;
use crate::reply::{Answer, Reply};
use crate::turn::Turn;

/// `GET /secure/attachment/{attachment}/{name}`
pub(crate) fn content(turn: &mut Turn<'_>) -> Answer {
    let id = turn.capture("attachment").parse::<u64>().ok();
    let found = id.and_then(|id| turn.jira().attachments.get(&id));
    let seen = found.filter(|found| {
        turn.jira().issues.get(&found.issue).is_some_and(|issue| access::sees(turn.jira(), turn.me(), issue))
    });
    seen.map(|found| media::content(found, turn.ask)).ok_or_else(|| Reply::html(StatusCode::NOT_FOUND))
}
