use super::*;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn digest(byte: u8) -> Digest {
    Digest::from_bytes([byte; 32])
}

fn row(name: &str, byte: u8, role: &str) -> OperatorRow {
    OperatorRow {
        name: name.parse().unwrap(),
        role: role.to_owned(),
        digest: [byte; 32],
        hint: "tgo_…ab12".to_owned(),
        created_at: at(1),
        expires_at: None,
        revoked_at: None,
        last_used_at: None,
        version: 1,
    }
}

async fn roster(rows: &[OperatorRow]) -> (Store, Roster) {
    let store = Store::in_memory().await.unwrap();
    for row in rows {
        store.operators().insert(row).await.unwrap();
    }
    let roster = Roster::load(&store, "local".parse().unwrap(), digest(0)).await.unwrap();
    (store, roster)
}

#[tokio::test]
async fn a_token_is_good_until_its_end_or_its_revocation_and_not_a_moment_longer() {
    let mut ends = row("ada", 1, "viewer");
    ends.expires_at = Some(at(10));
    let (_store, roster) = roster(&[ends.clone(), row("bob", 2, "operator")]).await;
    assert_eq!(roster.find(&digest(1), at(9)).unwrap().role, Role::Viewer);
    assert_eq!(roster.find(&digest(1), at(10)), None);
    assert_eq!(roster.find(&digest(2), at(10)).unwrap().name.as_str(), "bob");
    assert_eq!(roster.find(&digest(3), at(10)), None);
    let mut revoked = row("bob", 2, "operator");
    revoked.revoked_at = Some(at(11));
    roster.put(&[ends, revoked]);
    assert_eq!(roster.find(&digest(2), at(10)), None);
    assert_eq!(roster.find(&digest(0), at(99)).unwrap().role, Role::Owner, "this machine's own token stays");
}

#[tokio::test]
async fn a_role_of_a_newer_version_opens_nothing() {
    let (_store, roster) = roster(&[row("ada", 1, "demigod")]).await;
    assert_eq!(roster.find(&digest(1), at(2)), None);
}

#[tokio::test]
async fn the_last_use_is_written_down_and_survives_a_change_of_others() {
    let (store, roster) = roster(&[row("ada", 1, "viewer")]).await;
    roster.find(&digest(1), at(5)).unwrap();
    roster.put(&[row("ada", 1, "viewer"), row("bob", 2, "viewer")]);
    assert_eq!(roster.last_used(&digest(1)), Some(at(5)));
    roster.note_uses(&store).await.unwrap();
    assert_eq!(store.operators().list().await.unwrap()[0].last_used_at, Some(at(5)));
}

#[test]
fn each_role_may_what_those_before_it_may_and_is_read_as_it_is_written() {
    assert!(Role::ALL.is_sorted());
    for role in Role::ALL {
        assert_eq!(role.as_str().parse(), Ok(role));
    }
}
