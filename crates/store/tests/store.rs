//! What the store promises, seen from outside.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that cannot go on has failed"
)]

#[path = "store/audit_blocks.rs"]
mod audit_blocks;
#[path = "store/consents.rs"]
mod consents;
#[path = "store/elevations.rs"]
mod elevations;
#[path = "store/manifests.rs"]
mod manifests;
#[path = "store/opening.rs"]
mod opening;
#[path = "store/operators.rs"]
mod operators;
#[path = "store/repeats.rs"]
mod repeats;
#[path = "store/rows.rs"]
mod rows;
#[path = "store/usage.rs"]
mod usage;

use jiff::Timestamp;
use store::{ClientRow, GrantRow, SecretRow, TokenRow};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn client(id: &str) -> ClientRow {
    ClientRow {
        id: id.parse().unwrap(),
        owner: "release team".to_owned(),
        purpose: "moves issues when a release is cut".to_owned(),
        created_at: at(1),
        expires_at: Some(at(100)),
        state: "active".to_owned(),
        contact: String::new(),
        paused: None,
        paused_until: None,
        profile: "{}".to_owned(),
        version: 1,
    }
}

fn secret(id: &str, client: &str, digest: u8) -> SecretRow {
    SecretRow {
        id: id.to_owned(),
        client: client.parse().unwrap(),
        digest: [digest; 32],
        hint: "tgs_…ab12".to_owned(),
        created_at: at(2),
        expires_at: None,
        revoked_at: None,
        replaced_at: None,
        silent_for: None,
        used: 0,
        last_used_at: None,
        last_used_from: None,
    }
}

fn token(client: &str, digest: u8, expires: i64) -> TokenRow {
    TokenRow {
        digest: [digest; 32],
        client: client.parse().unwrap(),
        scopes: Some("read:jira-work write:jira-work".to_owned()),
        issued_at: at(3),
        expires_at: at(expires),
        secret_id: "s1".to_owned(),
        account: None,
        sites: None,
        bound_to: None,
        consent: None,
    }
}

fn grant(name: &str) -> GrantRow {
    GrantRow {
        name: name.parse().unwrap(),
        kind: "api-token".to_owned(),
        sites: vec!["demo".parse().unwrap(), "other".parse().unwrap()],
        facts: r#"{"email":"bot@example.com"}"#.to_owned(),
        sealed: vec![1, 2, 3],
        created_at: at(4),
        changed_at: at(4),
    }
}
