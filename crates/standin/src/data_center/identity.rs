//! Who may come in: personal access tokens. Nobody has a password here, so every Basic credential is wrong.

use http::StatusCode;

use crate::ask::Ask;
use crate::identity::{Authorization, Caller, Presented, authorization};
use crate::reply::Reply;
use crate::world::World;
use crate::world::people::Account;

/// Who is asking, by Data Center's rules: a wrong credential is refused, none at all is anonymous.
pub(crate) fn identify(world: &World, ask: &Ask) -> Result<Caller, Reply> {
    match authorization(ask) {
        Authorization::Nothing => Ok(Caller::nobody(Presented::Nothing)),
        Authorization::Bearer(text) => {
            let token = world.credentials.personal_access_token(text);
            let account =
                token.and_then(|token| world.people.get(&token.account)).filter(|account| account.active);
            let account = account.ok_or_else(refused)?;
            Ok(Caller::somebody(&account.id, None))
        }
        Authorization::Basic { .. } | Authorization::BrokenBasic => Err(refused()),
        // A scheme nobody knows is dropped without a word, which X-AUSERNAME gives away.
        Authorization::Other => Ok(Caller::nobody(Presented::Wrong)),
    }
}

fn refused() -> Reply {
    Reply::html(StatusCode::UNAUTHORIZED)
        .header("www-authenticate", "OAuth realm=\"standin\"")
        .header("x-seraph-loginreason", "AUTHENTICATED_FAILED")
}

/// Finishes an answer: Data Center has headers of its own and none of the edge's.
pub(crate) fn finish(reply: Reply, who: Option<&Account>) -> Reply {
    reply
        .header("x-arequestid", "543x1234x1")
        .header("x-anodeid", "node1")
        .header("x-ausername", who.map_or("anonymous", |account| account.username.as_str()))
        .header("set-cookie", "JSESSIONID=00000000000000000000000000000000; Path=/dc; HttpOnly")
}
