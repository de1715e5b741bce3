use clock::{Clock, random};
use control::operators::Role;
use http::Method;
use jiff::SignedDuration;
use seal::token::{self, Kind, Minted};
use serde_json::Value;
use store::{OperatorRow, Store, TokenRow};

use super::super::harness::{Running, basic, call, form};
use super::super::served::Served;

/// Something to present at a door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    Missing,
    /// Has the shape of none of ours.
    Garbled,
    UnknownSecret,
    UnknownToken,
    UnknownOperator,
    ExpiredToken,
    ExpiredOperator,
    RevokedOperator,
    PausedSecret,
    PausedToken,
    ClientSecret,
    ClientToken,
    Operator(Role),
}

impl Key {
    pub(super) fn all() -> impl Iterator<Item = Self> {
        let roles = Role::ALL.into_iter().map(Self::Operator);
        [
            Self::Missing,
            Self::Garbled,
            Self::UnknownSecret,
            Self::UnknownToken,
            Self::UnknownOperator,
            Self::ExpiredToken,
            Self::ExpiredOperator,
            Self::RevokedOperator,
            Self::PausedSecret,
            Self::PausedToken,
            Self::ClientSecret,
            Self::ClientToken,
        ]
        .into_iter()
        .chain(roles)
    }
}

/// One of each.
pub(super) struct Keys {
    headers: Vec<(Key, String)>,
    /// The hint of the working client's secret.
    pub(super) robots_hint: String,
}

impl Keys {
    /// The header that presents it.
    pub(super) fn header(&self, key: Key) -> Option<String> {
        if key == Key::Missing {
            return None;
        }
        Some(self.headers.iter().find(|(it, _)| *it == key).unwrap().1.clone())
    }
}

fn mint(kind: Kind) -> Minted {
    token::mint(kind, random::bytes().unwrap())
}

fn bearer(minted: &Minted) -> String {
    format!("Bearer {}", minted.text.open())
}

/// A running gateway with a client `robot`, a paused client `idler`, operators of every role, and one key of each kind.
pub(super) async fn cut() -> (Served, Running, Keys) {
    let (mut served, mut process) = Served::start().await;
    process.stop();
    let (ended, expired) = (mint(Kind::AccessToken), mint(Kind::OperatorToken));
    leave_what_has_ended(&served, &ended, &expired).await;
    let mut process = served.serve();
    served.until_alive(&mut process).await;

    let made: Value = serde_json::from_str(&served.command(&[
        "client",
        "register",
        "idler",
        "--owner",
        "tests",
        "--purpose",
        "tests",
        "--json",
    ]))
    .unwrap();
    let idler = basic("idler", made["client_secret"].as_str().unwrap());
    let token_url = format!("{}/oauth/token", served.gateway());
    let token = async |basic: &str| {
        let said = form(&token_url, basic, "grant_type=client_credentials").await.json();
        format!("Bearer {}", said["access_token"].as_str().unwrap())
    };
    let mut headers = vec![
        (Key::Garbled, "Bearer sesame".to_owned()),
        (Key::UnknownSecret, basic("robot", mint(Kind::ClientSecret).text.open())),
        (Key::UnknownToken, bearer(&mint(Kind::AccessToken))),
        (Key::UnknownOperator, bearer(&mint(Kind::OperatorToken))),
        (Key::ExpiredToken, bearer(&ended)),
        (Key::ExpiredOperator, bearer(&expired)),
        (Key::PausedToken, token(&idler).await),
        (Key::PausedSecret, idler),
        (Key::ClientToken, token(&served.authorization()).await),
        (Key::ClientSecret, served.authorization()),
    ];
    served.command(&["client", "pause", "idler"]);
    for role in Role::ALL {
        headers.push((Key::Operator(role), operator(&served, &format!("an-{role}"), role.as_str())));
    }
    headers.push((Key::RevokedOperator, operator(&served, "gone", "owner")));
    served.command(&["operator", "revoke", "gone"]);
    operator(&served, "bystander", "viewer");
    let robots_hint = hint(&served, &headers).await;
    (served, process, Keys { headers, robots_hint })
}

fn operator(served: &Served, name: &str, role: &str) -> String {
    let made = served.command(&["operator", "add", name, "--role", role, "--json"]);
    let made: Value = serde_json::from_str(&made).unwrap();
    format!("Bearer {}", made["token"].as_str().unwrap())
}

async fn hint(served: &Served, headers: &[(Key, String)]) -> String {
    let viewer = &headers.iter().find(|(key, _)| *key == Key::Operator(Role::Viewer)).unwrap().1;
    let url = format!("{}/api/v1/clients/robot", served.gateway());
    let robot = call(&url, Method::GET, Some(viewer), None).await.json();
    robot["secrets"][0]["hint"].as_str().unwrap().to_owned()
}

/// What only time could bring about: an access token of `robot` and an operator's token that were good an hour ago.
async fn leave_what_has_ended(served: &Served, ended: &Minted, expired: &Minted) {
    let now = Clock::system().unwrap().now();
    let ago = |minutes| now - SignedDuration::from_mins(minutes);
    let store = Store::open(&served.data().join("gateway.db")).await.unwrap();
    let robot = "robot".parse().unwrap();
    let secret_id = store.client_secrets().list_for(&robot).await.unwrap().remove(0).id;
    let token = TokenRow {
        digest: *ended.digest.as_bytes(),
        client: robot,
        scopes: None,
        issued_at: ago(120),
        expires_at: ago(60),
        secret_id,
        account: None,
        sites: None,
        bound_to: None,
        consent: None,
    };
    store.tokens().insert(&token).await.unwrap();
    let operator = OperatorRow {
        name: "former".parse().unwrap(),
        role: "owner".to_owned(),
        digest: *expired.digest.as_bytes(),
        hint: expired.hint.clone(),
        created_at: ago(120),
        expires_at: Some(ago(60)),
        revoked_at: None,
        last_used_at: None,
        version: 1,
    };
    store.operators().insert(&operator).await.unwrap();
    store.close().await;
}
