//! Personal access tokens.

use super::{Asking, Finding, Verdict, unclear};
use crate::seen::Seen;

pub(super) async fn jira(asking: &mut Asking<'_>, base: &str) -> Finding {
    let seen = asking.who(format!("{}/rest/api/2/myself", base.trim_end_matches('/'))).await;
    judge("Jira", seen)
}

pub(super) async fn confluence(asking: &mut Asking<'_>, base: &str) -> Finding {
    let seen = asking.who(format!("{}/rest/api/user/current", base.trim_end_matches('/'))).await;
    judge("Confluence", seen)
}

fn judge(product: &str, seen: Seen) -> Finding {
    match seen {
        Seen::Account { id, name } => {
            let words = format!("Works: {product} knows the token as {name} ({id}).");
            (Verdict::Working { account_id: id, display_name: name }, words)
        }
        // Data Center refuses tokens it does not know in Jira's own words.
        Seen::Unknown | Seen::Outsider => (
            Verdict::Wrong,
            format!(
                "{product} refuses the token. Was it revoked, or has it expired? Make a new one and add the grant again."
            ),
        ),
        Seen::Anonymous => (
            Verdict::Anonymous,
            format!(
                "{product} drops the token without a word and answers as to nobody. Make a new one and add the grant again."
            ),
        ),
        Seen::Forbidden => (
            Verdict::NoPermission,
            format!(
                "{product} answers 403: the token's user may not sign in, or must solve a CAPTCHA in a browser first."
            ),
        ),
        Seen::NotHere => (
            Verdict::WrongSite,
            format!(
                "There is no {product} API at this address; does the site's URL include its context path?"
            ),
        ),
        other => unclear(product, &other),
    }
}
