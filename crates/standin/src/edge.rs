//! What Atlassian's edge adds to every answer.

use std::sync::atomic::{AtomicU64, Ordering};

use http::header::SERVER;
use http::{HeaderName, HeaderValue};

use crate::ask::Ask;
use crate::family::Side;
use crate::identity::{Caller, Presented};
use crate::reply::Reply;

static REQUESTS: AtomicU64 = AtomicU64::new(1);

/// Headers of an answer that the API gateway gave itself: trace only.
pub(crate) fn gateway(mut reply: Reply) -> Reply {
    let number = REQUESTS.fetch_add(1, Ordering::Relaxed);
    // Two well-mixed halves: looks like the real thing, and never repeats within a process.
    let half = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let trace = format!("{:016x}{half:016x}", number.wrapping_mul(0xBF58_476D_1CE4_E5B9));
    insert(&mut reply, "atl-traceid", &trace);
    reply.headers.insert(SERVER, HeaderValue::from_static("AtlassianEdge"));
    reply
}

/// Headers of an answer that came from the product.
pub(crate) fn product(reply: Reply, ask: &Ask, caller: &Caller, side: Side) -> Reply {
    let mut reply = gateway(reply);
    let request = reply.headers.get("atl-traceid").cloned();
    if let Some(request) = request {
        reply.headers.insert(HeaderName::from_static("x-arequestid"), request);
    }
    if let Some(account) = &caller.account {
        insert(&mut reply, "x-aaccountid", account);
    }
    if side == Side::Jira && matches!(caller.presented, Presented::Wrong | Presented::Malformed) {
        insert(&mut reply, "x-seraph-loginreason", "AUTHENTICATED_FAILED");
    }
    if ask.header("cookie").is_none_or(|cookies| !cookies.contains("atlassian.xsrf.token")) {
        let cookie = "atlassian.xsrf.token=5f2a61c0_lin; Path=/; SameSite=None; Secure";
        insert(&mut reply, "set-cookie", cookie);
    }
    reply
}

fn insert(reply: &mut Reply, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        reply.headers.insert(HeaderName::from_static(name), value);
    }
}
