//! Who may come in: personal access tokens, and access tokens of the product's own OAuth 2.0 provider. Nobody has a
//! password here, so every Basic credential is wrong.

use http::StatusCode;
use jiff::Timestamp;

use crate::ask::Ask;
use crate::identity::{Authorization, Caller, Presented, authorization};
use crate::oauth::data_center;
use crate::oauth::held::Held;
use crate::reply::Reply;
use crate::world::World;
use crate::world::people::Account;

/// Who is asking, by Data Center's rules: a wrong credential is refused, none at all is anonymous.
pub(crate) fn identify(world: &mut World, ask: &Ask, now: Timestamp) -> Result<Caller, Reply> {
    match authorization(ask) {
        Authorization::Nothing => Ok(Caller::nobody(Presented::Nothing)),
        Authorization::Bearer(text) => {
            if let Some(held) = Held::of(world, text, now) {
                return allowed(&held, ask);
            }
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

/// An access token is good at the product that made it, and `READ` for what changes nothing: a search by POST does not.
fn allowed(held: &Held, ask: &Ask) -> Result<Caller, Reply> {
    if held.kind != data_center::kind_of(&ask.path) {
        return Err(refused());
    }
    let reads = ask.method.is_safe() || ask.path.ends_with("/search");
    if !data_center::includes(&held.scopes, if reads { "READ" } else { "WRITE" }) {
        return Err(Reply::denied("The scope of this token does not allow that."));
    }
    Ok(Caller::somebody(&held.account, None))
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
