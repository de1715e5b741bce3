//! What custody promises, in the store's own database and in one that several gateways share.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

#[path = "custody/families.rs"]
mod families;
#[path = "custody/grants.rs"]
mod grants;
#[path = "custody/server.rs"]
mod server;
#[path = "custody/tls.rs"]
mod tls;
#[path = "custody/wire.rs"]
mod wire;

use std::time::Duration;

use jiff::Timestamp;
use store::{FamilyChange, FamilyRow, GrantRow, Holder, Store, StoreError};
use types::{GrantName, Secret};

/// Runs each promise on both databases.
macro_rules! on_both {
    ($($promise:ident)+) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $promise() {
                super::$promise(crate::Place::here().await).await;
            })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $promise() {
                if let Some(place) = crate::Place::shared().await {
                    super::$promise(place).await;
                }
            })+
        }
    };
}
pub(crate) use on_both;

/// Two gateways that see the same custody.
pub(crate) struct Place {
    pub(crate) one: Store,
    pub(crate) other: Store,
}

impl Place {
    async fn here() -> Self {
        let one = Store::in_memory().await.unwrap();
        Self { other: one.clone(), one }
    }

    async fn shared() -> Option<Self> {
        let url = testbase::database().unwrap()?;
        Some(Self { one: sharing(&url).await, other: sharing(&url).await })
    }

    /// What the database calls now: its own clock where it has one, `callers` otherwise.
    fn said(&self, callers: Timestamp, kept: Timestamp) -> bool {
        match self.one.custody_is_shared() {
            true => kept > at(1_600_000_000),
            false => kept == callers,
        }
    }
}

/// A gateway with nothing of its own and custody at `url`.
pub(crate) async fn sharing(url: &str) -> Store {
    let own = Store::in_memory().await.unwrap();
    own.with_custody_at(&Secret::new(url.to_owned())).await.unwrap()
}

/// A change of the family of `g`.
pub(crate) async fn change<T: Send>(
    store: &Store,
    now: Timestamp,
    decide: impl FnOnce(Option<&FamilyRow>) -> (T, FamilyChange) + Send,
) -> Result<T, StoreError> {
    store.token_families().change(&name("g"), now, decide).await
}

pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

pub(crate) fn name(text: &str) -> GrantName {
    text.parse().unwrap()
}

pub(crate) fn grant(name: &str) -> GrantRow {
    GrantRow {
        name: name.parse().unwrap(),
        kind: "oauth-user".to_owned(),
        sites: vec!["demo".parse().unwrap(), "other".parse().unwrap()],
        facts: r#"{"account":"ada", "note":"ünïcode ☃"}"#.to_owned(),
        sealed: vec![0, 1, 2, 255],
        created_at: at(4),
        changed_at: at(4),
    }
}

pub(crate) fn family(name: &str) -> FamilyRow {
    FamilyRow {
        grant: name.parse().unwrap(),
        generation: 0,
        fence: 0,
        sealed: vec![7, 0, 7],
        began_at: at(10),
        obtained_at: at(11),
        holder: Some(Holder { instance: "a".to_owned(), patience: Duration::from_millis(1_500) }),
        first_tried_at: Some(at(12)),
        unproven_since: Some(at(11)),
        ended: Some(("refused".to_owned(), at(13))),
        changed_at: at(4),
    }
}
